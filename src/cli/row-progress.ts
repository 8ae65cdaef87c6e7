import { count } from './terminal.ts'

const EVERY_MS = 250
const CLEAR = '\r\u001b[K'

export interface RowProgress {
  /** `total` is 0 while nobody knows it. */
  readonly show: (phase: string, done: number, total: number) => void
  readonly end: () => void
}

/** Says on one line of a terminal how far a command over rows is; nothing where standard error is no terminal. */
export function rowProgress(): RowProgress {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined }
  let last = 0
  let drawn = false
  return {
    show: (phase, done, total) => {
      const now = performance.now()
      if (now - last < EVERY_MS) return
      last = now
      drawn = true
      process.stderr.write(`${CLEAR}${phase}: ${count(done)}${total === 0 ? '' : ` of ${count(total)}`}`)
    },
    end: () => {
      if (drawn) process.stderr.write(CLEAR)
      drawn = false
    },
  }
}

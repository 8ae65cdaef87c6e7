import { EXIT_CODES } from '../model/error.ts'

/** Does something once when the command is interrupted, in place of its end; call what it gives to let go. */
export function onInterrupt(act: () => void): () => void {
  process.once('SIGINT', act)
  process.once('SIGTERM', act)
  return () => {
    process.off('SIGINT', act)
    process.off('SIGTERM', act)
  }
}

/** How long work may take to notice that it is to stop. */
const PATIENCE_MS = 2_000

/** A signal that an interrupt raises. What does not heed it, as it is busy in one thread, is ended with the process. */
export function stopped(stop = new AbortController()): {
  readonly signal: AbortSignal
  readonly letGo: () => void
} {
  const letGo = onInterrupt(() => {
    stop.abort()
    setTimeout(() => {
      process.stderr.write('error: interrupted\n')
      process.exit(EXIT_CODES.interrupted)
    }, PATIENCE_MS).unref()
  })
  return { signal: stop.signal, letGo }
}

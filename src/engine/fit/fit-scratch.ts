import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from '../../store/lease.ts'

const NAME = /^fit-(\d+)-/

/** A directory for files of a fit that no one needs behind it. */
export interface FitScratch {
  readonly dir: string
  remove(): void
}

/**
 * Makes a directory for a fit in `parent`, which goes when it is removed or the process ends. Removes those of processes that were
 * killed.
 */
export function fitScratch(parent: string): FitScratch {
  for (const entry of readdirSync(parent)) {
    const pid = NAME.exec(entry)?.[1]
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(parent, entry), { recursive: true, force: true })
  }
  const dir = mkdtempSync(join(parent, `fit-${process.pid}-`))
  // Threads may still be writing into it.
  const leave = (): void => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', leave)
  return {
    dir,
    remove: () => {
      process.off('exit', leave)
      leave()
    },
  }
}

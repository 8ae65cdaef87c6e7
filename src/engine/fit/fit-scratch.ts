import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isRunning } from '../../store/lease.ts'

/** Of this machine: what a process of another one has in a shared folder is its own. */
const PREFIX = `.tilth-fit-${hostname().replace(/[^\w.]/g, '_')}-`

/** A directory for files of a fit that no one needs behind it. */
export interface FitScratch {
  readonly dir: string
  remove(): void
}

/**
 * Makes a directory for a fit in `parent`, which goes when it is removed or the process ends. Removes those of processes of this machine that
 * were killed.
 */
export function fitScratch(parent: string): FitScratch {
  for (const entry of readdirSync(parent)) {
    const pid = entry.startsWith(PREFIX) ? Number.parseInt(entry.slice(PREFIX.length), 10) : Number.NaN
    if (!Number.isNaN(pid) && !isRunning(pid)) rmSync(join(parent, entry), { recursive: true, force: true })
  }
  const dir = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`))
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

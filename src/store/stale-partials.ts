import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isRunning } from './lease.ts'

/** Removes what processes that are dead had half written of a file or folder: `NAME.PID.partial` beside it. */
export function sweepStalePartials(path: string): void {
  const dir = dirname(resolve(path))
  const name = `${basename(path)}.`
  for (const entry of entriesOf(dir)) {
    const pid = entry.startsWith(name) ? /^(\d+)\.partial$/.exec(entry.slice(name.length))?.[1] : undefined
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(dir, entry), { recursive: true, force: true })
  }
}

function entriesOf(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
  } catch {
    // What cannot be read says so when it is written into.
    return []
  }
}

import { EXIT_CODES } from '../model/error.ts'
import { count, counted } from './terminal.ts'

/** Says what could not be read, and sets the exit code. */
export function sayErrors(errors: ReadonlyMap<string, number>, rows: number): void {
  if (errors.size === 0) return
  const bad = [...errors.values()].reduce((sum, each) => sum + each, 0)
  const each = [...errors].map(([error, number]) => `${error} ${count(number)}`)
  process.stderr.write(`${counted(bad, 'bad row')} of ${count(rows)}: ${each.join(', ')}\n`)
  process.exitCode = EXIT_CODES.data
}

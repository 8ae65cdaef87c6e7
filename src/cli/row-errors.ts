import { EXIT_CODES } from '../model/error.ts'
import { count, counted } from './terminal.ts'

/** Says what could not be read of a source, and sets the exit code. */
export function sayRefused(name: string, refused: Readonly<Record<string, number>>, texts: number): void {
  const bad = Object.values(refused).reduce((sum, each) => sum + each, 0)
  if (bad === 0) return
  process.stderr.write(`${name}: `)
  sayErrors(new Map(Object.entries(refused)), texts + bad)
}

/** Says what could not be read, and sets the exit code. */
export function sayErrors(errors: ReadonlyMap<string, number>, rows: number): void {
  if (errors.size === 0) return
  const bad = [...errors.values()].reduce((sum, each) => sum + each, 0)
  const each = [...errors].map(([error, number]) => `${error} ${count(number)}`)
  process.stderr.write(`${counted(bad, 'bad row')} of ${count(rows)}: ${each.join(', ')}\n`)
  process.exitCode = EXIT_CODES.data
}

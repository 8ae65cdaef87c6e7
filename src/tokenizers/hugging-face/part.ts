import { TilthError } from '../../model/error.ts'

/** A part of a `tokenizer.json`: an object with a `type`. */
export type Part = Readonly<Record<string, unknown>>

/** The part under a name, which may be missing or null. @throws TilthError `input` where it is anything else. */
export function partOf(value: unknown, where: string): Part | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong(where, 'an object', value)
  return value as Part
}

/** @throws TilthError `input`. */
export function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(where, 'a list', value)
  return value
}

/** @throws TilthError `input`. */
export function stringOf(value: unknown, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'a text', value)
  return value
}

/** What stands for a thing that is not there, or a truth value. @throws TilthError `input`. */
export function flagOf(value: unknown, where: string, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'boolean') throw wrong(where, 'true or false', value)
  return value
}

export function wrong(where: string, expected: string, value: unknown): TilthError {
  const shown = JSON.stringify(value)?.slice(0, 40) ?? 'nothing'
  return new TilthError('input', `${where}: expected ${expected}, got ${shown}`)
}

/** A part of a kind that is not known here. */
export function unsupported(where: string, type: unknown, known: readonly string[]): TilthError {
  return new TilthError('input', `${where}: ${String(type)} is not supported`, {
    hint: `supported are ${known.join(', ')}`,
  })
}

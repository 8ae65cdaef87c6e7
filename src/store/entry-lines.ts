import { existsSync, readFileSync } from 'node:fs'

/** What a member of an entry must be: what `typeof` says, or an array. */
export type EntryField = 'string' | 'number' | 'object' | 'array'

/**
 * Entries of a list that processes append lines to; none where there is no file.
 *
 * A line that is no entry is passed over: the last one of a process that was killed, or one that was harmed.
 * What it said is found out again.
 */
export function readEntries<T>(path: string, fields: Readonly<Record<string, EntryField>>): readonly T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const entry = parse(line)
      return isEntry(entry, fields) ? [entry as T] : []
    })
}

function parse(line: string): unknown {
  if (line === '') return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function isEntry(value: unknown, fields: Readonly<Record<string, EntryField>>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const members = value as Readonly<Record<string, unknown>>
  return Object.entries(fields).every(([name, type]) => {
    const member = members[name]
    if (type === 'array') return Array.isArray(member)
    return typeof member === type && member !== null
  })
}

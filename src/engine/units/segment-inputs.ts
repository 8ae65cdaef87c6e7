import type { Split } from '../../model/record.ts'
import { type Plan, preferredInputs } from '../../plan/plan.ts'
import type { KnownFile } from '../input-cache.ts'
import type { SplitPlace } from './split-reading.ts'

/** The files of some inputs in the order of provenance, whatever they are called and however they were given. */
export function filesInOrder(
  plan: Plan,
  files: readonly KnownFile[],
  inputs: readonly string[],
): readonly KnownFile[] {
  // Of one file in several inputs the preferred one's records stay, whatever the files are called.
  const preferred = plan.steps.find((step) => preferredInputs(step) !== undefined)
  const places = new Map((preferred && preferredInputs(preferred))?.map((name, at) => [name, at]))
  const placeOfInput = ({ file }: KnownFile): number => places.get(file.input) ?? places.size
  return files
    .filter(({ file }) => inputs.includes(file.input))
    .sort(
      (a, b) => order(a.hash, b.hash) || placeOfInput(a) - placeOfInput(b) || order(a.file.uri, b.file.uri),
    )
}

/** Where the splits of a file are. */
export function placesOf(
  { file, hash, etag }: KnownFile,
  splits: readonly Split[] = [],
): readonly SplitPlace[] {
  return splits.map((split) => ({ file, input: hash, split, etag }))
}

/** The whole of a file, which is always a split. */
export function wholeOf({ bytes }: Pick<KnownFile, 'bytes'>): Split {
  return { start: 0, end: bytes, first: 0 }
}

/**
 * Whether each split of a file was read to where the next begins: not so where one began inside a record, as its start was guessed
 * from bytes.
 *
 * @param ends where the first record behind each split starts, as far as it is known.
 */
export function splitsMeet(ends: readonly (number | undefined)[], splits: readonly Split[]): boolean {
  return ends.every((end, at) => {
    const next = splits[at + 1]
    return next === undefined || end === undefined || end === next.start
  })
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

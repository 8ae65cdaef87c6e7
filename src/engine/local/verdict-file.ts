import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, renameSync } from 'node:fs'
import { mixed } from '../../dedup/mixed.ts'
import { writeWhole } from '../../store/table.ts'
import type { Joined } from '../flow.ts'
import { checked, damagedCache, openCached, unchecked } from './cache-file.ts'

/**
 * What an exchange decided of one row of a unit. A row without a verdict is the common case: kept by
 * a group, matched on a join's left side, not matched on its right side.
 */
export type RowVerdict =
  /** Another document survived, so similar where they were compared; `superseded` on a join's right side. */
  | { readonly ordinal: number; readonly winner: string; readonly similarity?: number }
  /** Survived, with so many documents under its key (2 or more). */
  | { readonly ordinal: number; readonly copies: number }
  /** Parts of the document that are repeats, by number. A row may have such a verdict from each partition, in any order; all of them together rise. */
  | { readonly ordinal: number; readonly parts: readonly number[] }
  /** A join's left side: nothing on the right has its key. */
  | { readonly ordinal: number; readonly unmatched: true }
  /** A join's right side: matched, with what the left document gives. */
  | { readonly ordinal: number; readonly match: Joined }

/** Verdicts by unit; units of a join's right side are numbered behind those of the left. */
export type Verdicts = ReadonlyMap<number, readonly RowVerdict[]>

/** For each unit, the sum modulo 2^64 of the hashes of its verdicts, as hex: equal however they were partitioned. */
export type VerdictDigests = Readonly<Record<number, string>>

const FRAME_VERDICTS = 20_000

/** Writes the verdicts of one partition; the file appears under its name only when whole. */
export function writeVerdicts(path: string, verdicts: Verdicts): void {
  const partial = `${path}.${process.pid}.partial`
  const file = openSync(partial, 'w')
  const index: Record<number, { offset: number; length: number }[]> = {}
  let offset = 0
  const digests: Record<number, string> = {}
  for (const [unit, list] of verdicts) {
    const frames: { offset: number; length: number }[] = []
    for (let start = 0; start < list.length; start += FRAME_VERDICTS) {
      const lines = list.slice(start, start + FRAME_VERDICTS).map((verdict) => JSON.stringify(verdict))
      const bytes = checked(lines.join('\n'))
      writeWhole(file, bytes)
      frames.push({ offset, length: bytes.length })
      offset += bytes.length
    }
    index[unit] = frames
    digests[unit] = digest(list)
  }
  const footer = checked(JSON.stringify({ index, digests }))
  const trailer = Buffer.alloc(4)
  trailer.writeUInt32LE(footer.length)
  writeWhole(file, footer)
  writeWhole(file, trailer)
  closeSync(file)
  renameSync(partial, path)
}

function digest(list: readonly RowVerdict[]): string {
  let sum = 0n
  for (const verdict of list) sum += 'parts' in verdict ? partsDigest(verdict) : verdictDigest(verdict)
  return BigInt.asUintN(64, sum).toString(16)
}

function verdictDigest(verdict: RowVerdict): bigint {
  return createHash('sha256').update(JSON.stringify(verdict)).digest().readBigUInt64LE()
}

/** Sum over the parts, so that it does not matter which came from which partition. There are many: each costs a few steps of arithmetic. */
function partsDigest({
  ordinal,
  parts,
}: {
  readonly ordinal: number
  readonly parts: readonly number[]
}): bigint {
  const seed = mixed(ordinal ^ 0x5bd1e995)
  let sum = 0n
  let low = 0
  let high = 0
  for (const [at, part] of parts.entries()) {
    const one = mixed(seed ^ part)
    low += one >>> 0
    high += mixed(one ^ ordinal) >>> 0
    // As many as a double holds without rounding.
    if (at % 2 ** 20 === 0 || at === parts.length - 1) {
      sum += BigInt(low) + (BigInt(high) << 32n)
      low = 0
      high = 0
    }
  }
  return sum
}

/** Adds up the digests of several partitions, unit by unit. */
export function addDigests(parts: readonly VerdictDigests[]): VerdictDigests {
  const total: Record<number, string> = {}
  for (const part of parts) {
    for (const [unit, hex] of Object.entries(part)) {
      const sum = BigInt(`0x${total[Number(unit)] ?? '0'}`) + BigInt(`0x${hex}`)
      total[Number(unit)] = BigInt.asUintN(64, sum).toString(16)
    }
  }
  return total
}

interface VerdictFooter {
  readonly index: Record<number, readonly { offset: number; length: number }[]>
  readonly digests: VerdictDigests
}

/** Digests of the units in one partition's file. */
export function readDigests(path: string): VerdictDigests {
  const file = new VerdictFile(path)
  try {
    return file.digests
  } finally {
    file.close()
  }
}

/** The verdicts of an exchange, from the files of all its partitions. Close them. */
export class VerdictFiles {
  readonly #files: readonly VerdictFile[]

  constructor(paths: readonly string[]) {
    this.#files = paths.map((path) => new VerdictFile(path))
  }

  /** Verdicts on one unit's rows, by ordinal. */
  of(unit: number): ReadonlyMap<number, RowVerdict> {
    const verdicts = new Map<number, RowVerdict>()
    const parts = new Map<number, number[]>()
    for (const file of this.#files) {
      for (const verdict of file.verdicts(unit)) {
        const { ordinal } = verdict
        if (!('parts' in verdict)) {
          if (verdicts.has(ordinal)) throw new Error('two verdicts on one row')
          verdicts.set(ordinal, verdict)
          continue
        }
        const known = parts.get(ordinal)
        if (known === undefined) parts.set(ordinal, [...verdict.parts])
        else for (const part of verdict.parts) known.push(part)
      }
    }
    for (const [ordinal, numbers] of parts) {
      if (verdicts.has(ordinal)) throw new Error('two verdicts on one row')
      // A typed array is sorted as numbers, without a call for each pair.
      verdicts.set(ordinal, { ordinal, parts: [...Uint32Array.from(numbers).sort()] })
    }
    return verdicts
  }

  close(): void {
    for (const file of this.#files) file.close()
  }
}

/** The verdicts of one partition, opened for reading. */
class VerdictFile {
  readonly #path: string
  readonly #file: number
  readonly #footer: VerdictFooter

  constructor(path: string) {
    this.#path = path
    this.#file = openCached(path)
    try {
      const { size } = fstatSync(this.#file)
      const length = Math.min(this.#bytes(size - 4, 4).readUInt32LE(), size - 4)
      this.#footer = JSON.parse(unchecked(this.#bytes(size - 4 - length, length))) as VerdictFooter
    } catch (cause) {
      closeSync(this.#file)
      throw damagedCache(path, cause)
    }
  }

  get digests(): VerdictDigests {
    return this.#footer.digests
  }

  verdicts(unit: number): readonly RowVerdict[] {
    try {
      return (this.#footer.index[unit] ?? []).flatMap(({ offset, length }) =>
        unchecked(this.#bytes(offset, length))
          .split('\n')
          .map((line) => JSON.parse(line) as RowVerdict),
      )
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  #bytes(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length)
    let done = 0
    while (done < length) {
      const read = readSync(this.#file, buffer, done, length - done, offset + done)
      if (read === 0) throw new Error('ends early')
      done += read
    }
    return buffer
  }
}

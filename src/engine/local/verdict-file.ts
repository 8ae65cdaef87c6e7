import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { readWhole } from '../../store/read-whole.ts'
import { writeWhole } from '../../store/write-whole.ts'
import { fmix } from '../../text/murmur3.ts'
import type { RowVerdict } from '../units/row-verdict.ts'
import { checked, damagedCache, unchecked } from './cache-file.ts'
import { OpenFiles } from './open-files.ts'

/** Verdicts by unit; units of a join's right side are numbered behind those of the left. */
export type Verdicts = ReadonlyMap<number, readonly RowVerdict[]>

/** For each unit, the sum modulo 2^64 of the hashes of its verdicts, as hex: equal however they were partitioned. */
export type VerdictDigests = Readonly<Record<number, string>>

const FRAME_VERDICTS = 20_000

/** Writes the verdicts of one partition; the file appears under its name only when whole. */
export function writeVerdicts(path: string, verdicts: Verdicts): void {
  writeWith(path, (writer) => {
    for (const [unit, list] of verdicts) writer.verdicts(unit, list)
  })
}

/**
 * Writes the parts of one partition that are repeats: for each unit the ordinal of the row and the number of the part, of each, in any
 * order. They are many, and are kept as numbers.
 */
export function writePartVerdicts(path: string, parts: ReadonlyMap<number, Uint32Array>): void {
  writeWith(path, (writer) => {
    for (const [unit, pairs] of parts) writer.parts(unit, pairs)
  })
}

function writeWith(path: string, write: (writer: VerdictWriter) => void): void {
  const partial = `${path}.${process.pid}.partial`
  const writer = new VerdictWriter(partial)
  try {
    write(writer)
    writer.finish()
    renameSync(partial, path)
  } catch (error) {
    writer.close()
    rmSync(partial, { force: true })
    throw error
  }
}

class VerdictWriter {
  #file: number
  readonly #index: Record<number, Frame[]> = {}
  readonly #parts: Record<number, CheckedFrame> = {}
  readonly #digests: Record<number, string> = {}
  #offset = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  verdicts(unit: number, list: readonly RowVerdict[]): void {
    const frames: Frame[] = []
    for (let start = 0; start < list.length; start += FRAME_VERDICTS) {
      const lines = list.slice(start, start + FRAME_VERDICTS).map((verdict) => JSON.stringify(verdict))
      frames.push(this.#write(checked(lines.join('\n'))))
    }
    this.#index[unit] = frames
    this.#digests[unit] = hexOf(list.reduce((sum, verdict) => sum + verdictDigest(verdict), 0n))
  }

  parts(unit: number, pairs: Uint32Array): void {
    const bytes = new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength)
    this.#parts[unit] = { ...this.#write(bytes), crc: crc32(bytes) }
    this.#digests[unit] = hexOf(partsDigest(pairs))
  }

  finish(): void {
    const footer: VerdictFooter = { index: this.#index, parts: this.#parts, digests: this.#digests }
    const { length } = this.#write(checked(JSON.stringify(footer)))
    const trailer = Buffer.alloc(4)
    trailer.writeUInt32LE(length)
    writeWhole(this.#file, trailer)
    this.close()
  }

  close(): void {
    if (this.#file === -1) return
    closeSync(this.#file)
    this.#file = -1
  }

  #write(bytes: Uint8Array): Frame {
    writeWhole(this.#file, bytes)
    const frame = { offset: this.#offset, length: bytes.length }
    this.#offset += bytes.length
    return frame
  }
}

function hexOf(sum: bigint): string {
  return BigInt.asUintN(64, sum).toString(16)
}

function verdictDigest(verdict: RowVerdict): bigint {
  return createHash('sha256').update(JSON.stringify(verdict)).digest().readBigUInt64LE()
}

/** Sum over the parts, so that it does not matter which came from which partition. There are many: each costs a few steps of arithmetic. */
function partsDigest(pairs: Uint32Array): bigint {
  let sum = 0n
  let low = 0
  let high = 0
  for (let at = 0; at < pairs.length; at += 2) {
    const ordinal = pairs[at] ?? 0
    const one = fmix(fmix(ordinal ^ 0x5bd1e995) ^ (pairs[at + 1] ?? 0))
    low += one >>> 0
    high += fmix(one ^ ordinal) >>> 0
    // As many as a double holds without rounding.
    if (at % 2 ** 20 === 0 || at === pairs.length - 2) {
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

/** Where bytes lie in a file. */
interface Frame {
  readonly offset: number
  readonly length: number
}

interface CheckedFrame extends Frame {
  readonly crc: number
}

interface VerdictFooter {
  readonly index: Readonly<Record<number, readonly Frame[]>>
  /** Numbers, of which two are a part: the ordinal of its row, and its own. */
  readonly parts: Readonly<Record<number, CheckedFrame>>
  readonly digests: VerdictDigests
}

/** Digests of the units in one partition's file. */
export function readDigests(path: string): VerdictDigests {
  const open = new OpenFiles()
  try {
    return new VerdictFile(path, open).digests
  } finally {
    open.close()
  }
}

/** The verdicts of an exchange, from the files of all its partitions, few of which are open at a time. Close them. */
export class VerdictFiles {
  readonly #open = new OpenFiles()
  readonly #files: readonly VerdictFile[]

  constructor(paths: readonly string[]) {
    this.#files = paths.map((path) => new VerdictFile(path, this.#open))
  }

  /** Verdicts on one unit's rows, by ordinal. */
  of(unit: number): ReadonlyMap<number, RowVerdict> {
    const verdicts = new Map<number, RowVerdict>()
    const add = (verdict: RowVerdict): void => {
      if (verdicts.has(verdict.ordinal)) throw new Error('two verdicts on one row')
      verdicts.set(verdict.ordinal, verdict)
    }
    for (const file of this.#files) for (const verdict of file.verdicts(unit)) add(verdict)
    for (const verdict of partsByRow(this.#files.map((file) => file.parts(unit)))) add(verdict)
    return verdicts
  }

  close(): void {
    this.#open.close()
  }
}

/** The parts that are repeats, row by row, of what each partition has: ordinals and numbers in turn. */
function* partsByRow(lists: readonly Uint32Array[]): Generator<RowVerdict> {
  let rows = 0
  for (const pairs of lists)
    for (let at = 0; at < pairs.length; at += 2) rows = Math.max(rows, (pairs[at] ?? 0) + 1)
  const starts = new Uint32Array(rows + 1)
  for (const pairs of lists)
    for (let at = 0; at < pairs.length; at += 2)
      starts[(pairs[at] ?? 0) + 1] = (starts[(pairs[at] ?? 0) + 1] ?? 0) + 1
  for (let row = 0; row < rows; row++) starts[row + 1] = (starts[row + 1] ?? 0) + (starts[row] ?? 0)
  const next = starts.slice()
  const parts = new Uint32Array(starts[rows] ?? 0)
  for (const pairs of lists) {
    for (let at = 0; at < pairs.length; at += 2) {
      const to = next[pairs[at] ?? 0] ?? 0
      parts[to] = pairs[at + 1] ?? 0
      next[pairs[at] ?? 0] = to + 1
    }
  }
  for (let ordinal = 0; ordinal < rows; ordinal++) {
    const own = parts.subarray(starts[ordinal], starts[ordinal + 1])
    if (own.length > 0) yield { ordinal, parts: own.sort() }
  }
}

/** The verdicts of one partition. */
class VerdictFile {
  readonly #path: string
  readonly #open: OpenFiles
  readonly #footer: VerdictFooter

  constructor(path: string, open: OpenFiles) {
    this.#path = path
    this.#open = open
    const { size } = fstatSync(open.file(path))
    try {
      const length = Math.min(this.#bytes(size - 4, 4).readUInt32LE(), size - 4)
      this.#footer = JSON.parse(unchecked(this.#bytes(size - 4 - length, length))) as VerdictFooter
    } catch (cause) {
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

  parts(unit: number): Uint32Array {
    try {
      const frame = this.#footer.parts[unit]
      if (frame === undefined) return Uint32Array.of()
      const pairs = new Uint32Array(frame.length / 4)
      const bytes = new Uint8Array(pairs.buffer)
      bytes.set(this.#bytes(frame.offset, frame.length))
      if (crc32(bytes) !== frame.crc) throw new Error('checksum')
      return pairs
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
  }

  #bytes(offset: number, length: number): Buffer {
    const file = this.#open.file(this.#path)
    const buffer = Buffer.allocUnsafe(length)
    if (!readWhole(file, buffer, offset)) throw new Error('ends early')
    return buffer
  }
}

import { existsSync } from 'node:fs'
import { buckets } from '../../../dedup/buckets.ts'
import { doubled } from '../../../dedup/doubled.ts'
import type { Repeats, SpanGroup } from '../../../model/stage.ts'
import { stageOf } from '../../../plan/plan.ts'
import { groupFiles } from '../../stage-files.ts'
import type { TaskContext } from '../../units/context.ts'
import type { RowVerdict } from '../../units/row-verdict.ts'
import { PART_WORDS } from '../compact-keys.ts'
import {
  type CompactRange,
  PackFiles,
  PackWriter,
  type UnitAddress,
  UnitReader,
  UnitWriter,
} from '../unit-file.ts'
import { readDigests, type VerdictDigests, VerdictFiles, writePartVerdicts } from '../verdict-file.ts'
import { shardRows } from './known-keys.ts'

export interface DecidePartsTask {
  /** Units whose parts are decided, and behind them those of documents of other versions, whose parts stay. */
  readonly units: readonly UnitAddress[]
  /** Number of the first unit of another version, where there are any. */
  readonly known?: number
  /** Whether parts of other versions are told, too, where they are shared. */
  readonly tellsKnown?: boolean
  readonly repeats: Repeats
  /** Leading bytes of the keys: from (included) to (not included). */
  readonly from: number
  readonly to: number
  readonly out: string
}

/** Says which parts of which rows are repeats, of the keys of one partition. */
export function decideParts(_context: TaskContext, task: DecidePartsTask): VerdictDigests {
  if (existsSync(task.out)) return readDigests(task.out)
  const { units, from, to, out } = task
  const found = new RepeatedParts(units.length)
  const packs = new PackFiles()
  try {
    const keys = units.map((address) => new UnitReader(address, packs).compact(from, to))
    // Byte by byte, so that a table of keys is about as large as a cache.
    for (let byte = from; byte < to; byte++) addRepeated(new PartTable(keys, byte), task, found)
  } finally {
    packs.close()
  }
  writePartVerdicts(out, found.byUnit())
  return readDigests(out)
}

function addRepeated(
  table: PartTable,
  { repeats, known = Number.POSITIVE_INFINITY, tellsKnown = false }: DecidePartsTask,
  found: RepeatedParts,
): void {
  const { least, most = Number.POSITIVE_INFINITY, count, spareFirst } = repeats
  const { starts, rows } = buckets(table)
  const isKnown = (record: number): boolean => (table.units[record] ?? 0) >= known
  if (least <= 1 && !spareFirst) addLone(table, rows, found, isKnown)
  for (let at = 0; at + 1 < starts.length; at++) {
    const records = rows.subarray(starts[at], starts[at + 1])
    if (Number.isFinite(known) && records.some(isKnown)) {
      // What another version has goes here, however often it is here; what only other versions have is nobody's repeat.
      if (records.every(isKnown)) continue
      for (const record of records) if (tellsKnown || !isKnown(record)) table.tell(record, found)
      continue
    }
    const number = table.countOf(records, count)
    if (number < least || number > most) continue
    const spared = spareFirst ? table.first(records) : undefined
    for (let index = 0; index < records.length; index++) {
      const record = records[index] ?? 0
      if (record !== spared) table.tell(record, found)
    }
  }
}

/** Where one is enough: parts whose key no other part has, which are in no bucket. */
function addLone(
  table: PartTable,
  inBuckets: Uint32Array,
  found: RepeatedParts,
  isKnown: (record: number) => boolean,
): void {
  const shared = new Uint8Array(table.rows.length)
  for (const record of inBuckets) shared[record] = 1
  for (const record of table.rows) {
    if (shared[record] === 0 && !isKnown(record)) table.tell(record, found)
  }
}

/** Parts that are repeats, in the order in which they were found. */
class RepeatedParts {
  readonly #counts: Uint32Array
  /** Unit, ordinal of the row and number of the part, of each. */
  #triples = new Uint32Array(3 << 12)
  #filled = 0

  constructor(units: number) {
    this.#counts = new Uint32Array(units)
  }

  add(unit: number, ordinal: number, part: number): void {
    if (this.#filled === this.#triples.length) this.#triples = doubled(this.#triples)
    this.#triples[this.#filled++] = unit
    this.#triples[this.#filled++] = ordinal
    this.#triples[this.#filled++] = part
    this.#counts[unit] = (this.#counts[unit] ?? 0) + 1
  }

  /** Ordinal and number of each part, by unit; units without any are not there. */
  byUnit(): ReadonlyMap<number, Uint32Array> {
    const lists = Array.from(this.#counts, (count) => new Uint32Array(2 * count))
    const next = new Uint32Array(lists.length)
    for (let at = 0; at < this.#filled; at += 3) {
      const unit = this.#triples[at] ?? 0
      const list = lists[unit]
      const to = next[unit] ?? 0
      if (list === undefined) continue
      list[to] = this.#triples[at + 1] ?? 0
      list[to + 1] = this.#triples[at + 2] ?? 0
      next[unit] = to + 2
    }
    return new Map(lists.entries().filter(([, list]) => list.length > 0))
  }
}

/** The keys of parts with one leading byte, of all units, as columns. */
class PartTable {
  readonly low: Uint32Array
  readonly high: Uint32Array
  /** Number of each record: so that buckets are of records. */
  readonly rows: Uint32Array
  readonly units: Uint32Array
  readonly ordinals: Uint32Array
  readonly parts: Uint32Array
  /** Leading digits of the document's id, as far as they tell documents apart. */
  readonly #idLow: Uint32Array
  readonly #idHigh: Uint32Array

  constructor(units: readonly CompactRange[], byte: number) {
    const count = units.reduce((sum, unit) => sum + recordsOf(unit, byte), 0)
    this.low = new Uint32Array(count)
    this.high = new Uint32Array(count)
    this.rows = new Uint32Array(count)
    this.units = new Uint32Array(count)
    this.ordinals = new Uint32Array(count)
    this.parts = new Uint32Array(count)
    this.#idLow = new Uint32Array(count)
    this.#idHigh = new Uint32Array(count)
    let record = 0
    for (const [number, unit] of units.entries()) {
      const words = unit.words(byte, byte + 1)
      for (let at = 0; at < words.length; at += PART_WORDS, record++) {
        this.low[record] = words[at] ?? 0
        this.high[record] = words[at + 1] ?? 0
        this.rows[record] = record
        this.units[record] = number
        this.parts[record] = words[at + 2] ?? 0
        this.ordinals[record] = words[at + 3] ?? 0
        this.#idLow[record] = words[at + 4] ?? 0
        this.#idHigh[record] = words[at + 5] ?? 0
      }
    }
  }

  tell(record: number, found: RepeatedParts): void {
    found.add(this.units[record] ?? 0, this.ordinals[record] ?? 0, this.parts[record] ?? 0)
  }

  /** Records of one document stand together. */
  countOf(records: Uint32Array, count: Repeats['count']): number {
    if (count === 'occurrences') return records.length
    let documents = 0
    for (const [at, record] of records.entries()) {
      const before = records[at - 1]
      if (before === undefined || !this.#sameRow(before, record)) documents++
    }
    return documents
  }

  /** The record of the smallest id, and there of the first part. */
  first(records: Uint32Array): number {
    let best = records[0] ?? 0
    for (let at = 1; at < records.length; at++) {
      const record = records[at] ?? 0
      if (this.#compare(record, best) < 0) best = record
    }
    return best
  }

  #compare(a: number, b: number): number {
    return (
      difference(this.#idHigh, a, b) ||
      difference(this.#idLow, a, b) ||
      difference(this.units, a, b) ||
      difference(this.ordinals, a, b) ||
      difference(this.parts, a, b)
    )
  }

  #sameRow(a: number, b: number): boolean {
    return this.units[a] === this.units[b] && this.ordinals[a] === this.ordinals[b]
  }
}

/** Records of a unit with a leading byte. */
function recordsOf(unit: CompactRange, byte: number): number {
  let count = 0
  for (const [of, words] of unit.counts()) if (of === byte) count += words / PART_WORDS
  return count
}

function difference(column: Uint32Array, a: number, b: number): number {
  return (column[a] ?? 0) - (column[b] ?? 0)
}

export interface ReadPartsTask {
  /** Number of the group among the plan's steps. */
  readonly step: number
  readonly units: readonly {
    readonly address: UnitAddress
    readonly uri: string
    readonly input: string
    readonly number: number
  }[]
  /** Files that say which parts of `narrow` are shared. */
  readonly shared: readonly string[]
  readonly out: string
}

/** Reads the rows in which parts are shared again, for the keys that decide; gives a unit of keys for each unit. */
export async function readParts(context: TaskContext, task: ReadPartsTask): Promise<readonly UnitAddress[]> {
  const partsOf = partsMaker(context, task.step)
  const pack = new PackWriter(task.out)
  const shared = new VerdictFiles(task.shared)
  const packs = new PackFiles()
  try {
    const addresses = task.units.map(({ address, uri, input, number }) => {
      const writer = new UnitWriter(pack)
      const verdicts = shared.of(number)
      let ordinal = -1
      if (verdicts.size > 0) {
        for (const { id, text, meta, record } of new UnitReader(address, packs).readRows()) {
          const numbers = sharedBy(verdicts.get(++ordinal))
          if (numbers === undefined) continue
          const document = { id, text, meta, origin: { uri, input, record } }
          writer.parts(ordinal, id, partsOf(document, numbers))
        }
      }
      const { start, length } = writer.finish({ counts: [], textBytes: 0, bytesRead: 0 })
      return { path: task.out, start, length }
    })
    pack.finish()
    return addresses
  } finally {
    packs.close()
    shared.close()
    pack.abandon()
  }
}

export interface ReadKnownPartsTask {
  readonly step: number
  /** A shard of the kept documents of another version. */
  readonly shard: string
  /** Its number among the units of the exchange. */
  readonly number: number
  readonly shared: readonly string[]
  readonly out: string
}

/** The same for the documents of a shard of another version. A shard in which nothing is shared is not read. */
export async function readKnownParts(context: TaskContext, task: ReadKnownPartsTask): Promise<UnitAddress> {
  const partsOf = partsMaker(context, task.step)
  const pack = new PackWriter(task.out)
  const shared = new VerdictFiles(task.shared)
  try {
    const writer = new UnitWriter(pack)
    const verdicts = shared.of(task.number)
    let ordinal = -1
    let left = verdicts.size
    if (left > 0) {
      for await (const { id, text, meta, source: uri, input, record } of shardRows(task.shard)) {
        const numbers = sharedBy(verdicts.get(++ordinal))
        if (numbers === undefined) continue
        writer.parts(ordinal, id, partsOf({ id, text, meta, origin: { uri, input, record } }, numbers))
        if (--left === 0) break
      }
    }
    const { start, length } = writer.finish({ counts: [], textBytes: 0, bytesRead: 0 })
    pack.finish()
    return { path: task.out, start, length }
  } finally {
    shared.close()
    pack.abandon()
  }
}

/** What gives the keys of a document's parts, of a step that decides spans. */
export function partsMaker(context: TaskContext, index: number): ReturnType<SpanGroup['parts']> {
  const step = context.plan.steps[index]
  const stage = step && stageOf(step)
  if (step === undefined || stage?.kind !== 'group' || stage.decides !== 'spans')
    throw new Error(`step ${index} decides no spans`)
  return stage.parts(step.options, groupFiles(step))
}

function sharedBy(verdict: RowVerdict | undefined): Uint32Array | undefined {
  return verdict !== undefined && 'parts' in verdict ? verdict.parts : undefined
}

import { existsSync } from 'node:fs'
import { buckets } from '../../../dedup/buckets.ts'
import type { Repeats } from '../../../model/stage.ts'
import { stageOf } from '../../../plan/plan.ts'
import { PART_WORDS } from '../compact-keys.ts'
import type { TaskContext } from '../context.ts'
import { PackFiles, PackWriter, type UnitAddress, UnitReader, UnitWriter } from '../unit-file.ts'
import {
  type RowVerdict,
  readDigests,
  type VerdictDigests,
  VerdictFiles,
  writeVerdicts,
} from '../verdict-file.ts'

export interface DecidePartsTask {
  readonly units: readonly UnitAddress[]
  readonly repeats: Repeats
  /** Leading bytes of the keys: from (included) to (not included). */
  readonly from: number
  readonly to: number
  readonly out: string
}

/** Says which parts of which rows are repeats, of the keys of one partition. */
export function decideParts(_context: TaskContext, task: DecidePartsTask): VerdictDigests {
  if (existsSync(task.out)) return readDigests(task.out)
  const table = new PartTable(task)
  const { starts, rows: found } = buckets(table)
  const { least, count, spareFirst } = task.repeats
  const repeated = new Map<number, Map<number, number[]>>()
  for (let at = 0; at + 1 < starts.length; at++) {
    const records = found.subarray(starts[at], starts[at + 1])
    if (table.countOf(records, count) < least) continue
    const spared = spareFirst ? table.first(records) : undefined
    for (let index = 0; index < records.length; index++) {
      const record = records[index] ?? 0
      if (record === spared) continue
      const unit = table.units[record] ?? 0
      let rows = repeated.get(unit)
      if (rows === undefined) repeated.set(unit, (rows = new Map()))
      const ordinal = table.ordinals[record] ?? 0
      const part = table.parts[record] ?? 0
      const parts = rows.get(ordinal)
      if (parts === undefined) rows.set(ordinal, [part])
      else parts.push(part)
    }
  }
  const verdicts = new Map<number, readonly RowVerdict[]>()
  for (const [unit, rows] of repeated) {
    const list = [...rows].map(([ordinal, parts]) => ({ ordinal, parts }))
    verdicts.set(
      unit,
      list.sort((a, b) => a.ordinal - b.ordinal),
    )
  }
  writeVerdicts(task.out, verdicts)
  return readDigests(task.out)
}

/** The keys of parts of one partition, of all units, as columns. */
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

  constructor({ units, from, to }: DecidePartsTask) {
    const packs = new PackFiles()
    try {
      const tables = units.map((address) => new UnitReader(address, packs).compactKeys(from, to))
      const count = tables.reduce((sum, words) => sum + words.length, 0) / PART_WORDS
      this.low = new Uint32Array(count)
      this.high = new Uint32Array(count)
      this.rows = new Uint32Array(count)
      this.units = new Uint32Array(count)
      this.ordinals = new Uint32Array(count)
      this.parts = new Uint32Array(count)
      this.#idLow = new Uint32Array(count)
      this.#idHigh = new Uint32Array(count)
      let record = 0
      for (const [unit, words] of tables.entries()) {
        for (let at = 0; at < words.length; at += PART_WORDS, record++) {
          this.low[record] = words[at] ?? 0
          this.high[record] = words[at + 1] ?? 0
          this.rows[record] = record
          this.units[record] = unit
          this.parts[record] = words[at + 2] ?? 0
          this.ordinals[record] = words[at + 3] ?? 0
          this.#idLow[record] = words[at + 4] ?? 0
          this.#idHigh[record] = words[at + 5] ?? 0
        }
      }
    } finally {
      packs.close()
    }
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
  const step = context.plan.steps[task.step]
  const stage = step && stageOf(step)
  if (step === undefined || stage?.kind !== 'group' || stage.decides !== 'spans')
    throw new Error(`step ${task.step} decides no spans`)
  const partsOf = stage.parts(step.options)
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
          const verdict = verdicts.get(++ordinal)
          if (verdict === undefined || !('parts' in verdict)) continue
          const document = { id, text, meta, origin: { uri, input, record } }
          writer.parts(ordinal, id, partsOf(document, verdict.parts))
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

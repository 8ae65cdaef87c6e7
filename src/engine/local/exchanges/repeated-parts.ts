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
  const repeated = new Map<number, Map<number, number[]>>()
  for (let at = 0; at + 1 < starts.length; at++) {
    const records = found.subarray(starts[at], starts[at + 1])
    if (table.countOf(records, task.repeats.count) < task.repeats.least) continue
    const spared = task.repeats.spareFirst ? table.first(records) : undefined
    for (const record of records) {
      if (record === spared) continue
      const rows = repeated.get(table.unit(record)) ?? new Map<number, number[]>()
      if (rows.size === 0) repeated.set(table.unit(record), rows)
      const parts = rows.get(table.ordinal(record))
      if (parts === undefined) rows.set(table.ordinal(record), [table.part(record)])
      else parts.push(table.part(record))
    }
  }
  const verdicts = new Map<number, readonly RowVerdict[]>()
  for (const [unit, rows] of repeated) {
    const list = [...rows].map(([ordinal, parts]) => ({ ordinal, parts: parts.sort((a, b) => a - b) }))
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
  readonly #words: readonly Uint32Array[]
  /** First record of each unit. */
  readonly #bases: readonly number[]
  readonly #units: Uint32Array

  constructor({ units, from, to }: DecidePartsTask) {
    const packs = new PackFiles()
    try {
      this.#words = units.map((address) => new UnitReader(address, packs).compactKeys(from, to))
    } finally {
      packs.close()
    }
    const bases: number[] = []
    let count = 0
    for (const words of this.#words) {
      bases.push(count)
      count += words.length / PART_WORDS
    }
    this.#bases = bases
    this.low = new Uint32Array(count)
    this.high = new Uint32Array(count)
    this.rows = new Uint32Array(count)
    this.#units = new Uint32Array(count)
    let record = 0
    for (const [unit, words] of this.#words.entries()) {
      for (let at = 0; at < words.length; at += PART_WORDS, record++) {
        this.low[record] = words[at] ?? 0
        this.high[record] = words[at + 1] ?? 0
        this.rows[record] = record
        this.#units[record] = unit
      }
    }
  }

  unit(record: number): number {
    return this.#units[record] ?? 0
  }

  ordinal(record: number): number {
    return this.#word(record, 2)
  }

  part(record: number): number {
    return this.#word(record, 3)
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
    for (const record of records) if (this.#compare(record, best) < 0) best = record
    return best
  }

  #compare(a: number, b: number): number {
    return (
      this.#word(a, 5) - this.#word(b, 5) ||
      this.#word(a, 4) - this.#word(b, 4) ||
      this.unit(a) - this.unit(b) ||
      this.ordinal(a) - this.ordinal(b) ||
      this.part(a) - this.part(b)
    )
  }

  #sameRow(a: number, b: number): boolean {
    return this.unit(a) === this.unit(b) && this.ordinal(a) === this.ordinal(b)
  }

  #word(record: number, word: number): number {
    const unit = this.unit(record)
    return this.#words[unit]?.[(record - (this.#bases[unit] ?? 0)) * PART_WORDS + word] ?? 0
  }
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

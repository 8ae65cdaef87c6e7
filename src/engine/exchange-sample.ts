import { type Buckets, buckets } from '../dedup/buckets.ts'
import { cosine } from '../dedup/embedding.ts'
import { jaccard } from '../dedup/jaccard.ts'
import type { Document } from '../model/document.ts'
import type { ClusterGroup, SpanGroup, StepSignals } from '../model/stage.ts'
import type { PlanStep } from '../plan/plan.ts'
import { PART_WORDS, SKETCH_WORDS } from './local/compact-keys.ts'
import { groupFiles } from './stage-files.ts'

/** What the documents of a sample bring to a step that brings near copies or repeats together. */
export interface ExchangeSample {
  readonly step: string
  readonly documents: number
  /** Those that bring keys. */
  readonly keyed: number
  /** Keys in the cache. */
  readonly keyBytes: number
  /** What keys are compared by, of all documents that bring some: shingles or vectors; keys of parts, as if all were shared. */
  readonly comparedBytes: number
  /** Shares from 0 to 1: documents that share a key with near copies, and with others only; and keys that are shared with either. */
  readonly near: number
  readonly chance: number
  readonly nearKeys: number
  readonly chanceKeys: number
}

export type ExchangeMeter = {
  add(document: Document, signals: StepSignals): void
  readonly sample: ExchangeSample
}

/** Measures what a sample's documents bring to a step. The stage is loaded. */
export function exchangeMeter(step: PlanStep, stage: ClusterGroup | SpanGroup): ExchangeMeter {
  return stage.decides === 'clusters' ? new ClusterMeter(step, stage) : new SpanMeter(step, stage)
}

/** Keys, and bytes of what is compared, that are held to find which documents meet: the first of a sample. */
const MOST_KEYS = 4e6
const MOST_COMPARED = 64 << 20
const MOST_COMPARISONS = 20_000

class ClusterMeter implements ExchangeMeter {
  readonly #step: PlanStep
  readonly #threshold: number | undefined
  readonly #compare: (a: Float64Array, b: Float64Array, least: number) => number
  readonly #sketched: ReturnType<ClusterGroup['sketched']>
  readonly #shingles: ReturnType<ClusterGroup['shingles']>
  readonly #keys: Uint32Array[] = []
  readonly #compared: Float64Array[] = []
  #documents = 0
  #keyed = 0
  #keyCount = 0
  #held = 0
  #comparedBytes = 0

  constructor(step: PlanStep, stage: ClusterGroup) {
    const { options } = step
    this.#step = step
    this.#threshold = stage.threshold(options)
    this.#compare = stage.similarity === 'cosine' ? cosine : jaccard
    this.#sketched = stage.sketched(options)
    this.#shingles = stage.shingles(options)
  }

  add(document: Document, signals: StepSignals): void {
    this.#documents++
    const sketch = this.#sketched(document, signals)
    if (sketch === undefined) return
    const keys = sketch.keys.length / 2
    const shingles = this.#shingles(document)
    if (this.#held + keys <= MOST_KEYS && this.#comparedBytes + shingles.byteLength <= MOST_COMPARED) {
      this.#held += keys
      this.#keys.push(sketch.keys.slice())
      this.#compared.push(shingles)
    }
    this.#keyed++
    this.#keyCount += keys
    this.#comparedBytes += shingles.byteLength
  }

  get sample(): ExchangeSample {
    const found = this.#meetings()
    const [near, chance] = [new Set<number>(), new Set<number>()]
    let [nearKeys, chanceKeys] = [0, 0]
    let left = MOST_COMPARISONS
    for (let at = 0; at + 1 < found.starts.length; at++) {
      const rows = found.rows.subarray(found.starts[at], found.starts[at + 1])
      for (let index = 1; index < rows.length; index++) {
        const [a = 0, b = 0] = [rows[index - 1], rows[index]]
        const isNear = left-- <= 0 || this.#areNear(a, b)
        for (const row of [a, b]) (isNear ? near : chance).add(row)
        const keys = index === 1 ? 2 : 1
        if (isNear) nearKeys += keys
        else chanceKeys += keys
      }
    }
    const [documents, keys] = [Math.max(1, this.#keys.length), Math.max(1, this.#held)]
    return {
      step: this.#step.name,
      documents: this.#documents,
      keyed: this.#keyed,
      keyBytes: this.#keyCount * SKETCH_WORDS * 4,
      comparedBytes: this.#comparedBytes,
      near: near.size / documents,
      chance: chance.difference(near).size / documents,
      nearKeys: nearKeys / keys,
      chanceKeys: chanceKeys / keys,
    }
  }

  #areNear(a: number, b: number): boolean {
    const [first, second] = [this.#compared[a], this.#compared[b]]
    if (this.#threshold === undefined || first === undefined || second === undefined) return true
    return this.#compare(first, second, this.#threshold) >= this.#threshold
  }

  #meetings(): Buckets {
    const keys = {
      low: new Uint32Array(this.#held),
      high: new Uint32Array(this.#held),
      rows: new Uint32Array(this.#held),
    }
    let filled = 0
    for (const [row, list] of this.#keys.entries()) {
      for (let at = 0; at < list.length; at += 2, filled++) {
        keys.low[filled] = list[at] ?? 0
        keys.high[filled] = list[at + 1] ?? 0
        keys.rows[filled] = row
      }
    }
    return buckets(keys)
  }
}

class SpanMeter implements ExchangeMeter {
  readonly #step: PlanStep
  readonly #narrow: ReturnType<NonNullable<SpanGroup['narrow']>> | undefined
  readonly #parts: ReturnType<SpanGroup['parts']>
  readonly #seen = new Map<bigint, boolean>()
  #documents = 0
  #keyed = 0
  #keys = 0
  #partCount = 0
  #repeated = 0

  constructor(step: PlanStep, stage: SpanGroup) {
    this.#step = step
    const files = groupFiles(step)
    this.#narrow = stage.narrow?.(step.options, files)
    this.#parts = stage.parts(step.options, files)
  }

  add(document: Document): void {
    this.#documents++
    const { keys, numbers } = this.#narrow?.(document) ?? this.#parts(document, NONE)
    const count = keys.length / 2
    if (count === 0) return
    this.#keyed++
    this.#keys += count
    for (let at = 0; at < keys.length; at += 2)
      this.#see((BigInt(keys[at + 1] ?? 0) << 32n) | BigInt(keys[at] ?? 0))
    if (this.#narrow !== undefined) this.#partCount += this.#parts(document, numbers.slice()).keys.length / 2
  }

  get sample(): ExchangeSample {
    return {
      step: this.#step.name,
      documents: this.#documents,
      keyed: this.#keyed,
      keyBytes: this.#keys * PART_WORDS * 4,
      comparedBytes: this.#partCount * PART_WORDS * 4,
      near: 0,
      chance: 0,
      nearKeys: this.#repeated / Math.max(1, this.#keys),
      chanceKeys: 0,
    }
  }

  /** Counts a key, and the first one of its kind when the second comes. */
  #see(key: bigint): void {
    const wasRepeated = this.#seen.get(key)
    if (wasRepeated !== undefined) this.#repeated += wasRepeated ? 1 : 2
    if (wasRepeated !== undefined || this.#seen.size < MOST_KEYS)
      this.#seen.set(key, wasRepeated !== undefined)
  }
}

const NONE = new Uint32Array(0)

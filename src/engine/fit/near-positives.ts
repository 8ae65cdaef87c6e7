import { closeSync, openSync } from 'node:fs'
import { jaccard } from '../../dedup/jaccard.ts'
import { keysFor, type SketchSpec } from '../../dedup/sketch-spec.ts'
import { Sketcher } from '../../dedup/sketcher.ts'
import { type TextUnit, unitTexts } from './fit-source.ts'
import { readWords } from './row-passes.ts'

/** A unit with the keys of its rows. */
export interface KeyedUnit {
  readonly unit: TextUnit
  readonly keysPath: string
  /** 1 for a row that has keys. */
  readonly hasKeys: Uint8Array
  /** Place of each row among the unit's texts. */
  readonly places: Uint32Array
  /** Number of the unit's first row among all. */
  readonly first: number
  readonly positive: boolean
}

export interface NearOptions {
  readonly units: readonly KeyedUnit[]
  readonly sketch: SketchSpec
  /** Jaccard index of two sets of shingles from which on they are copies, 0 to 1. */
  readonly threshold: number
  /** Rows that need no look: negatives that are excluded already, positives of which there is a copy. */
  readonly skips: (row: number) => boolean
}

/** Keys of positives that are held at a time, about 20 bytes each. */
const HELD_KEYS = 1 << 23
/** Positives that a negative is compared with for one key: more of them are copies of each other. */
const MOST_OF_KEY = 32
/** Rows whose shingles are held at a time. */
const HELD_ROWS = 1 << 15
const READ_ROWS = 1 << 12

/**
 * Negatives that are near copies of a positive: they share a band key with it, and their exact Jaccard index is at the threshold or
 * above. Keys are brought together by their high half, a range at a time; only texts of candidates are read again.
 */
export async function nearPositives(options: NearOptions): Promise<ReadonlySet<number>> {
  const pairs = candidates(options)
  const near = new Set<number>()
  const sketcher = new Sketcher(options.sketch)
  for (let at = 0; at < pairs.length; ) {
    const rows = new Set<number>()
    const begin = at
    while (at < pairs.length && rows.size < HELD_ROWS) {
      const [negative, positive] = pairs[at++] as readonly [number, number]
      rows.add(negative).add(positive)
    }
    const shingles = await shinglesOf(rows, options.units, sketcher)
    for (const [negative, positive] of pairs.slice(begin, at)) {
      const [a, b] = [shingles.get(negative), shingles.get(positive)]
      if (a === undefined || b === undefined || near.has(negative)) continue
      if (jaccard(a, b, options.threshold) >= options.threshold) near.add(negative)
    }
  }
  return near
}

/** Pairs of a negative and a positive with a key in common, in the order of their rows. */
function candidates({ units, sketch, skips }: NearOptions): readonly (readonly [number, number])[] {
  const width = keysFor(sketch)
  const positives = units.filter(({ positive }) => positive)
  const held = positives.reduce((sum, { hasKeys }) => sum + width * hasKeys.reduce((n, has) => n + has, 0), 0)
  const ranges = Math.max(1, Math.ceil(held / HELD_KEYS))
  const found = new Map<number, Set<number>>()
  for (let range = 0; range < ranges; range++) {
    const [from, to] = [(range / ranges) * 2 ** 32, ((range + 1) / ranges) * 2 ** 32]
    const isIn = (high: number): boolean => high >= from && high < to
    // About as many keys fall into each range: they are hashes.
    const table = new KeyTable(Math.ceil((1.1 * held) / ranges) + 1024)
    for (const unit of positives) {
      for (const { row, keys } of rowsWithKeys(unit, width)) {
        if (skips(row)) continue
        for (let at = 0; at < keys.length; at += 2)
          if (isIn(keys[at + 1] as number)) table.add(keys[at] as number, keys[at + 1] as number, row)
      }
    }
    for (const unit of units) {
      if (unit.positive) continue
      for (const { row, keys } of rowsWithKeys(unit, width)) {
        if (skips(row)) continue
        for (let at = 0; at < keys.length; at += 2) {
          if (!isIn(keys[at + 1] as number)) continue
          for (const positive of table.rowsOf(keys[at] as number, keys[at + 1] as number)) {
            const known = found.get(row)
            if (known === undefined) found.set(row, new Set([positive]))
            else known.add(positive)
          }
        }
      }
    }
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .flatMap(([row, others]) => [...others].sort((a, b) => a - b).map((other) => [row, other] as const))
}

/** The rows of a unit that have keys. The views are used again. */
function* rowsWithKeys(
  { keysPath, hasKeys, first }: KeyedUnit,
  width: number,
): Generator<{ readonly row: number; readonly keys: Uint32Array }> {
  const file = openSync(keysPath, 'r')
  try {
    const words = new Uint32Array(2 * width * READ_ROWS)
    const rows: number[] = []
    let place = 0
    for (let index = 0; index <= hasKeys.length; index++) {
      if (index < hasKeys.length && hasKeys[index] === 1) rows.push(first + index)
      if (rows.length < READ_ROWS && index < hasKeys.length) continue
      readWords(file, words, 2 * width * rows.length, place)
      place += 2 * width * rows.length
      for (const [at, row] of rows.entries())
        yield { row, keys: words.subarray(2 * width * at, 2 * width * (at + 1)) }
      rows.length = 0
    }
  } finally {
    closeSync(file)
  }
}

/** Rows by 64-bit keys: one table with chains in typed arrays. */
class KeyTable {
  readonly #slots: Int32Array
  #next: Int32Array
  #low: Uint32Array
  #high: Uint32Array
  #rows: Uint32Array
  #count = 0

  constructor(room: number) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * room))).fill(-1)
    this.#next = new Int32Array(room)
    this.#low = new Uint32Array(room)
    this.#high = new Uint32Array(room)
    this.#rows = new Uint32Array(room)
  }

  add(low: number, high: number, row: number): void {
    const at = this.#count++
    if (at >= this.#rows.length) this.#grow()
    const slot = low & (this.#slots.length - 1)
    this.#low[at] = low
    this.#high[at] = high
    this.#rows[at] = row
    this.#next[at] = this.#slots[slot] as number
    this.#slots[slot] = at
  }

  /** Equal keys fall into one range, however many they are. */
  #grow(): void {
    const room = 2 * this.#rows.length
    this.#next = grown(this.#next, new Int32Array(room))
    this.#low = grown(this.#low, new Uint32Array(room))
    this.#high = grown(this.#high, new Uint32Array(room))
    this.#rows = grown(this.#rows, new Uint32Array(room))
  }

  /** Some rows that have a key: the last ones that were added. */
  *rowsOf(low: number, high: number): Generator<number> {
    let given = 0
    let at = this.#slots[low & (this.#slots.length - 1)] as number
    for (; at !== -1 && given < MOST_OF_KEY; at = this.#next[at] as number) {
      if (this.#low[at] !== low || this.#high[at] !== high) continue
      given++
      yield this.#rows[at] as number
    }
  }
}

function grown<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** Shingles of some rows, whose texts are read again. */
async function shinglesOf(
  rows: ReadonlySet<number>,
  units: readonly KeyedUnit[],
  sketcher: Sketcher,
): Promise<ReadonlyMap<number, Float64Array>> {
  const shingles = new Map<number, Float64Array>()
  for (const { unit, places, first } of units) {
    const wanted = new Map<number, number>()
    for (const [index, place] of places.entries())
      if (rows.has(first + index)) wanted.set(place, first + index)
    if (wanted.size === 0) continue
    let place = 0
    for await (const batch of unitTexts(unit)) {
      for (const { text } of batch) {
        const row = wanted.get(place++)
        if (row !== undefined) shingles.set(row, sketcher.shingles(text))
      }
    }
  }
  return shingles
}

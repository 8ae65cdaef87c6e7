import type { EvaluationItem, EvaluationSet } from './evaluation-set.ts'
import { GramFinder } from './gram-finder.ts'
import { WordReader } from './word-reader.ts'

/** Words of a gram where they are chosen by set: GPT-3's bounds. */
const LEAST_N = 8
const MOST_N = 13
const SHORT_PERCENTILE = 0.05
/** Grams that are named of an example, and documents of a gram. */
const MOST_GRAMS = 5
const MOST_DOCUMENTS = 3

/**
 * Words of a gram for a set: the 5th percentile of its examples' lengths in words, but 8 to 13. The length of an example is that of its
 * longest text, because grams do not run from one text into the next; the percentile is one of the lengths (nearest rank).
 *
 * @see Brown et al. 2020 (GPT-3), appendix C.
 */
export function gramLength(set: EvaluationSet): number {
  const reader = new WordReader()
  const lengths = set.items.map(({ texts }) =>
    texts.reduce((most, text) => Math.max(most, wordsIn(reader, text)), 0),
  )
  const sorted = Uint32Array.from(lengths).sort()
  const length = sorted[Math.max(0, Math.ceil(SHORT_PERCENTILE * sorted.length) - 1)] ?? 0
  return Math.min(MOST_N, Math.max(LEAST_N, length))
}

function wordsIn(reader: WordReader, text: string): number {
  let words = 0
  reader.open(text)
  while (reader.next()) words++
  return words
}

/** A gram of an example that documents have, too. */
export interface FoundGram {
  readonly gram: string
  /** How many documents have it. */
  readonly documents: number
  /** Ids of the first of them. */
  readonly in: readonly string[]
}

/** How one example came out. */
export interface ItemOverlap {
  readonly item: EvaluationItem
  /** Whether a document has a gram of it. */
  readonly dirty: boolean
  /** Whether no text of it has as many words as a gram: it can never be dirty. */
  readonly short: boolean
  /** How many grams of it documents have, each different one once. */
  readonly grams: number
  /** The first of them. */
  readonly found: readonly FoundGram[]
}

/** How the examples of one set came out. */
export interface SetOverlap {
  readonly set: string
  /** Words of a gram. */
  readonly n: number
  readonly examples: number
  readonly dirty: number
  readonly clean: number
  /** Share of the examples that are clean, 0 to 1. */
  readonly cleanRatio: number
  /** Examples of which no text has `n` words; they count as clean. */
  readonly short: number
  readonly items: readonly ItemOverlap[]
}

interface GramTally {
  documents: number
  readonly in: string[]
}

/** Counts which examples of evaluation sets documents have grams of. Documents go through once, whatever the number of sets. */
export class OverlapCount {
  readonly #sets: readonly { readonly set: EvaluationSet; readonly n: number }[]
  /** A finder for each number of words, with what was found of each of its grams. */
  readonly #finders: readonly { readonly finder: GramFinder; readonly found: Map<number, GramTally> }[]
  documents = 0

  /** @param n words of a gram, or `auto` for {@link gramLength} of each set. */
  constructor(sets: readonly EvaluationSet[], n: number | 'auto') {
    this.#sets = sets.map((set) => ({ set, n: n === 'auto' ? gramLength(set) : n }))
    const lengths = [...new Set(this.#sets.map((each) => each.n))].sort((a, b) => a - b)
    this.#finders = lengths.map((length) => {
      const mine = this.#sets.filter((each) => each.n === length).map(({ set }) => set)
      return { finder: new GramFinder(mine, length), found: new Map() }
    })
  }

  add(id: string, text: string): void {
    this.documents++
    for (const { finder, found } of this.#finders) {
      const { grams } = finder.find(text)
      if (grams.length === 0) continue
      for (const gram of new Set(grams)) {
        const tally = found.get(gram) ?? { documents: 0, in: [] }
        found.set(gram, tally)
        tally.documents++
        if (tally.in.length < MOST_DOCUMENTS) tally.in.push(id)
      }
    }
  }

  /** The sets in the order in which they were given. */
  result(): readonly SetOverlap[] {
    const byItem = new Map<EvaluationItem, { grams: number; readonly found: FoundGram[] }>()
    for (const { finder, found } of this.#finders) {
      for (const [gram, { documents, in: ids }] of [...found].sort(([a], [b]) => a - b)) {
        const words = finder.wordsOf(gram).join(' ')
        for (const { item } of finder.sources(gram)) {
          const own = byItem.get(item) ?? { grams: 0, found: [] }
          byItem.set(item, own)
          own.grams++
          if (own.found.length < MOST_GRAMS) own.found.push({ gram: words, documents, in: ids })
        }
      }
    }
    const reader = new WordReader()
    return this.#sets.map(({ set, n }) => {
      const items = set.items.map((item): ItemOverlap => {
        const own = byItem.get(item)
        const short = own === undefined && item.texts.every((text) => wordsIn(reader, text) < n)
        return { item, dirty: own !== undefined, short, grams: own?.grams ?? 0, found: own?.found ?? [] }
      })
      const dirty = items.filter((each) => each.dirty).length
      const clean = items.length - dirty
      const cleanRatio = items.length === 0 ? 1 : clean / items.length
      const short = items.filter((each) => each.short).length
      return { set: set.name, n, examples: items.length, dirty, clean, cleanRatio, short, items }
    })
  }
}

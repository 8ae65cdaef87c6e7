import type { FeatureSpec } from '../../learn/linear/text-features.ts'
import { sparkTokens } from '../../text/spark-features.ts'
import { featureOf, pairHash, TokenHasher } from '../../text/token-hashes.ts'

/** Words that are held at a time; beyond it the rarest go. */
const MOST_WORDS = 1 << 20
/** Longest word that can name a feature, in UTF-16 units. */
const LONGEST = 60

/** Counts words, and pairs where features are made of them: what hashed features can be named after. */
export class WordCounts {
  readonly counts = new Map<string, number>()
  readonly #pairs: boolean

  constructor(kind: FeatureSpec['kind']) {
    this.#pairs = kind === 'ngram'
  }

  add(text: string): void {
    let before: string | undefined
    for (const token of sparkTokens(text)) {
      this.#count(token)
      if (this.#pairs && before !== undefined) this.#count(`${before} ${token}`)
      before = token
    }
    if (this.counts.size > MOST_WORDS) this.#shrink()
  }

  #count(word: string): void {
    if (word.length <= LONGEST) this.counts.set(word, (this.counts.get(word) ?? 0) + 1)
  }

  #shrink(): void {
    for (let least = 1; this.counts.size > MOST_WORDS / 2; least *= 2)
      for (const [word, count] of this.counts) if (count <= least) this.counts.delete(word)
  }
}

/** The words behind a hashed feature in the texts that were counted, the most frequent first. */
export interface FeatureWords {
  readonly words: readonly { readonly word: string; readonly count: number }[]
  /** Different words that fall on it. */
  readonly different: number
}

const SHOWN = 4

/** Names some features by the words that fall on them. */
export function wordsOf(
  wanted: ReadonlySet<number>,
  { kind, features }: FeatureSpec,
  counts: ReadonlyMap<string, number>,
): ReadonlyMap<number, FeatureWords> {
  const hasher = new TokenHasher()
  const found = new Map<number, { word: string; count: number }[]>()
  const add = (feature: number, word: string, count: number): void => {
    if (!wanted.has(feature)) return
    found.set(feature, [...(found.get(feature) ?? []), { word, count }])
  }
  for (const [word, count] of counts) {
    // An empty token, or a pair with one in it, cannot be taken apart by its spaces.
    const parts = kind === 'ngram' ? word.split(' ') : [word]
    const hashes = parts.map((part) => (part === '' ? undefined : hasher.hashes(part)[0]))
    const [first, second] = hashes
    if (first === undefined || (parts.length === 2 && second === undefined) || parts.length > 2) continue
    add(featureOf(second === undefined ? first : pairHash(first, second), features), word, count)
  }
  return new Map(
    [...found].map(([feature, words]) => [
      feature,
      {
        words: words.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1)).slice(0, SHOWN),
        different: words.length,
      },
    ]),
  )
}

import { TilthError } from '../model/error.ts'

/** How texts are cut into shingles, and shingles into band keys. */
export interface SketchSpec {
  /**
   * What a shingle is made of. `word`: runs of letters, numbers and `_` in lower case, as Python's `\w+` finds them.
   * `character`: letters, marks and numbers in lower case. `hashed-word`: numbers of features that Spark's `Tokenizer`
   * and `HashingTF` give to words.
   */
  readonly unit: 'word' | 'character' | 'hashed-word'
  /** Neighbouring units in a shingle, from 1 to 256. A text with fewer has no shingle. */
  readonly ngram: number
  /**
   * With `word`: neighbouring characters in a shingle of a text most of whose letters are of scripts that do without
   * spaces. 5 by default, which is what NeMo Curator took for all texts (`char_ngrams` of its versions up to 25.02).
   */
  readonly unspacedNgram?: number | undefined
  /** Keys of a text, or half of them: see `turned`. */
  readonly bands: number
  /** Least values that make a key: two texts of similarity `s` share a key with the chance `1 - (1 - s^rows)^bands`. */
  readonly rows: number
  /**
   * Whether the values are taken in a second order, too, which makes as many keys again of no more permutations: values that stand as
   * far apart as there are bands. More pairs meet: nearly `1 - (1 - s^rows)^(2 bands)` of them. For candidates that are compared.
   */
  readonly turned?: boolean | undefined
}

/** Keys that a text has. */
export function keysFor({ bands, turned }: Pick<SketchSpec, 'bands' | 'turned'>): number {
  return turned === true ? 2 * bands : bands
}

/** Shingle size in scripts without spaces when a specification gives none. */
export const UNSPACED_NGRAM = 5
/** Features of Spark's `HashingTF` unless it is told another number. */
export const HASHED_FEATURES = 1 << 18
/** Most values of a sketch. */
const MOST_VALUES = 1 << 16
const MOST_NGRAM = 256

/**
 * Name of a specification, for manifests and indexes: keys and shingles of texts may be compared when their names are
 * equal. `minhash-1` stands for the constants, the seed of the permutations included, in `sketch-twin.ts`.
 */
export function specificationOf({ unit, ngram, unspacedNgram, bands, rows, turned }: SketchSpec): string {
  const units = { word: 'word', character: 'char', 'hashed-word': `hashed${HASHED_FEATURES}-` }[unit] + ngram
  const unspaced = unit === 'word' ? `+char${unspacedNgram ?? UNSPACED_NGRAM}` : ''
  return `minhash-1/${units}${unspaced}/${bands}x${rows}${turned === true ? '+turned' : ''}`
}

/** @throws TilthError `recipe` for a number out of its range. */
export function checkSketchSpec(spec: SketchSpec): void {
  const { ngram, unspacedNgram = UNSPACED_NGRAM, bands, rows } = spec
  const within = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 1 && value <= most
  if (!within(ngram, MOST_NGRAM) || !within(unspacedNgram, MOST_NGRAM)) {
    throw new TilthError('recipe', `a shingle has 1 to ${MOST_NGRAM} units, not ${ngram} or ${unspacedNgram}`)
  }
  if (!within(bands, MOST_VALUES) || !within(rows, MOST_VALUES) || bands * rows > MOST_VALUES) {
    throw new TilthError('recipe', `bands times rows is 1 to ${MOST_VALUES}, not ${bands} times ${rows}`)
  }
}

/** Chance that two texts of this similarity, from 0 to 1, have a key in common. */
export function chanceOfMeeting(
  { bands, rows }: Pick<SketchSpec, 'bands' | 'rows'>,
  similarity: number,
): number {
  return 1 - (1 - similarity ** rows) ** bands
}

/** What is known of each UTF-16 unit and of each character above U+FFFF: bits, of which a word keeps the low eight. */
export interface CharacterBits {
  /** By unit: 65,536 entries. */
  readonly units: Uint16Array
  /** By code point, for a character that a pair of units stands for. */
  pair(point: number): number
}

/** A letter. */
export const LETTER = 1
/** A word needs one such character to be counted as a word by datatrove. */
export const NO_SYMBOL = 2
/** Can end a sentence. */
export const TERMINAL = 4
/** A sign that is counted for itself: `#`, `.` or `…`. */
export const COUNTED = 8
/** A half that can begin a pair. */
export const LEAD = 64
/** White space, which parts words. */
export const SPACE = 128

/** Words by what they hold. Lengths are characters (code points). */
export interface WordTally {
  /** Words with {@link NO_SYMBOL}, and their characters. */
  readonly spoken: number
  readonly spokenCharacters: number
  /** Words with {@link LETTER}. */
  readonly letterWords: number
  /** Characters of the longest word. */
  readonly longest: number
  /** How many words have each length, up to 255; at 256 those that are longer. */
  readonly lengths: Int32Array
}

/** Signs in the words of a text. */
export interface SignTally {
  /** Signs `#`, and signs `…`. */
  readonly hashes: number
  readonly ellipsisSigns: number
  /** Times `...` stands in a row of dots without overlap: four dots are one. */
  readonly threeDots: number
  /** Words that hold `#` or `…`. */
  readonly symbolWords: number
}

/** How many of Gopher's eight stop words (the, be, to, of, and, that, have, with) a text has, and how many words are one. */
export interface StopWordTally {
  readonly distinct: number
  readonly words: number
  /** The same with A to Z taken as a to z. */
  readonly foldedDistinct: number
  readonly foldedWords: number
}

/** What repeats among the word n-grams of a text, for one n. Characters are those of words alone. */
export interface GramLevel {
  readonly n: number
  /** Number of n-grams in the text, copies included; 0 where the text has fewer than n words. */
  readonly grams: number
  /** How often the most frequent n-gram occurs; 1 where none repeats, 0 without n-grams. */
  readonly maxCopies: number
  /** First word of the most frequent n-gram; of several, of the one that begins first. */
  readonly top: number
  /** Characters of the longest of the most frequent n-grams. */
  readonly longestTop: number
  /** Characters of all n-grams that occur more than once, each copy counted. */
  readonly repeatedCharacters: number
  /** Characters of the words that are part of an n-gram that occurs more than once, each word counted once. */
  readonly coveredCharacters: number
}

/** Lengths of n-grams that {@link WordColumns.gramLevels} tells of. */
export const LEVELS = [2, 3, 4, 5, 6, 7, 8, 9, 10] as const
/** Lengths of n-grams that {@link WordColumns.copiedCharacters} tells of. */
export const JOINED = [5, 6, 7, 8, 9, 10] as const

/**
 * The words of one text at a time, as columns. There are two that give the same: a kernel, and a scalar twin that the
 * kernel is held against.
 *
 * Columns may be longer than the words, and are overwritten when another text is cut.
 */
export interface WordColumns {
  /** UTF-16 units of the text. */
  readonly codes: Uint16Array
  /** Bytes that are held from text to text. */
  readonly bytes: number
  readonly count: number
  /** Whether a word holds a character above U+FFFF. */
  readonly hasPairs: boolean
  /** First unit of each word in the text, and the unit behind its last. */
  readonly start: Int32Array
  readonly end: Int32Array
  /** Characters (code points) in all words before each one; entry `count` is their sum. */
  readonly points: Int32Array
  /** Low eight bits of all characters of each word, together. */
  readonly flags: Uint8Array
  /** Words behind a gap that is neither empty nor one space (U+0020), ascending; `gapCount` of them. */
  readonly gaps: Int32Array
  readonly gapCount: number
  /** Words with {@link TERMINAL}, ascending; `stopCount` of them. */
  readonly stops: Int32Array
  readonly stopCount: number
  /** Number of the first word that is equal to each word. From {@link numberWords}. */
  readonly id: Int32Array
  /** By such a number: how many words have it. From {@link numberWords}. */
  readonly copies: Int32Array

  /** Takes the words between white space. */
  cutAtSpaces(text: string): void
  /** Takes words whose starts and ends are given in turns, ascending; they hold no white space. */
  take(text: string, edges: Int32Array, count: number): void
  /** Numbers the words; gives how many are different. */
  numberWords(): number
  tally(): WordTally
  signs(): SignTally
  /** Of numbered words. */
  stopWords(): StopWordTally
  /** For each of {@link LEVELS}. Of numbered words. */
  gramLevels(): readonly GramLevel[]
  /**
   * For each of {@link JOINED}: characters in n-grams that were seen before, each stepped over whole, compared as their
   * words joined by nothing, as datatrove does it.
   */
  copiedCharacters(): readonly number[]
  /**
   * The first unit from one on where a phrase of C4's rules may stand, or -1: at the k of `ook`, the v of `jav` and
   * `riv`, the m of `erm` and `rem`, in either case.
   */
  nextPhrase(from: number): number
  /** A hash of a range of units: equal for equal ranges, and not the same from one kind of columns to another. */
  rangeHash(from: number, to: number): number
}

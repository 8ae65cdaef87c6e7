/**
 * Words of a text: runs of characters that are not white space, as Python's `str.split()` gives them.
 *
 * Punctuation stays on its word, so a script without spaces (Chinese, Japanese, Thai) gives few and long
 * words: see {@link TextCounts.words} for a count that treats them fairly. O(length).
 */
export function wordsOf(text: string): string[] {
  return text.match(/\S+/g) ?? []
}

/** What {@link countText} counts. Characters are code points. */
export interface TextCounts {
  /**
   * Words, where each letter of a script that writes without spaces between words (Han, kana, Thai, Lao,
   * Khmer, Burmese) is a word of its own, a run of other letters, marks and digits with the apostrophes
   * inside is one, and punctuation is none.
   */
  readonly words: number
  /** Runs of characters that are no white space. */
  readonly spacedWords: number
  /** Of these, the ones that hold a letter. */
  readonly letterWords: number
  /** Characters that are no white space. */
  readonly characters: number
  /** Letters and the marks on them, of any script. */
  readonly letters: number
  /** Letters of scripts without spaces between words. */
  readonly unspacedLetters: number
  /** Signs `#`. */
  readonly hashes: number
  /** `…` and each three dots in a row. */
  readonly ellipses: number
  /** U+FFFD, which stands for what could not be decoded. */
  readonly replacements: number
}

/** Number of words in a text: see {@link TextCounts.words}. O(length). */
export function wordCount(text: string): number {
  return countText(text).words
}

/** Counts words and characters of a text in one pass. O(length). */
export function countText(text: string): TextCounts {
  const counts = {
    words: 0,
    spacedWords: 0,
    letterWords: 0,
    characters: 0,
    letters: 0,
    unspacedLetters: 0,
    hashes: 0,
    ellipses: 0,
    replacements: 0,
  }
  let inWord = false
  let inSpaced = false
  let hasLetter = false
  let dots = 0
  for (let index = 0; index < text.length; index++) {
    let code = text.charCodeAt(index)
    if ((code & 0xfc00) === 0xd800) {
      code = text.codePointAt(index) ?? code
      if (code > 0xffff) index++
    }
    const kind = code < 0x80 ? ASCII.charCodeAt(code) - 48 : kindOf(code)
    dots = code === 0x2e ? dots + 1 : 0
    if (kind === SPACE) {
      inWord = false
      inSpaced = false
      continue
    }
    counts.characters++
    if (!inSpaced) {
      inSpaced = true
      hasLetter = false
      counts.spacedWords++
    }
    if (kind === LETTER || kind === UNSPACED || kind === MARK) {
      counts.letters++
      if (!hasLetter && kind !== MARK) {
        hasLetter = true
        counts.letterWords++
      }
    }
    if (kind === UNSPACED) {
      counts.words++
      counts.unspacedLetters++
      inWord = false
    } else if (kind === LETTER || kind === DIGIT) {
      if (!inWord) counts.words++
      inWord = true
    } else if (kind === OTHER) {
      inWord = false
      if (code === 0x23) counts.hashes++
      else if (code === 0x2026 || dots === 3) {
        counts.ellipses++
        dots = 0
      } else if (code === 0xfffd) counts.replacements++
    }
  }
  return counts
}

const OTHER = 0
const SPACE = 1
const LETTER = 2
const DIGIT = 3
const MARK = 4
/** A letter of a script without spaces between words. */
const UNSPACED = 5
/** An apostrophe: inside a word it does not end it. */
const APOSTROPHE = 6

/** Kind of each ASCII character, as a digit. */
const ASCII =
  `${'0'.repeat(9)}11111${'0'.repeat(18)}1${'0'.repeat(6)}6${'0'.repeat(8)}${'3'.repeat(10)}` +
  `${'0'.repeat(7)}${'2'.repeat(26)}${'0'.repeat(6)}${'2'.repeat(26)}${'0'.repeat(5)}`

const UNSPACED_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

function kindOf(code: number): number {
  const known = KINDS.get(code)
  if (known !== undefined) return known
  const kind = lookUp(String.fromCodePoint(code))
  KINDS.set(code, kind)
  return kind
}

function lookUp(character: string): number {
  if (/\s/.test(character)) return SPACE
  if (/\p{L}/u.test(character)) return UNSPACED_SCRIPT.test(character) ? UNSPACED : LETTER
  if (/\p{N}/u.test(character)) return DIGIT
  if (/\p{M}/u.test(character)) return MARK
  return character === '’' ? APOSTROPHE : OTHER
}

/** Kinds of characters already looked up: at most one entry for each that Unicode has. */
const KINDS = new Map<number, number>()

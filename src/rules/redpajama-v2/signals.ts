import type { Signals } from '../../model/stage.ts'
import { decomposed } from '../../text/normal-form.ts'
import { levelOf } from '../gopher-repetition/n-grams.ts'
import type { RulePart } from '../rule-part.ts'
import { characterFlags, UPPERCASE } from '../scan/character-flags.ts'
import { lineMarks } from '../scan/line-marks.ts'
import { TextScan } from '../scan/text-scan.ts'
import { eightDigits } from './eight-digits.ts'
import { numericalShares } from './numerical-characters.ts'
import { rawWords } from './raw-words.ts'

const LINES = 'mean over lines'

/**
 * RedPajama v2's quality signals that need nothing but the text, under its own tags; it has no limits of its own.
 *
 * Words are those of the text in small letters, decomposed (NFD), without ASCII punctuation, parted by white space;
 * raw words are those of NLTK's `WordPunctTokenizer` as it was then: `\w+|[^\w\s]+` of Python's `re`. Shares are rounded to 8 digits, as there. What it gives for each
 * line is given as the mean over lines. Signals that need a model, a list of hosts or of bad words, or other documents
 * are not among them.
 *
 * @see https://github.com/togethercomputer/RedPajama-Data, `app/src/core/quality_signals/`
 */
export const redpajamaV2: RulePart = {
  name: 'redpajama-v2',
  revision: 2,
  description: "Measures RedPajama v2's quality signals; drops nothing.",
  signals: {
    ccnet_length: 'Characters of the text.',
    ccnet_nlines: 'Lines of the text.',
    rps_doc_curly_bracket: 'Curly brackets a character.',
    rps_doc_frac_all_caps_words:
      'Share of raw words without small letters and with a capital; null without words.',
    rps_doc_frac_lines_end_with_ellipsis: 'Share of lines that end with `...` or `…`; null without lines.',
    rps_doc_frac_no_alph_words: 'Share of raw words without a letter of A to Z; null without words.',
    rps_doc_lorem_ipsum: 'Times that "lorem ipsum" stands in the words, for each of their characters.',
    rps_doc_mean_word_length: 'Mean length of words, in characters; null without words.',
    rps_doc_stop_word_fraction: 'Share of raw words that are English stop words in small letters.',
    rps_doc_symbol_to_word_ratio: 'Signs `#`, `...` and `…` a raw word; null without words.',
    rps_doc_frac_unique_words: 'Share of words that are different; null without words.',
    rps_doc_unigram_entropy: 'Entropy of the distribution of words, in nats; null without words.',
    rps_doc_word_count: 'Words.',
    rps_doc_num_sentences:
      'Sentences: runs without `.`, `!` and `?` from a word boundary on, with the marks behind them.',
    ...Object.fromEntries(
      [2, 3, 4].map((n) => [
        `rps_doc_frac_chars_top_${n}gram`,
        `Share of the characters of words in copies of the most frequent ${n}-gram, 0 where none repeats.`,
      ]),
    ),
    ...Object.fromEntries(
      [5, 6, 7, 8, 9, 10].map((n) => [
        `rps_doc_frac_chars_dupe_${n}grams`,
        `Share of the characters of words in ${n}-grams that repeat, each word counted once.`,
      ]),
    ),
    rps_lines_ending_with_terminal_punctution_mark: `1 for a line that ends with \`.\`, \`!\`, \`?\` or \`”\`; ${LINES}.`,
    rps_lines_javascript_counts: `Words "javascript" in a line; ${LINES}.`,
    rps_lines_num_words: `Words in a line; ${LINES}.`,
    rps_lines_numerical_chars_fraction: `Share of numerical characters in the words of a line with a space between each; ${LINES}.`,
    rps_lines_start_with_bulletpoint: `1 for a line that starts with a bullet or an en dash; ${LINES}.`,
    rps_lines_uppercase_letter_fraction: `Share of capitals in a line, its line feed included; ${LINES}.`,
  },
  rules: [],
  measure,
}

const BULLETS = '\u2022\u2023\u25b6\u25c0\u25e6\u25a0\u25a1\u25aa\u25ab\u2013'
const MARKS = { bullets: BULLETS, dots: true, spacedDots: false, trimmed: true, skipBlank: false }
const TERMINAL: readonly number[] = [0x2e, 0x21, 0x3f, 0x201d]
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]+/g

let normal: TextScan | undefined

function measure(scan: TextScan): Signals {
  normal ??= new TextScan()
  const { text, length } = scan
  const normalized = normal.read(decomposed(text.replace(ASCII_PUNCTUATION, '').toLowerCase()))
  const words = normalized.words('whitespace')
  const levels = words.levels
  const raw = rawWords(scan)
  const signs = scan.words('whitespace').signs
  const lines = lineSignals(scan)
  const { count, characters } = words
  const spaced = characters + Math.max(0, count - 1)
  const signals: Record<string, number | null> = {
    ccnet_length: scan.points,
    ccnet_nlines: lines.lines,
    rps_doc_curly_bracket:
      length === 0 ? 0 : eightDigits((occurrences(text, '{') + occurrences(text, '}')) / scan.points),
    rps_doc_frac_all_caps_words: raw.words === 0 ? null : raw.capitals / raw.words,
    rps_doc_frac_lines_end_with_ellipsis:
      lines.lines === 0 ? null : eightDigits(lines.ellipsis / lines.lines),
    rps_doc_frac_no_alph_words: raw.words === 0 ? null : eightDigits(1 - raw.latin / raw.words),
    rps_doc_lorem_ipsum: spaced === 0 ? 0 : eightDigits(loremIpsum(normalized) / spaced),
    rps_doc_mean_word_length: count === 0 ? null : eightDigits(characters / count),
    rps_doc_stop_word_fraction: count === 0 ? 0 : eightDigits(raw.stopWords / raw.words),
    rps_doc_symbol_to_word_ratio:
      raw.words === 0
        ? null
        : eightDigits((signs.hashes + signs.threeDots + signs.ellipsisSigns) / raw.words),
    rps_doc_frac_unique_words: count === 0 ? null : eightDigits(words.distinct / count),
    rps_doc_unigram_entropy: count === 0 ? null : eightDigits(entropy(normalized)),
    rps_doc_word_count: count,
    rps_doc_num_sentences: sentences(scan),
    rps_lines_ending_with_terminal_punctution_mark: lines.mean(lines.terminal),
    rps_lines_javascript_counts: lines.mean(javascripts(normalized)),
    rps_lines_num_words: lines.mean(count),
    rps_lines_numerical_chars_fraction: lines.mean(numericalShares(normalized, lines.lines)),
    rps_lines_start_with_bulletpoint: lines.mean(lines.bullets),
    rps_lines_uppercase_letter_fraction: lines.mean(lines.capitals),
  }
  for (const n of [2, 3, 4]) {
    const { maxCopies, top } = levelOf(levels, n)
    const size = maxCopies < 2 ? 0 : (words.points[top + n] as number) - (words.points[top] as number)
    signals[`rps_doc_frac_chars_top_${n}gram`] =
      maxCopies < 2 ? 0 : eightDigits((size * maxCopies) / characters)
  }
  for (const n of [5, 6, 7, 8, 9, 10]) {
    const { coveredCharacters } = levelOf(levels, n)
    signals[`rps_doc_frac_chars_dupe_${n}grams`] =
      characters === 0 ? 0 : eightDigits(coveredCharacters / characters)
  }
  return signals
}

function occurrences(text: string, sign: string): number {
  let count = 0
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count++
  return count
}

function wordIs(scan: TextScan, word: number, text: string): boolean {
  const { start, end } = scan.words('whitespace')
  const from = start[word] as number
  return (end[word] as number) - from === text.length && scan.text.startsWith(text, from)
}

function javascripts(scan: TextScan): number {
  if (!scan.text.includes('javascript')) return 0
  const { count } = scan.words('whitespace')
  let found = 0
  for (let word = 0; word < count; word++) if (wordIs(scan, word, 'javascript')) found++
  return found
}

/** Times that "lorem ipsum" stands in the words with a space between them, at the ends of longer words too. */
function loremIpsum(scan: TextScan): number {
  if (!scan.text.includes('lorem')) return 0
  const { count, start, end } = scan.words('whitespace')
  let found = 0
  for (let word = 0; word + 1 < count; word++) {
    const ends =
      scan.text.endsWith('lorem', end[word]) && (end[word] as number) - (start[word] as number) >= 5
    if (ends && scan.text.startsWith('ipsum', start[word + 1])) found++
  }
  return found
}

/** Entropy of the words in nats, in the order in which they first stand. */
function entropy(scan: TextScan): number {
  const { count, id, copies } = scan.words('whitespace')
  let sum = 0
  for (let word = 0; word < count; word++) {
    if (id[word] !== word) continue
    const share = (copies[word] as number) / count
    sum += -share * Math.log(share)
  }
  return sum
}

/** Matches of `\b[^.!?]+[.!?]*`, where a word is letters, numbers and `_`. */
function sentences(scan: TextScan): number {
  const found = scan.text.match(SENTENCE)
  return found === null ? 0 : found.length
}

const SENTENCE = /(?:(?<=[\p{L}\p{N}_])(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])(?=[\p{L}\p{N}_]))[^.!?]+[.!?]*/gu

interface LineSignals {
  readonly lines: number
  readonly ellipsis: number
  readonly terminal: number
  readonly bullets: number
  /** Sum over lines of the share of capitals. */
  readonly capitals: number
  mean(sum: number): number | null
}

function lineSignals(scan: TextScan): LineSignals {
  const { lines: table, codes } = scan
  const flags = characterFlags()
  const marks = lineMarks(codes, table, MARKS)
  const last = table.count - 1
  // What follows the last line feed is a line only where it is not empty.
  const lines = table.start[last] === table.end[last] ? last : table.count
  let terminal = 0
  let capitals = 0
  for (let line = 0; line < lines; line++) {
    const from = table.start[line] as number
    const to = table.end[line] as number
    if (
      TERMINAL.includes(codes[(table.trimmedEnd[line] as number) - 1] as number) &&
      table.trimmedEnd[line] !== from
    )
      terminal++
    let upper = 0
    for (let index = from; index < to; index++) {
      if (((flags[codes[index] as number] as number) & UPPERCASE) !== 0) upper++
    }
    if (upper > 0) capitals += eightDigits(upper / (scan.pointsIn(from, to) + (line < last ? 1 : 0)))
  }
  return {
    lines,
    ellipsis: marks.ellipsisLines,
    terminal,
    bullets: marks.bulletLines,
    capitals,
    mean: (sum) => (lines === 0 ? null : sum / lines),
  }
}

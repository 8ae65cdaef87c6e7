import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart, ratio } from '../rule-part.ts'
import { lineMarks } from '../scan/line-marks.ts'
import type { TextScan } from '../scan/text-scan.ts'
import type { WordTable } from '../scan/word-table.ts'

const SOURCE = 'Dolma 1.5, tagger gopher_v1 with the limits of mixing/cc-head.yaml'

/**
 * Gopher's quality rules as Dolma's tagger `gopher_v1` measures them, with the limits of Dolma 1.5's CC head.
 *
 * The length of words is their median, not their mean. A symbol counts once a word, and is `#` or `…`, never `...`.
 * Lines are those between line feeds as they stand, blank ones counted; bullets are `*` and `-` without space before
 * them, and only `…` ends a line with an ellipsis. Stop words count each time, in lower case only.
 *
 * @see https://github.com/allenai/dolma, `python/dolma/taggers/gopher.py`, `configs/dolma-v1_5/mixing/cc-head.yaml`
 */
export const gopherQualityDolma: RulePart = {
  name: 'gopher-quality@dolma-1',
  revision: 1,
  description: "Drops texts that break Gopher's quality rules, as Dolma 1.5 has them.",
  signals: {
    words: 'Words parted by white space.',
    medianWordLength: 'Median length of words, in characters; 0 without words.',
    symbolWordRatio: 'Share of words that hold `#` or `…`, 0 to 1; 0 without words.',
    letterWordRatio: 'Share of words that hold a letter, 0 to 1; 0 without words.',
    stopWords: 'Words that are one of the eight stop words in lower case, each time counted.',
    bulletLineRatio: 'Share of lines that begin with `*` or `-`, 0 to 1.',
    ellipsisLineRatio: 'Share of lines that end with `…`, 0 to 1.',
  },
  rules: [
    atLeast('words', 50, 'minWords', 'too-short', 'word_count', SOURCE),
    atMost('words', 100_000, 'maxWords', 'too-long', 'word_count', SOURCE),
    atLeast('medianWordLength', 3, 'minMedianWordLength', 'short-words', 'median_word_length', SOURCE),
    atMost('medianWordLength', 10, 'maxMedianWordLength', 'long-words', 'median_word_length', SOURCE),
    atMost('symbolWordRatio', 0.1, 'maxSymbolWordRatio', 'many-symbols', 'symbol_to_word_ratio', SOURCE),
    atLeast(
      'letterWordRatio',
      0.8,
      'minLetterWordRatio',
      'few-letter-words',
      'fraction_of_words_with_alpha_character',
      SOURCE,
    ),
    atLeast('stopWords', 2, 'minStopWords', 'few-stop-words', 'required_word_count', SOURCE),
    atMost(
      'bulletLineRatio',
      0.9,
      'maxBulletLineRatio',
      'bullet-lines',
      'fraction_of_lines_starting_with_bullet_point',
      SOURCE,
    ),
    atMost(
      'ellipsisLineRatio',
      0.3,
      'maxEllipsisLineRatio',
      'ellipsis-lines',
      'fraction_of_lines_ending_with_ellipsis',
      SOURCE,
    ),
  ],
  measure: (scan) => measure(scan),
}

const MARKS = { bullets: '*-', dots: false, spacedDots: false, trimmed: false, skipBlank: false }

function measure(scan: TextScan): Signals {
  const words = scan.words('whitespace')
  const { tally } = words
  const marks = lineMarks(scan.codes, scan.lines, MARKS)
  return {
    words: words.count,
    medianWordLength: medianLength(words),
    symbolWordRatio: ratio(words.signs.symbolWords, words.count) ?? 0,
    letterWordRatio: ratio(tally.letterWords, words.count) ?? 0,
    stopWords: words.stopWords.words,
    bulletLineRatio: ratio(marks.bulletLines, marks.lines) ?? 0,
    ellipsisLineRatio: ratio(marks.ellipsisLines, marks.lines) ?? 0,
  }
}

/** Median of the lengths of words, the mean of the middle two for an even number; 0 without words. */
function medianLength(words: WordTable): number {
  const { count, tally } = words
  if (count === 0) return 0
  const low = lengthAt(tally.lengths, (count - 1) >> 1)
  const high = lengthAt(tally.lengths, count >> 1)
  if (high < tally.lengths.length - 1) return (low + high) / 2
  const sorted = Float64Array.from({ length: count }, (_, word) => words.length(word)).sort()
  return ((sorted[(count - 1) >> 1] as number) + (sorted[count >> 1] as number)) / 2
}

/** Length of the word at a place in the order of length; the last one stands for all that are longer. */
function lengthAt(lengths: Int32Array, place: number): number {
  let seen = 0
  for (let length = 0; length < lengths.length; length++) {
    seen += lengths[length] as number
    if (seen > place) return length
  }
  return lengths.length - 1
}

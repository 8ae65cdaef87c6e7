import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart, ratio } from '../rule-part.ts'
import { lineMarks } from '../scan/line-marks.ts'
import { spokenTokens } from '../scan/spoken-tokens.ts'
import type { TextScan } from '../scan/text-scan.ts'

const SOURCE = 'DCLM, dclm_baseline_refinedweb.yaml and content_filters.py'

/**
 * Gopher's quality rules as DCLM-Baseline has them.
 *
 * The length counts words that begin with a letter or digit, parted by ASCII white space as fastText parts them; all
 * other rules use words parted by any white space. Symbols are `#`, `...`, `. . .` and `…`. Lines are trimmed and
 * blank ones left out; bullets are `●•*-`. Stop words count each time, in either case. What DCLM does to a page
 * before (URLs cut out, blank lines cut to one, English by fastText at 0.65 or more) is not part of it.
 *
 * @see https://github.com/mlfoundations/dclm, `baselines/mappers/filters/content_filters.py`
 */
export const gopherQualityDclm: RulePart = {
  name: 'gopher-quality@dclm',
  revision: 2,
  description: "Drops texts that break Gopher's quality rules, as DCLM-Baseline has them.",
  signals: {
    words: 'Words that begin with a letter or digit.',
    meanWordLength: 'Mean length of words parted by white space, in characters; 0 without words.',
    symbolRatio: 'Symbols `#`, `...`, `. . .` and `…` a word; null without words.',
    bulletLineRatio: 'Share of lines that begin with `●`, `•`, `*` or `-`, 0 to 1; null without lines.',
    ellipsisLineRatio: 'Share of lines that end with `...`, `. . .` or `…`, 0 to 1; null without lines.',
    letterlessWordRatio: 'Share of words without a letter, 0 to 1; 1 without words.',
    stopWords: 'Words that are one of the eight stop words, each time counted.',
  },
  rules: [
    atLeast('words', 50, 'minWords', 'too-short', 'page_length_filter', SOURCE),
    atMost('words', 100_000, 'maxWords', 'too-long', 'page_length_filter', SOURCE),
    atLeast('meanWordLength', 3, 'minMeanWordLength', 'short-words', 'word_length_filter', SOURCE),
    atMost('meanWordLength', 10, 'maxMeanWordLength', 'long-words', 'word_length_filter', SOURCE),
    atMost('symbolRatio', 0.1, 'maxSymbolRatio', 'many-symbols', 'symbol_ratio_filter', SOURCE),
    atMost('bulletLineRatio', 0.9, 'maxBulletLineRatio', 'bullet-lines', 'bullet_count_filter', SOURCE),
    atMost(
      'ellipsisLineRatio',
      0.3,
      'maxEllipsisLineRatio',
      'ellipsis-lines',
      'ellipsis_count_filter',
      SOURCE,
    ),
    atMost(
      'letterlessWordRatio',
      0.2,
      'maxLetterlessWordRatio',
      'few-letter-words',
      'alphabetic_word_ratio_filter',
      SOURCE,
    ),
    atLeast('stopWords', 2, 'minStopWords', 'few-stop-words', 'stop_word_filter', SOURCE),
  ],
  measure: (scan) => measure(scan),
}

const MARKS = { bullets: '●•*-', dots: true, spacedDots: true, trimmed: true, skipBlank: true }

function measure(scan: TextScan): Signals {
  const words = scan.words('whitespace')
  const { tally } = words
  const { signs } = scan.words('whitespace')
  const marks = lineMarks(scan.codes, scan.lines, MARKS)
  const symbols = signs.hashes + signs.threeDots + signs.ellipsisSigns + spacedDots(scan.text)
  return {
    words: spokenTokens(scan),
    meanWordLength: ratio(words.characters, words.count) ?? 0,
    symbolRatio: ratio(symbols, words.count),
    bulletLineRatio: ratio(marks.bulletLines, marks.lines),
    ellipsisLineRatio: ratio(marks.ellipsisLines, marks.lines),
    letterlessWordRatio: ratio(words.count - tally.letterWords, words.count) ?? 1,
    stopWords: words.stopWords.foldedWords,
  }
}

const SPACED_DOTS = '. . .'

/** Times that `. . .` stands in a text, without overlap. */
function spacedDots(text: string): number {
  let count = 0
  let at = text.indexOf(SPACED_DOTS)
  while (at >= 0) {
    count++
    at = text.indexOf(SPACED_DOTS, at + SPACED_DOTS.length)
  }
  return count
}

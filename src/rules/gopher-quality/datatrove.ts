import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart, ratio } from '../rule-part.ts'
import { lineMarks } from '../scan/line-marks.ts'
import type { TextScan, Words } from '../scan/text-scan.ts'

const SOURCE = 'datatrove 0.10.1, gopher_quality_filter.py'

/**
 * Gopher's quality rules as datatrove's `GopherQualityFilter` has them.
 *
 * Length and mean length of words leave out words of punctuation alone, the ratios a word do not. Lines are those of
 * `str.splitlines()`, blank ones counted. Bullets are `•` and `-`. Stop words count once each, in lower case only.
 * datatrove cuts words with spaCy, so punctuation lowers the share of words with a letter: words parted by white
 * space give another verdict for every fourth page.
 *
 * @see https://github.com/huggingface/datatrove, `src/datatrove/pipeline/filters/gopher_quality_filter.py`
 */
export const gopherQualityDatatrove: RulePart = {
  name: 'gopher-quality@datatrove-0.10',
  revision: 1,
  description: "Drops texts that break Gopher's quality rules, as datatrove 0.10 has them.",
  words: 'unicode',
  signals: {
    words: "Words that hold a character outside datatrove's set of punctuation.",
    meanWordLength: 'Mean length of those words, in characters; null without one.',
    hashRatio: 'Signs `#` a word of any kind; null without words.',
    ellipsisRatio: 'Ellipses (`…` or `...`) a word of any kind; null without words.',
    bulletLineRatio: 'Share of lines that begin with `•` or `-`, 0 to 1; null without lines.',
    ellipsisLineRatio: 'Share of lines that end with an ellipsis, 0 to 1; null without lines.',
    letterWordRatio: 'Share of words of any kind that hold a letter, 0 to 1; null without words.',
    stopWords: "How many of Gopher's eight stop words the text has in lower case, 0 to 8.",
  },
  rules: [
    atLeast('words', 50, 'minWords', 'too-short', 'gopher_short_doc', SOURCE),
    atMost('words', 100_000, 'maxWords', 'too-long', 'gopher_long_doc', SOURCE),
    atLeast('meanWordLength', 3, 'minMeanWordLength', 'short-words', 'gopher_below_avg_threshold', SOURCE),
    atMost('meanWordLength', 10, 'maxMeanWordLength', 'long-words', 'gopher_above_avg_threshold', SOURCE),
    atMost('hashRatio', 0.1, 'maxSymbolRatio', 'many-hashes', 'gopher_too_many_hashes', SOURCE),
    atMost('ellipsisRatio', 0.1, 'maxSymbolRatio', 'many-ellipses', 'gopher_too_many_ellipsis', SOURCE),
    atMost('bulletLineRatio', 0.9, 'maxBulletLineRatio', 'bullet-lines', 'gopher_too_many_bullets', SOURCE),
    atMost(
      'ellipsisLineRatio',
      0.3,
      'maxEllipsisLineRatio',
      'ellipsis-lines',
      'gopher_too_many_end_ellipsis',
      SOURCE,
    ),
    atLeast(
      'letterWordRatio',
      0.8,
      'minLetterWordRatio',
      'few-letter-words',
      'gopher_below_alpha_threshold',
      SOURCE,
    ),
    atLeast('stopWords', 2, 'minStopWords', 'few-stop-words', 'gopher_enough_stop_words', SOURCE),
  ],
  measure,
}

const MARKS = { bullets: '•-', dots: true, spacedDots: false, trimmed: true, skipBlank: false }

function measure(scan: TextScan, mode: Words): Signals {
  const words = scan.words(mode)
  const { tally } = words
  const { signs } = scan.words('whitespace')
  const marks = lineMarks(scan.codes, scan.brokenLines, MARKS)
  return {
    words: tally.spoken,
    meanWordLength: ratio(tally.spokenCharacters, tally.spoken),
    hashRatio: ratio(signs.hashes, words.count),
    ellipsisRatio: ratio(signs.threeDots + signs.ellipsisSigns, words.count),
    bulletLineRatio: ratio(marks.bulletLines, marks.lines),
    ellipsisLineRatio: ratio(marks.ellipsisLines, marks.lines),
    letterWordRatio: ratio(tally.letterWords, words.count),
    stopWords: words.stopWords.distinct,
  }
}

import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart, ratio } from '../rule-part.ts'
import { lineMarks } from '../scan/line-marks.ts'
import type { TextScan, Words } from '../scan/text-scan.ts'

const SOURCE = 'Rae et al. 2021 (Gopher), section A.1.1'

/**
 * The quality rules of Gopher as the paper says them.
 *
 * What it leaves open is ours: words are parted by white space, with their punctuation; an ellipsis is `…` or `...`;
 * lines are what is between line feeds, trimmed, without blank ones; bullets are `•‣▪●○◦■□*-–`; stop words are
 * counted once each, in either case.
 *
 * @see Rae et al. 2021, "Scaling Language Models: Methods, Analysis & Insights from Training Gopher", A.1.1.
 */
export const gopherQualityPaper: RulePart = {
  name: 'gopher-quality@paper',
  revision: 1,
  description: "Drops texts that break Gopher's quality rules, as its paper says them.",
  words: 'whitespace',
  signals: {
    words: 'Words.',
    meanWordLength: 'Mean length of words, in characters; null without words.',
    hashRatio: 'Signs `#` a word; null without words.',
    ellipsisRatio: 'Ellipses (`…` or `...`) a word; null without words.',
    bulletLineRatio: 'Share of lines that begin with a bullet, 0 to 1; null without lines.',
    ellipsisLineRatio: 'Share of lines that end with an ellipsis, 0 to 1; null without lines.',
    letterWordRatio: 'Share of words that hold a letter, 0 to 1; null without words.',
    stopWords: "How many of Gopher's eight stop words the text has, 0 to 8.",
  },
  rules: [
    atLeast('words', 50, 'minWords', 'too-short', 'words below 50', SOURCE),
    atMost('words', 100_000, 'maxWords', 'too-long', 'words above 100,000', SOURCE),
    atLeast('meanWordLength', 3, 'minMeanWordLength', 'short-words', 'mean word length below 3', SOURCE),
    atMost('meanWordLength', 10, 'maxMeanWordLength', 'long-words', 'mean word length above 10', SOURCE),
    atMost('hashRatio', 0.1, 'maxSymbolRatio', 'many-hashes', 'symbol-to-word ratio above 0.1', SOURCE),
    atMost('ellipsisRatio', 0.1, 'maxSymbolRatio', 'many-ellipses', 'symbol-to-word ratio above 0.1', SOURCE),
    atMost('bulletLineRatio', 0.9, 'maxBulletLineRatio', 'bullet-lines', 'bullet lines above 90 %', SOURCE),
    atMost(
      'ellipsisLineRatio',
      0.3,
      'maxEllipsisLineRatio',
      'ellipsis-lines',
      'ellipsis lines above 30 %',
      SOURCE,
    ),
    atLeast(
      'letterWordRatio',
      0.8,
      'minLetterWordRatio',
      'few-letter-words',
      'words with a letter below 80 %',
      SOURCE,
    ),
    atLeast('stopWords', 2, 'minStopWords', 'few-stop-words', 'fewer than two stop words', SOURCE),
  ],
  measure,
}

const MARKS = { bullets: '•‣▪●○◦■□*-–', dots: true, spacedDots: false, trimmed: true, skipBlank: true }

function measure(scan: TextScan, mode: Words): Signals {
  const words = scan.words(mode)
  const { tally } = words
  const { signs } = scan.words('whitespace')
  const marks = lineMarks(scan.codes, scan.lines, MARKS)
  return {
    words: words.count,
    meanWordLength: ratio(words.characters, words.count),
    hashRatio: ratio(signs.hashes, words.count),
    ellipsisRatio: ratio(signs.threeDots + signs.ellipsisSigns, words.count),
    bulletLineRatio: ratio(marks.bulletLines, marks.lines),
    ellipsisLineRatio: ratio(marks.ellipsisLines, marks.lines),
    letterWordRatio: ratio(tally.letterWords, words.count),
    stopWords: words.stopWords.foldedDistinct,
  }
}

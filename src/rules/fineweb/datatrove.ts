import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart, ratio } from '../rule-part.ts'
import { wholeLineRepeats } from '../scan/line-repeats.ts'
import { lineShapes } from '../scan/line-shapes.ts'
import type { TextScan, Words } from '../scan/text-scan.ts'

const SOURCE = 'datatrove 0.10.1, fineweb_quality_filter.py'

/**
 * FineWeb's own rules as datatrove's `FineWebQualityFilter` has them today.
 *
 * Lines are what is between line feeds as they stand, white space at their ends included, without blank ones. A line
 * ends in punctuation where its last character is one of datatrove's 161 marks of all scripts.
 *
 * @see https://github.com/huggingface/datatrove, `src/datatrove/pipeline/filters/fineweb_quality_filter.py`
 */
export const finewebDatatrove: RulePart = {
  name: 'fineweb@datatrove-0.10',
  revision: 1,
  description: "Drops texts that break FineWeb's own rules, as datatrove 0.10 has them.",
  words: 'unicode',
  signals: {
    lines: 'Lines that hold more than white space.',
    punctuationLineRatio: 'Share of lines that end in punctuation, 0 to 1; null without lines.',
    shortLineRatio: 'Share of lines of at most 30 characters, 0 to 1; null without lines.',
    repeatedLineCharacterRatio:
      'Characters of lines that occurred before, as a share of the text without line feeds; null without lines.',
    lineFeedRatio: 'Line feeds a word; null without words.',
  },
  rules: [
    atLeast('lines', 1, 'minLines', 'empty', 'empty', SOURCE),
    atLeast(
      'punctuationLineRatio',
      0.12,
      'minPunctuationLineRatio',
      'few-punctuated-lines',
      'line_punct_ratio',
      SOURCE,
    ),
    atMost('shortLineRatio', 0.67, 'maxShortLineRatio', 'short-lines', 'short_line_ratio', SOURCE),
    atMost(
      'repeatedLineCharacterRatio',
      0.01,
      'maxRepeatedLineCharacterRatio',
      'repeated-line-characters',
      'char_dup_ratio',
      SOURCE,
    ),
    atMost('lineFeedRatio', 0.3, 'maxLineFeedRatio', 'many-line-feeds', 'list_ratio', SOURCE),
  ],
  measure,
}

function measure(scan: TextScan, mode: Words): Signals {
  const lines = lineShapes(scan, { ends: 'all-scripts', skipBlank: true })
  const isEmpty = lines.lines === 0
  const lineFeeds = scan.lines.count - 1
  const repeated = wholeLineRepeats(scan, 'not-blank').laterCharacters
  return {
    lines: lines.lines,
    punctuationLineRatio: ratio(lines.punctuated, lines.lines),
    shortLineRatio: ratio(lines.short, lines.lines),
    repeatedLineCharacterRatio: isEmpty ? null : ratio(repeated, scan.points - lineFeeds),
    lineFeedRatio: ratio(lineFeeds, scan.words(mode).count),
  }
}

import type { Signals } from '../../model/stage.ts'
import { above, atMost, below, type RulePart, ratio } from '../rule-part.ts'
import { wholeLineRepeats } from '../scan/line-repeats.ts'
import { lineShapes } from '../scan/line-shapes.ts'
import type { TextScan, Words } from '../scan/text-scan.ts'

const SOURCE = 'datatrove when FineWeb was made (commit 05194d3), fineweb_quality_filter.py'

/**
 * FineWeb's own rules as the code that made FineWeb had them: `examples/fineweb.py` and the filter beside it.
 *
 * Three limits drop the limit itself. Blank lines count among the lines that end in punctuation and among the short
 * ones; a line ends in punctuation where its last character is one of `. ' " ! ?`. Words there were NLTK's; ours are
 * those of `words`, and only the last rule asks for them.
 *
 * @see https://github.com/huggingface/datatrove/tree/05194d3960741e7d5c0bd0d6dd69d44514622549
 */
export const finewebCode: RulePart = {
  name: 'fineweb@code',
  revision: 1,
  description: "Drops texts that break FineWeb's own rules, as the code that made FineWeb had them.",
  words: 'unicode',
  signals: {
    punctuationLineRatio: 'Share of lines, blank ones included, that end in punctuation, 0 to 1.',
    shortLineRatio: 'Share of lines, blank ones included, of at most 30 characters, 0 to 1.',
    repeatedLineCharacterRatio:
      'Characters of lines that occurred before, as a share of the text without line feeds; null for no text.',
    lineFeedRatio: 'Line feeds a word; null without words.',
  },
  rules: [
    above(
      'punctuationLineRatio',
      0.12,
      'minPunctuationLineRatio',
      'few-punctuated-lines',
      'line_punct_ratio',
      SOURCE,
    ),
    below('shortLineRatio', 0.67, 'maxShortLineRatio', 'short-lines', 'short_line_ratio', SOURCE),
    below(
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
  const lines = lineShapes(scan, { ends: 'english-with-apostrophe', skipBlank: false })
  const lineFeeds = scan.lines.count - 1
  const repeated = wholeLineRepeats(scan, 'not-blank').laterCharacters
  return {
    punctuationLineRatio: ratio(lines.punctuated, lines.lines),
    shortLineRatio: ratio(lines.short, lines.lines),
    repeatedLineCharacterRatio: ratio(repeated, scan.points - lineFeeds),
    lineFeedRatio: ratio(lineFeeds, scan.words(mode).count),
  }
}

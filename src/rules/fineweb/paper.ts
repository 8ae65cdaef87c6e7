import type { Signals } from '../../model/stage.ts'
import { above, below, type RulePart, ratio } from '../rule-part.ts'
import { trimmedLineRepeats } from '../scan/line-repeats.ts'
import { lineShapes } from '../scan/line-shapes.ts'
import type { TextScan } from '../scan/text-scan.ts'

const SOURCE = 'Penedo et al. 2024 (FineWeb), section 3.6'

/**
 * FineWeb's own rules as section 3.6 of the paper says them.
 *
 * It drops pages where the share of lines that end in punctuation is 0.12 or less, that of characters in duplicated
 * lines 0.1 or more, or that of lines shorter than 30 characters 0.67 or more. Its appendix E.4 and its code have
 * 0.01 in the second rule: that is `fineweb@code`. The paper has no rule on line feeds. Ours is what it leaves open:
 * lines are trimmed and blank ones left out, punctuation is datatrove's marks of all scripts with `"`, `”` and `…`, and the first
 * copy of a line is no duplicate.
 *
 * @see Penedo et al. 2024, "The FineWeb Datasets: Decanting the Web for the Finest Text Data at Scale".
 */
export const finewebPaper: RulePart = {
  name: 'fineweb@paper',
  revision: 1,
  description: "Drops texts that break FineWeb's own rules, as its paper says them.",
  signals: {
    punctuationLineRatio: 'Share of lines that end in punctuation, 0 to 1; null without lines.',
    repeatedLineCharacterRatio:
      'Share of the characters of lines in lines that occurred before, 0 to 1; null without lines.',
    shortLineRatio: 'Share of lines of fewer than 30 characters, 0 to 1; null without lines.',
  },
  rules: [
    above(
      'punctuationLineRatio',
      0.12,
      'minPunctuationLineRatio',
      'few-punctuated-lines',
      'fraction of lines ending with punctuation',
      SOURCE,
    ),
    below(
      'repeatedLineCharacterRatio',
      0.1,
      'maxRepeatedLineCharacterRatio',
      'repeated-line-characters',
      'fraction of characters in duplicated lines',
      SOURCE,
    ),
    below(
      'shortLineRatio',
      0.67,
      'maxShortLineRatio',
      'short-lines',
      'fraction of lines shorter than 30 characters',
      SOURCE,
    ),
  ],
  measure,
}

function measure(scan: TextScan): Signals {
  const lines = lineShapes(scan, { ends: 'all-scripts-and-quotes', skipBlank: true, trimmed: true })
  const repeats = trimmedLineRepeats(scan)
  return {
    punctuationLineRatio: ratio(lines.punctuated, lines.lines),
    repeatedLineCharacterRatio: ratio(repeats.laterCharacters, repeats.characters),
    shortLineRatio: ratio(lines.shorter, lines.lines),
  }
}

import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart } from '../rule-part.ts'
import { spokenTokens } from '../scan/spoken-tokens.ts'
import { TextScan } from '../scan/text-scan.ts'
import { refinedWebText } from './lines.ts'

const SOURCE = 'DCLM, dclm_baseline_refinedweb.yaml, after Penedo et al. 2023 (RefinedWeb), section 3.3'

/**
 * RefinedWeb's rule on lines: a page that loses more than 5 % of its words with the lines taken out is dropped.
 *
 * As DCLM-Baseline has it: words are those that begin with a letter or a number, parted by ASCII white space.
 *
 * @see https://github.com/mlfoundations/dclm, `word_removal_ratio_filter`
 */
export const refinedWebPage: RulePart = {
  name: 'refinedweb-page',
  revision: 2,
  description: 'Drops pages that lose too many words with the lines that RefinedWeb takes out.',
  signals: {
    words: 'Words that begin with a letter or number.',
    removedWordRatio: 'Share of them that stand in what is taken out, 0 to 1; null without words.',
  },
  rules: [
    atLeast('words', 1, 'minWords', 'empty', 'word_removal_ratio_filter', SOURCE),
    atMost(
      'removedWordRatio',
      0.05,
      'maxRemovedWordRatio',
      'many-removed-words',
      'word_removal_ratio_filter',
      SOURCE,
    ),
  ],
  measure,
}

let rest: TextScan | undefined

function measure(scan: TextScan): Signals {
  const words = spokenTokens(scan)
  if (words === 0) return { words, removedWordRatio: null }
  rest ??= new TextScan()
  const left = spokenTokens(rest.read(refinedWebText(scan.text)))
  return { words, removedWordRatio: (words - left) / words }
}

import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart, ratio } from '../rule-part.ts'
import { paragraphRepeats, wholeLineRepeats } from '../scan/line-repeats.ts'
import type { TextScan, Words } from '../scan/text-scan.ts'
import { gramRules, gramSignals, levelOf, measureGrams } from './n-grams.ts'

const SOURCE = 'datatrove 0.10.1, gopher_repetition_filter.py'

/**
 * Gopher's repetition rules as datatrove's `GopherRepetitionFilter` has them.
 *
 * Lines are what runs of line feeds part, paragraphs what two or more do, both as they stand; the first copy of one
 * is no duplicate. Shares of characters are of the whole text, white space included. The most frequent n-gram counts
 * even where it occurs once; of several it is the first, and it is as long as its words with a space between them.
 * N-grams of five words and more are compared as their words joined by nothing; one that was seen before is stepped
 * over whole. Paragraphs come before lines.
 *
 * @see https://github.com/huggingface/datatrove, `src/datatrove/pipeline/filters/gopher_repetition_filter.py`
 */
export const gopherRepetitionDatatrove: RulePart = {
  name: 'gopher-repetition@datatrove-0.10',
  revision: 1,
  description: "Drops texts that break Gopher's repetition rules, as datatrove 0.10 has them.",
  words: 'unicode',
  signals: {
    characters: 'Characters of the text.',
    repeatedParagraphRatio: 'Share of paragraphs that occurred before, 0 to 1.',
    repeatedParagraphCharacterRatio: 'Share of the text in paragraphs that occurred before, 0 to 1.',
    repeatedLineRatio: 'Share of lines that occurred before, 0 to 1.',
    repeatedLineCharacterRatio: 'Share of the text in lines that occurred before, 0 to 1.',
    ...gramSignals(
      'Characters of the most frequent N-gram, times its copies, as a share of the text; null below N words.',
      'Share of the text in N-grams that were seen before, 0 to 1.',
    ),
  },
  rules: [
    atLeast('characters', 1, 'minCharacters', 'empty', 'empty', SOURCE),
    atMost(
      'repeatedParagraphRatio',
      0.3,
      'maxRepeatedParagraphRatio',
      'repeated-paragraphs',
      'dup_para_frac',
      SOURCE,
    ),
    atMost(
      'repeatedParagraphCharacterRatio',
      0.2,
      'maxRepeatedParagraphCharacterRatio',
      'repeated-paragraph-characters',
      'dup_para_char_frac',
      SOURCE,
    ),
    atMost('repeatedLineRatio', 0.3, 'maxRepeatedLineRatio', 'repeated-lines', 'dup_line_frac', SOURCE),
    atMost(
      'repeatedLineCharacterRatio',
      0.2,
      'maxRepeatedLineCharacterRatio',
      'repeated-line-characters',
      'dup_line_char_frac',
      SOURCE,
    ),
    ...gramRules(
      SOURCE,
      (n) => `top_${n}_gram`,
      (n) => `duplicated_${n}_n_grams`,
    ),
  ],
  measure,
}

function measure(scan: TextScan, mode: Words): Signals {
  const characters = scan.points
  const lines = wholeLineRepeats(scan, 'between-runs')
  const paragraphs = paragraphRepeats(scan)
  const words = scan.words(mode)
  const { levels } = words
  return {
    characters,
    repeatedParagraphRatio: ratio(paragraphs.laterElements, paragraphs.elements),
    repeatedParagraphCharacterRatio: ratio(paragraphs.laterCharacters, characters),
    repeatedLineRatio: ratio(lines.laterElements, lines.elements),
    repeatedLineCharacterRatio: ratio(lines.laterCharacters, characters),
    ...measureGrams(
      (n) => {
        const { grams, maxCopies, top } = levelOf(levels, n)
        if (grams === 0) return null
        const length = (words.points[top + n] as number) - (words.points[top] as number) + n - 1
        return ratio(maxCopies * length, characters)
      },
      (n) => ratio(words.copiedCharacters(n), characters),
    ),
  }
}

import type { Signals } from '../../model/stage.ts'
import { atLeast, atMost, type RulePart } from '../rule-part.ts'
import { trimmedLineRepeats, trimmedParagraphRepeats } from '../scan/line-repeats.ts'
import type { Repeats } from '../scan/repeats.ts'
import type { TextScan } from '../scan/text-scan.ts'
import { gramRules, gramSignals, levelOf, measureGrams } from './n-grams.ts'

const SOURCE = 'DCLM, content_filters.py, massive_web_repetition_filters'

/**
 * Gopher's repetition rules as DCLM-Baseline has them.
 *
 * Every copy of a line or paragraph is a duplicate, the first too; both are trimmed, and blank ones left out. A text
 * of one line or one paragraph repeats nothing. Words are those of Unicode's word boundaries (UAX 29) that begin with
 * a letter or a number. The most frequent n-gram counts only where it occurs twice; of several it is the longest. A
 * word in two overlapping repeated n-grams counts once.
 *
 * @see https://github.com/mlfoundations/dclm, `baselines/mappers/filters/content_filters.py`
 */
export const gopherRepetitionDclm: RulePart = {
  name: 'gopher-repetition@dclm',
  revision: 1,
  description: "Drops texts that break Gopher's repetition rules, as DCLM-Baseline has them.",
  signals: {
    lines: 'Lines that hold more than white space.',
    repeatedLineRatio: 'Share of lines that occur more than once, 0 to 1.',
    repeatedParagraphRatio: 'Share of paragraphs that occur more than once, 0 to 1.',
    repeatedLineCharacterRatio: 'Share of characters of lines in lines that occur more than once, 0 to 1.',
    repeatedParagraphCharacterRatio:
      'Share of characters of paragraphs in paragraphs that occur more than once, 0 to 1.',
    ...gramSignals(
      'Share of the characters of words in copies of the most frequent N-gram, 0 where none repeats.',
      'Share of the characters of words in N-grams that repeat, 0 to 1.',
    ),
  },
  rules: [
    atLeast('lines', 1, 'minLines', 'empty', 'repetition_filter (line)', SOURCE),
    atMost(
      'repeatedLineRatio',
      0.3,
      'maxRepeatedLineRatio',
      'repeated-lines',
      'repetition_filter (line)',
      SOURCE,
    ),
    atMost(
      'repeatedParagraphRatio',
      0.3,
      'maxRepeatedParagraphRatio',
      'repeated-paragraphs',
      'repetition_filter (paragraph)',
      SOURCE,
    ),
    atMost(
      'repeatedLineCharacterRatio',
      0.2,
      'maxRepeatedLineCharacterRatio',
      'repeated-line-characters',
      'repetition_filter (line, characters)',
      SOURCE,
    ),
    atMost(
      'repeatedParagraphCharacterRatio',
      0.2,
      'maxRepeatedParagraphCharacterRatio',
      'repeated-paragraph-characters',
      'repetition_filter (paragraph, characters)',
      SOURCE,
    ),
    ...gramRules(
      SOURCE,
      (n) => `repetition_filter (${n})`,
      (n) => `repetition_filter (${n})`,
    ),
  ],
  measure,
}

function measure(scan: TextScan): Signals {
  const lines = trimmedLineRepeats(scan)
  const paragraphs = trimmedParagraphRepeats(scan)
  const levels = scan.words('boundaries').levels
  const characters = Math.max(scan.words('boundaries').characters, 1)
  return {
    lines: lines.elements,
    repeatedLineRatio: elementRatio(lines),
    repeatedParagraphRatio: elementRatio(paragraphs),
    repeatedLineCharacterRatio: characterRatio(lines),
    repeatedParagraphCharacterRatio: characterRatio(paragraphs),
    ...measureGrams(
      (n) => {
        const { maxCopies, longestTop } = levelOf(levels, n)
        return maxCopies < 2 ? 0 : (maxCopies * longestTop) / characters
      },
      (n) => levelOf(levels, n).coveredCharacters / characters,
    ),
  }
}

function elementRatio({ elements, allElements }: Repeats): number {
  return elements < 2 ? 0 : allElements / elements
}

function characterRatio({ elements, characters, allCharacters }: Repeats): number {
  return elements < 2 ? 0 : allCharacters / characters
}

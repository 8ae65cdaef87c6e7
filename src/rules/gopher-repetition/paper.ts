import type { Signals } from '../../model/stage.ts'
import { atMost, type RulePart, ratio } from '../rule-part.ts'
import { trimmedLineRepeats, trimmedParagraphRepeats } from '../scan/line-repeats.ts'
import type { TextScan, Words } from '../scan/text-scan.ts'
import { gramRules, gramSignals, levelOf, measureGrams } from './n-grams.ts'

const SOURCE = 'Rae et al. 2021 (Gopher), table A1'

/**
 * The repetition rules of Gopher as the paper says them.
 *
 * What it leaves open is ours: lines are what is between line feeds and paragraphs what is between blank lines,
 * trimmed, without blank ones; the first copy of a line or paragraph is no duplicate; the most frequent n-gram
 * counts only where it occurs twice, and of several the longest; characters are those of words. As the paper asks,
 * a word in two overlapping repeated n-grams counts once.
 *
 * @see Rae et al. 2021, "Scaling Language Models: Methods, Analysis & Insights from Training Gopher", A.1.1.
 */
export const gopherRepetitionPaper: RulePart = {
  name: 'gopher-repetition@paper',
  revision: 1,
  description: "Drops texts that break Gopher's repetition rules, as its paper says them.",
  words: 'whitespace',
  signals: {
    repeatedLineRatio: 'Share of lines that occurred before, 0 to 1; null without lines.',
    repeatedParagraphRatio: 'Share of paragraphs that occurred before, 0 to 1; null without paragraphs.',
    repeatedLineCharacterRatio: 'Share of characters of lines in lines that occurred before, 0 to 1.',
    repeatedParagraphCharacterRatio:
      'Share of characters of paragraphs in paragraphs that occurred before, 0 to 1.',
    ...gramSignals(
      'Share of the characters of words in copies of the most frequent N-gram, 0 where none repeats; null without words.',
      'Share of the characters of words in N-grams that repeat, 0 to 1; null without words.',
    ),
  },
  rules: [
    atMost(
      'repeatedLineRatio',
      0.3,
      'maxRepeatedLineRatio',
      'repeated-lines',
      'duplicate line fraction',
      SOURCE,
    ),
    atMost(
      'repeatedParagraphRatio',
      0.3,
      'maxRepeatedParagraphRatio',
      'repeated-paragraphs',
      'duplicate paragraph fraction',
      SOURCE,
    ),
    atMost(
      'repeatedLineCharacterRatio',
      0.2,
      'maxRepeatedLineCharacterRatio',
      'repeated-line-characters',
      'duplicate line character fraction',
      SOURCE,
    ),
    atMost(
      'repeatedParagraphCharacterRatio',
      0.2,
      'maxRepeatedParagraphCharacterRatio',
      'repeated-paragraph-characters',
      'duplicate paragraph character fraction',
      SOURCE,
    ),
    ...gramRules(
      SOURCE,
      (n) => `top ${n}-gram character fraction`,
      (n) => `duplicate ${n}-gram character fraction`,
    ),
  ],
  measure,
}

function measure(scan: TextScan, mode: Words): Signals {
  const lines = trimmedLineRepeats(scan)
  const paragraphs = trimmedParagraphRepeats(scan)
  const levels = scan.words(mode).levels
  const { characters } = scan.words(mode)
  return {
    repeatedLineRatio: ratio(lines.laterElements, lines.elements),
    repeatedParagraphRatio: ratio(paragraphs.laterElements, paragraphs.elements),
    repeatedLineCharacterRatio: ratio(lines.laterCharacters, lines.characters),
    repeatedParagraphCharacterRatio: ratio(paragraphs.laterCharacters, paragraphs.characters),
    ...measureGrams(
      (n) => {
        const { maxCopies, longestTop } = levelOf(levels, n)
        return ratio(maxCopies < 2 ? 0 : maxCopies * longestTop, characters)
      },
      (n) => ratio(levelOf(levels, n).coveredCharacters, characters),
    ),
  }
}

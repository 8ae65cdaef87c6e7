import type { Signals } from '../../model/stage.ts'
import { atMost, type RulePart } from '../rule-part.ts'
import { wholeLineRepeats } from '../scan/line-repeats.ts'
import type { TextScan } from '../scan/text-scan.ts'
import { gramRules, gramSignals, levelOf, measureGrams } from './n-grams.ts'

const SOURCE = 'Dolma 1.5, tagger gopher_v1 with the limits of mixing/cc-head.yaml'

/**
 * Gopher's repetition rules as Dolma's tagger `gopher_v1` measures them, with the limits of Dolma 1.5's CC head.
 *
 * Every copy of a line or n-gram is a duplicate, the first too. Lines are those between line feeds as they stand, and
 * blank ones count: the gaps between the paragraphs of ordinary prose are duplicate lines. There are no paragraphs.
 * The characters of duplicate lines are held against those of words, 0.3 where the paper says 0.2, and can be more
 * than all of them. The most frequent n-gram counts even where it occurs once. Duplicate n-grams are held against all
 * n-grams of that length, so a word counts up to n times.
 *
 * The configuration that Dolma published asks for the most frequent n-gram under a name that the tagger does not
 * give (`most_common_2gram`, the tagger says `most_common_2grams`), so those three limits dropped nothing there.
 *
 * @see https://github.com/allenai/dolma, `python/dolma/taggers/gopher.py`, `configs/dolma-v1_5/mixing/cc-head.yaml`
 */
export const gopherRepetitionDolma: RulePart = {
  name: 'gopher-repetition@dolma-1',
  revision: 1,
  description: "Drops texts that break Gopher's repetition rules, as Dolma 1.5 has them.",
  signals: {
    repeatedLineRatio: 'Share of lines that occur more than once, blank ones included, 0 to 1.',
    repeatedLineCharacterRatio:
      'Characters of lines that occur more than once, for each character of a word; can be above 1.',
    ...gramSignals(
      'Share of the characters of words in copies of the most frequent N-gram; can be above 1; null below N words.',
      'Share of the characters of all N-grams in those that occur more than once, 0 to 1; null below N words.',
    ),
  },
  rules: [
    atMost(
      'repeatedLineRatio',
      0.3,
      'maxRepeatedLineRatio',
      'repeated-lines',
      'fraction_of_duplicate_lines',
      SOURCE,
    ),
    atMost(
      'repeatedLineCharacterRatio',
      0.3,
      'maxRepeatedLineCharacterRatio',
      'repeated-line-characters',
      'fraction_of_characters_in_duplicate_lines',
      SOURCE,
    ),
    ...gramRules(
      SOURCE,
      (n) => `fraction_of_characters_in_most_common_${n}grams`,
      (n) => `fraction_of_characters_in_duplicate_${n}grams`,
    ),
  ],
  measure,
}

function measure(scan: TextScan): Signals {
  const words = scan.words('whitespace')
  const characters = Math.max(words.characters, 1)
  const levels = words.levels
  // The tagger leaves an empty text unmeasured.
  const isEmpty = scan.length === 0
  const lines = wholeLineRepeats(scan, 'all')
  return {
    repeatedLineRatio: isEmpty ? 0 : lines.allElements / lines.elements,
    repeatedLineCharacterRatio: isEmpty ? 0 : lines.allCharacters / characters,
    ...measureGrams(
      (n) => {
        const { grams, maxCopies, top } = levelOf(levels, n)
        if (grams === 0) return null
        return (maxCopies * ((words.points[top + n] as number) - (words.points[top] as number))) / characters
      },
      (n) => {
        const { grams, repeatedCharacters } = levelOf(levels, n)
        if (grams === 0) return null
        // The sum over all n-grams: what is before their ends less what is before their starts.
        let all = 0
        for (let index = 0; index < n; index++)
          all += (words.points[words.count - index] as number) - (words.points[index] as number)
        return repeatedCharacters / Math.max(all, 1)
      },
    ),
  }
}

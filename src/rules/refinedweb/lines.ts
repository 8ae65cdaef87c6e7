import type { LineRule } from '../../model/stage.ts'
import { PYTHON_SPACE, pythonStrip } from '../python-strip.ts'

/** A line with a larger share of capitals is dropped. */
const MAX_UPPERCASE_RATIO = 0.5
/** Phrases are cut out of lines of at most so many words. */
const MAX_PHRASE_LINE_WORDS = 10

const COUNTER =
  /^[^\p{L}\p{N}_]*\p{Nd}[,.\p{Nd}]*[kmb]?\s+(?:likes|shares|comments|retweets|reposts|quotes|bookmarks|upvotes|downvotes|downloads|views|followers)[^\p{L}\p{N}_]*$/u
/** The last three of the second stand for any character, as the configuration does not escape its dots. */
const PHRASES = [/\s?items in cart/giu, /\s?read more...$/iu, /^sign-in\s?/iu] as const
const UPPERCASE = /\p{Uppercase}/gu
/** Characters that Python's `str.isdigit` knows: decimal digits, and those in circles, with stops, raised or lowered. */
const NO_DIGIT = /[^\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒]/u
const WORDS = new RegExp(`[^${PYTHON_SPACE}]+`, 'g')
const BLANK = new RegExp(`^[${PYTHON_SPACE}]+$`)

/**
 * A text without the lines that RefinedWeb takes out, as DCLM-Baseline does it: mostly capitals, nothing but digits, a
 * counter ("3 likes"), one word; and without three phrases in short lines, the line too where nothing else is in it.
 *
 * Each rule is applied to what the one before it left, trimmed. Blank lines stay. Gives an empty text where nothing is
 * left. O(length).
 *
 * @see https://github.com/mlfoundations/dclm, `baselines/mappers/modifiers.py`, `dclm_baseline_refinedweb.yaml`;
 * Penedo et al. 2023 (RefinedWeb), section 3.3 and table G.
 */
export function refinedWebText(text: string): string {
  let rest = pythonStrip(kept(text, isNotShouted))
  rest = pythonStrip(kept(rest, (line) => NO_DIGIT.test(line)))
  rest = pythonStrip(kept(rest, (line) => !COUNTER.test(line.toLowerCase())))
  rest = kept(rest, (line) => wordCount(line) > 1)
  for (const phrase of PHRASES) {
    if (rest === '') return ''
    rest = pythonStrip(withoutPhrase(rest, phrase))
  }
  return rest
}

/** The lines that pass, and the empty ones. */
function kept(text: string, passes: (line: string) => boolean): string {
  return text
    .split('\n')
    .filter((line) => line === '' || passes(line))
    .join('\n')
}

function isNotShouted(line: string): boolean {
  const capitals = line.match(UPPERCASE)?.length ?? 0
  if (capitals === 0) return true
  let characters = 0
  for (const _ of line) characters++
  return capitals / characters <= MAX_UPPERCASE_RATIO
}

function withoutPhrase(text: string, phrase: RegExp): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (line === '' || wordCount(line) > MAX_PHRASE_LINE_WORDS) return [line]
      const rest = line.replace(phrase, '')
      return rest === '' || BLANK.test(rest) ? [] : [rest]
    })
    .join('\n')
}

function wordCount(line: string): number {
  return line.match(WORDS)?.length ?? 0
}

const SOURCE = 'DCLM, dclm_baseline_refinedweb.yaml, after Penedo et al. 2023 (RefinedWeb), table G'
const PHRASE = `, and the line where nothing else is in it; in lines of at most ${MAX_PHRASE_LINE_WORDS} words`

/** The rules of {@link refinedWebText}, in their order. */
export const REFINEDWEB_LINE_RULES: readonly LineRule[] = (
  [
    [
      'upper-case',
      `lines with a share of capitals above ${MAX_UPPERCASE_RATIO}`,
      'uppercase_ratio_line_modifier',
    ],
    ['numeric', 'lines of nothing but digits', 'numeric_ratio_line_modifier'],
    ['counter', 'lines that only count, such as "3 likes"', 'counter_line_modifier'],
    ['one-word', 'lines of one word', 'line_length_modifier'],
    ['cart', `"items in cart"${PHRASE}`, 'substring_line_modifier'],
    ['read-more', `"Read more..." at the end of a line${PHRASE}`, 'substring_line_modifier'],
    ['sign-in', `"Sign-in" at the start of a line${PHRASE}`, 'substring_line_modifier'],
  ] as const
).map(([reason, takesOut, peerReason]) => ({ reason, takesOut, peerReason, source: SOURCE }))

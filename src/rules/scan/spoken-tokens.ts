import { isPair, pointOf } from '../../kernels/words/pairs.ts'
import { ALPHANUMERIC, ASCII_SPACE, characterFlags, LEAD, pairFlags } from './character-flags.ts'
import type { TextScan } from './text-scan.ts'

/**
 * Tokens of fastText's tokenizer whose first character is a letter or a number, which is how DCLM counts words.
 *
 * fastText parts tokens at ASCII white space alone: behind a no-break space a token goes on. NUL, at which it parts
 * them too, is taken as any other character. O(words).
 */
export function spokenTokens(scan: TextScan): number {
  const { count, start, end } = scan.words('whitespace')
  const { codes } = scan
  const flags = characterFlags()
  let tokens = 0
  for (let word = 0; word < count; word++) {
    const at = start[word] as number
    if (at > 0 && ((flags[codes[at - 1] as number] as number) & ASCII_SPACE) === 0) continue
    let first = flags[codes[at] as number] as number
    if ((first & LEAD) !== 0 && at + 1 < (end[word] as number)) {
      const [lead, trail] = [codes[at] as number, codes[at + 1] as number]
      // A half without its other half is neither letter nor number.
      if (isPair(lead, trail)) first = pairFlags(pointOf(lead, trail))
    }
    if ((first & ALPHANUMERIC) !== 0) tokens++
  }
  return tokens
}

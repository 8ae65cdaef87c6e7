import { pointOf } from '../../kernels/words/pairs.ts'
import {
  ALPHANUMERIC,
  characterFlags,
  LEAD,
  LOWERCASE,
  pairFlags,
  SPACE,
  TRAIL,
  UPPERCASE,
} from '../scan/character-flags.ts'
import type { TextScan } from '../scan/text-scan.ts'
import { STOP_WORDS } from './stop-words.ts'

/** What the words of NLTK's `WordPunctTokenizer` are: runs of letters, digits and `_`, and runs of other marks. */
export interface RawWords {
  readonly words: number
  /** Words with a capital and no small letter. */
  readonly capitals: number
  /** Words with one of A to Z and a to z. */
  readonly latin: number
  readonly stopWords: number
}

const LONGEST_STOP_WORD = 14

/** Counts the words of a text as `\w+|[^\w\s]+` finds them. O(length). */
export function rawWords(scan: TextScan): RawWords {
  const { codes, length, text } = scan
  const table = characterFlags()
  let words = 0
  let capitals = 0
  let latin = 0
  let stopWords = 0
  let start = 0
  let kind = 0
  let all = 0
  let hasLatin = false
  const end = (to: number): void => {
    if (kind === 0) return
    words++
    if ((all & UPPERCASE) !== 0 && (all & LOWERCASE) === 0) capitals++
    if (hasLatin) latin++
    if (kind === 1 && to - start <= LONGEST_STOP_WORD && STOP_WORDS.has(text.slice(start, to))) stopWords++
  }
  for (let index = 0; index < length; index++) {
    const code = codes[index] as number
    let flags = table[code] as number
    const at = index
    if ((flags & LEAD) !== 0 && index + 1 < length) {
      const next = codes[index + 1] as number
      if (((table[next] as number) & TRAIL) !== 0) {
        flags = pairFlags(pointOf(code, next))
        index++
      }
    }
    const own = (flags & SPACE) !== 0 ? 0 : (flags & ALPHANUMERIC) !== 0 || code === 0x5f ? 1 : 2
    if (own !== kind) {
      end(at)
      kind = own
      start = at
      all = 0
      hasLatin = false
    }
    all |= flags
    const small = code | 0x20
    if (small >= 0x61 && small <= 0x7a && code < 0x80) hasLatin = true
  }
  end(length)
  return { words, capitals, latin, stopWords }
}

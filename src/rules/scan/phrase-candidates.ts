import { PHRASE_LETTER } from './character-flags.ts'
import type { TextScan } from './text-scan.ts'

/**
 * Units where a phrase of C4's rules may stand, ascending: at the k of `cookie`, the v of `privacy` and `javascript`,
 * the m of `terms of use` and `lorem ipsum`, in either case. Most texts have none, and are not looked at again.
 */
export function phraseCandidates(scan: TextScan): readonly number[] {
  const { count, flags, start, end } = scan.words('whitespace')
  const { codes } = scan
  const found: number[] = []
  for (let word = 0; word < count; word++) {
    if (((flags[word] as number) & PHRASE_LETTER) === 0) continue
    const to = end[word] as number
    for (let index = (start[word] as number) + 2; index < to; index++) {
      const letter = small(codes[index] as number)
      if (letter === K || letter === KELVIN) {
        if (small(codes[index - 1] as number) === O && small(codes[index - 2] as number) === O)
          found.push(index)
      } else if (letter === V) {
        const before = small(codes[index - 1] as number)
        const first = small(codes[index - 2] as number)
        if ((before === A && first === J) || (before === I && first === R)) found.push(index)
      } else if (letter === M) {
        const before = small(codes[index - 1] as number)
        const first = small(codes[index - 2] as number)
        if ((before === R && first === E) || (before === E && first === R)) found.push(index)
      }
    }
  }
  return found
}

const [A, E, I, J, K, M, O, R, V] = [0x61, 0x65, 0x69, 0x6a, 0x6b, 0x6d, 0x6f, 0x72, 0x76]
const KELVIN = 0x212a

function small(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code
}

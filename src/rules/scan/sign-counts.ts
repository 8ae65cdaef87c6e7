import { COUNTED } from './character-flags.ts'
import type { TextScan } from './text-scan.ts'

/** Signs that Gopher's rule on symbols speaks of. */
export interface SignCounts {
  /** Signs `#`, and signs `…`. */
  readonly hashes: number
  readonly ellipsisSigns: number
  /** Times `...` stands in a row of dots without overlap: four dots are one. */
  readonly threeDots: number
  /** Words between white space that hold `#` or `…`. */
  readonly symbolWords: number
}

/** Counts signs in a text. O(words between white space), and the letters of those with a sign. */
export function signCounts(scan: TextScan): SignCounts {
  const { count, flags, start, end } = scan.words('whitespace')
  const { codes } = scan
  let hashes = 0
  let ellipsisSigns = 0
  let threeDots = 0
  let symbolWords = 0
  for (let word = 0; word < count; word++) {
    if (((flags[word] as number) & COUNTED) === 0) continue
    let dots = 0
    let symbols = 0
    const last = end[word] as number
    for (let index = start[word] as number; index < last; index++) {
      const code = codes[index] as number
      if (code === 0x2e) {
        if (++dots < 3) continue
        threeDots++
        dots = 0
        continue
      }
      dots = 0
      if (code === 0x23) hashes++
      else if (code === 0x2026) ellipsisSigns++
      else continue
      symbols++
    }
    if (symbols > 0) symbolWords++
  }
  return { hashes, ellipsisSigns, threeDots, symbolWords }
}

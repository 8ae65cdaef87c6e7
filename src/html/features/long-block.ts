import { Stat } from '../blocks.ts'

/** A block with this many words, most of them in no link, is a long one. */
const LONG_WORDS = 20

/** Whether the block whose numbers begin at `base` is a long one. */
export function isLong(stats: Float64Array, base: number): boolean {
  const words = stats[base + Stat.words] as number
  return words >= LONG_WORDS && 2 * (stats[base + Stat.linkWords] as number) < words
}

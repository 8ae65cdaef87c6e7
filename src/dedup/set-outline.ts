import { doubled } from './doubled.ts'

const CLASS_BITS = 8
const WORDS = 2 ** CLASS_BITS / 32

/**
 * What is held of sets to refuse most pairs without reading them: how large a set is, and for each of 256 classes of numbers whether it has
 * an odd number of them. In a class where two sets differ in that, at least one number is in one of them alone, so that nothing near is ever
 * refused (Sandes et al. 2020, "Bitmap filter: speeding up exact set similarity joins with bitwise operations"). 40 bytes a set.
 */
export class SetOutline {
  readonly #numbers: Uint32Array
  #sizes = new Uint32Array(256)
  #bits = new Uint32Array(256 * WORDS)
  #added = 0
  readonly #threshold: number
  /** Share of two sizes together that may be in one of two near sets alone. */
  readonly #mostApart: number

  /**
   * @param count one more than the last place.
   * @param threshold Jaccard's index from which on two sets are near.
   */
  constructor(count: number, threshold: number) {
    this.#numbers = new Uint32Array(count)
    this.#threshold = threshold
    // Shared numbers are at least t (a + b) / (1 + t); a little more may be apart, so that rounding refuses no pair at the limit.
    this.#mostApart = (1 - threshold) / (1 + threshold) + 1e-9
  }

  /** Once for each place. */
  add(place: number, set: Float64Array): void {
    const number = this.#added++
    if (number === this.#sizes.length) {
      this.#sizes = doubled(this.#sizes)
      this.#bits = doubled(this.#bits)
    }
    this.#numbers[place] = number
    this.#sizes[number] = set.length
    for (let at = 0; at < set.length; at++) {
      const bit = ((set[at] as number) >>> 0) >>> (32 - CLASS_BITS)
      const word = number * WORDS + (bit >>> 5)
      this.#bits[word] = ((this.#bits[word] as number) ^ (1 << (bit & 31))) >>> 0
    }
  }

  /** False only for two sets that are not near. Both were added. */
  mayBeNear(a: number, b: number): boolean {
    const x = this.#numbers[a] as number
    const y = this.#numbers[b] as number
    const sizeX = this.#sizes[x] as number
    const sizeY = this.#sizes[y] as number
    if (Math.min(sizeX, sizeY) < (this.#threshold - 1e-9) * Math.max(sizeX, sizeY)) return false
    const most = this.#mostApart * (sizeX + sizeY)
    let apart = 0
    for (let word = 0; word < WORDS; word++) {
      apart += onesOf((this.#bits[x * WORDS + word] as number) ^ (this.#bits[y * WORDS + word] as number))
    }
    return apart <= most
  }
}

/** How many of 32 bits are 1. */
function onesOf(bits: number): number {
  let ones = bits - ((bits >>> 1) & 0x5555_5555)
  ones = (ones & 0x3333_3333) + ((ones >>> 2) & 0x3333_3333)
  return Math.imul((ones + (ones >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

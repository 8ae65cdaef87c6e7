import { fmix } from '../text/murmur3.ts'
import { MOST_DIMENSIONS } from './embedding.ts'

/** How vectors get keys: `bands` keys of `bits` signs each. */
export interface HyperplaneSpec {
  readonly bands: number
  /** 1 to 32. */
  readonly bits: number
}

/** Most hyperplanes of a specification: a vector costs as many products of its dimensions, and the longest ones take 64 MB of numbers. */
export const MOST_PLANES = 2048

/** Chance that two vectors of this cosine lie on the same side of a random hyperplane through the origin: 1 - angle / π. */
export function sideChance(cosine: number): number {
  return 1 - Math.acos(Math.max(-1, Math.min(1, cosine))) / Math.PI
}

/** Chance that two vectors of this cosine share a key: `1 - (1 - p^bits)^bands`, p being {@link sideChance}. */
export function meetingChance(cosine: number, { bands, bits }: HyperplaneSpec): number {
  return 1 - (1 - sideChance(cosine) ** bits) ** bands
}

/** The fewest bands with which a pair at the threshold is found with the chance `recall`, which is below 1. May be more than can be had. */
export function bandsFor(threshold: number, bits: number, recall: number): number {
  const meets = sideChance(threshold) ** bits
  return meets >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(1 - recall) / Math.log1p(-meets)))
}

/** Where the sequence that the hyperplanes are drawn from starts: part of `hyperplanes-1`. */
const SEED = 0x51ed_270b
const GOLDEN = 0x9e37_79b9
/** Hashes of 32 bits behind one number of a hyperplane. */
const HASHES = 6

/**
 * Keys of vectors by random hyperplanes: vectors with a small angle are likely to lie on the same sides of some of them.
 *
 * A number of a hyperplane is the sum of twelve uniform ones, which is normal enough for every direction to be as likely. It depends on
 * the hyperplane and the dimension alone, so that keys are the same on every machine and in every order. Vectors of different dimensions
 * share no key.
 *
 * @see Charikar 2002, "Similarity estimation techniques from rounding algorithms".
 */
export class Hyperplanes {
  readonly #spec: HyperplaneSpec
  /** Plane after plane, each with so many numbers as the longest vector so far had, or more. */
  #planes = new Float32Array(0)
  #capacity = 0

  constructor(spec: HyperplaneSpec) {
    this.#spec = spec
  }

  /** Keys of 64 bits of a vector of length 1, each as its low and its high half. */
  keys(vector: Float64Array): Uint32Array {
    const { bands, bits } = this.#spec
    this.#grow(vector.length)
    const keys = new Uint32Array(2 * bands)
    for (let band = 0; band < bands; band++) {
      let signs = 0
      for (let bit = 0; bit < bits; bit++) {
        const start = (band * bits + bit) * this.#capacity
        signs = (signs << 1) | (product(vector, this.#planes, start) >= 0 ? 1 : 0)
      }
      const low = fmix(signs ^ fmix(Math.imul(band + 1, GOLDEN) + vector.length))
      keys[2 * band] = low
      keys[2 * band + 1] = fmix(low ^ Math.imul(signs, GOLDEN) ^ (band + 1))
    }
    return keys
  }

  #grow(dimensions: number): void {
    if (dimensions <= this.#capacity) return
    const planes = this.#spec.bands * this.#spec.bits
    // Twice as many, so that vectors of ever more dimensions do not draw all planes anew each time.
    this.#capacity = Math.min(MOST_DIMENSIONS, Math.max(dimensions, 2 * this.#capacity))
    this.#planes = new Float32Array(planes * this.#capacity)
    for (let plane = 0; plane < planes; plane++)
      for (let at = 0; at < this.#capacity; at++)
        this.#planes[plane * this.#capacity + at] = drawn(plane * MOST_DIMENSIONS + at)
  }
}

/** Sum of the products of a vector's numbers and those of a plane that starts at `start`; four sums, which a processor adds at once. */
function product(vector: Float64Array, planes: Float32Array, start: number): number {
  const whole = vector.length & ~3
  let [first, second, third, fourth] = [0, 0, 0, 0]
  for (let at = 0; at < whole; at += 4) {
    first += (vector[at] as number) * (planes[start + at] as number)
    second += (vector[at + 1] as number) * (planes[start + at + 1] as number)
    third += (vector[at + 2] as number) * (planes[start + at + 2] as number)
    fourth += (vector[at + 3] as number) * (planes[start + at + 3] as number)
  }
  for (let at = whole; at < vector.length; at++)
    first += (vector[at] as number) * (planes[start + at] as number)
  return first + second + (third + fourth)
}

/** Number `index` of the sequence: whole, around 0, below 2^19. */
function drawn(index: number): number {
  let sum = 0
  for (let part = 0; part < HASHES; part++) {
    const hash = fmix(Math.imul(index * HASHES + part + 1, GOLDEN) + SEED)
    sum += (hash & 0xffff) + (hash >>> 16) - 0xffff
  }
  return sum
}

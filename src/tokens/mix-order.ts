import { fmix } from '../text/murmur3.ts'
import { permutation } from './permutation.ts'

/** A source in the order of a mixture, in sequences of equally many tokens. */
export interface OrderedSource {
  /** Sequences that it has. At least 1. */
  readonly sequences: number
  /** Sequences that are drawn of it, repeats included. */
  readonly drawn: number
}

/** Where a sequence of a mixture comes from. */
export interface OrderedSequence {
  /** Number of the source. */
  readonly source: number
  /** Number of the sequence in the source. */
  readonly sequence: number
  /** How often the source had been through before: 0 in the first epoch. */
  readonly epoch: number
}

/** Sequences of a block: sources have their shares in every block, give or take one sequence. */
export const BLOCK = 1024

/**
 * The order of a mixture. Any place in it is found alone, so that training is taken up at any step by any number of processes, and nothing of
 * its size is held.
 *
 * In each block of {@link BLOCK} sequences every source has its share, give or take one, and all of them as many as are drawn; in a block the
 * order is by chance. Of a source every sequence is drawn once before any is drawn again, in another order each time.
 */
export class MixOrder {
  readonly #sources: readonly OrderedSource[]
  readonly #seed: number
  /** Sequences drawn of all sources before each one. */
  readonly #before: readonly number[]
  readonly length: number
  #block = -1
  #sequences: readonly OrderedSequence[] = []
  readonly #orders = new Map<string, (place: number) => number>()

  /** @param seed of 32 bits. */
  constructor(sources: readonly OrderedSource[], seed: number) {
    const wrong = sources.find(({ sequences, drawn }) => drawn > 0 && sequences < 1)
    if (wrong !== undefined) throw new RangeError('a source is drawn of and has no sequence')
    this.#sources = sources
    this.#seed = seed
    const before = [0]
    for (const { drawn } of sources) before.push((before.at(-1) ?? 0) + drawn)
    this.#before = before
    this.length = before.at(-1) ?? 0
  }

  /** The sequence at a place of the order, from 0 to `length - 1`. */
  at(place: number): OrderedSequence {
    if (!(Number.isInteger(place) && place >= 0 && place < this.length))
      throw new RangeError(`place ${place} of a mixture of ${this.length} sequences`)
    const block = Math.floor(place / BLOCK)
    if (block !== this.#block) {
      this.#sequences = this.#ofBlock(block)
      this.#block = block
    }
    const found = this.#sequences[place % BLOCK]
    if (found === undefined) throw new Error(`place ${place} is not in its block`)
    return found
  }

  #ofBlock(block: number): readonly OrderedSequence[] {
    const [from, to] = [block * BLOCK, Math.min(this.length, (block + 1) * BLOCK)]
    const size = to - from
    const order = permutation(size, fmix(this.#seed ^ fmix(block)))
    const sourceAt = new Uint32Array(size)
    const next = this.#sources.map((_, source) => this.#drawnBefore(source, from))
    let filled = 0
    for (const [source, first] of next.entries()) {
      const drawn = this.#drawnBefore(source, to) - first
      for (let draw = 0; draw < drawn; draw++) sourceAt[order(filled++)] = source
    }
    // Chance says which source is where; a source's own draws stay in their order, so that no epoch begins before another ends.
    return Array.from(sourceAt, (source) => {
      const draw = next[source] ?? 0
      next[source] = draw + 1
      return this.#draw(source, draw)
    })
  }

  /** How many of the first `place` sequences are a source's: the whole part of all up to it, without that of all before it. */
  #drawnBefore(source: number, place: number): number {
    const upTo = (count: number): number => Math.floor((place / this.length) * count + 1e-9)
    return upTo(this.#before[source + 1] ?? 0) - upTo(this.#before[source] ?? 0)
  }

  #draw(source: number, draw: number): OrderedSequence {
    const { sequences } = this.#sources[source] ?? { sequences: 1 }
    const epoch = Math.floor(draw / sequences)
    const key = `${source} ${epoch}`
    let order = this.#orders.get(key)
    if (order === undefined) {
      order = permutation(sequences, fmix(this.#seed + fmix(source + 1) + fmix(epoch ^ 0x51ed270b)))
      // Two epochs of a source can meet in a block, no more.
      if (this.#orders.size > 4 * this.#sources.length) this.#orders.clear()
      this.#orders.set(key, order)
    }
    return { source, sequence: order(draw % sequences), epoch }
  }
}

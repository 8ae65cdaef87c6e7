import { hashByte, WORD_SEED } from './lexicon.ts'

/** Words in a run that is looked for: a text of fewer is no copy, and not remembered. */
export const RUN = 4
/** A text of fewer words is no copy, whatever it says. */
const LEAST_WORDS = 10
/** A longer text may differ more: a copy in one piece lacks the captions between the paragraphs. */
const LONG_WORDS = 60
const SHARE = 0.9
const LONG_SHARE = 0.75
/** Runs that are remembered of one page, and looked at in one text, at most. */
const MOST_RUNS = 1 << 14
const SLOTS = 2 * MOST_RUNS
/** Longest name of a character reference that parts words. */
const MAX_REFERENCE = 10

/**
 * Tells texts that a page holds twice, as hidden copies for machines and small screens are.
 *
 * A text is a copy when most of its runs of {@link RUN} words stood before in texts of another place (another
 * `parent`). Texts side by side may repeat each other: verses do. Works on bytes of markup, in linear time; of a
 * longer text its first {@link MOST_RUNS} runs are looked at.
 */
export class Copies {
  readonly #keys = new Int32Array(SLOTS)
  readonly #parents = new Int32Array(SLOTS)
  #remembered = 0
  /** Of the text at hand. */
  readonly #runs = new Int32Array(MOST_RUNS)
  #words = 0
  #word = WORD_SEED
  #one = 0
  #two = 0
  #three = 0

  /** Begins a page. */
  clear(): void {
    if (this.#remembered > 0) this.#keys.fill(0)
    this.#remembered = 0
  }

  startText(): void {
    this.#words = 0
    this.#word = WORD_SEED
  }

  /** Adds bytes of markup to the text, which go on its last word where none parts them. */
  add(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const code = bytes[at] as number
      if (code >= 0x80) {
        // Signs and the space of Latin-1 part words; all other characters are of words.
        if (code !== 0xc2 || (bytes[at + 1] as number) >= 0xaa) this.#word = hashByte(this.#word, code)
        else {
          this.endWord()
          at++
        }
        continue
      }
      const lower = code | 32
      if ((lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39)) {
        this.#word = hashByte(this.#word, lower)
        continue
      }
      this.endWord()
      if (code === 0x26) at = referenceEnd(bytes, at, to)
    }
  }

  endWord(): void {
    const word = this.#word
    if (word === WORD_SEED) return
    if (++this.#words >= RUN && this.#words - RUN < MOST_RUNS) {
      const run = Math.imul(Math.imul(Math.imul(this.#one, 31) + this.#two, 31) + this.#three, 31) + word
      this.#runs[this.#words - RUN] = run | 0 || 1
    }
    this.#one = this.#two
    this.#two = this.#three
    this.#three = word
    this.#word = WORD_SEED
  }

  /** Whether the text is a copy; if it is not, it is remembered. */
  isCopy(parent: number): boolean {
    this.endWord()
    const words = this.#words
    const count = Math.min(words - RUN + 1, MOST_RUNS)
    const runs = this.#runs
    if (words >= LEAST_WORDS && this.#remembered > 0) {
      let copied = 0
      for (let index = 0; index < count; index++) {
        const slot = this.#find(runs[index] as number)
        if (this.#keys[slot] !== 0 && this.#parents[slot] !== parent) copied++
      }
      if (copied >= (words < LONG_WORDS ? SHARE : LONG_SHARE) * count) return true
    }
    for (let index = 0; index < count && this.#remembered < MOST_RUNS; index++) {
      const slot = this.#find(runs[index] as number)
      if (this.#keys[slot] !== 0) continue
      this.#keys[slot] = runs[index] as number
      this.#parents[slot] = parent
      this.#remembered++
    }
    return false
  }

  #find(run: number): number {
    let slot = (run ^ (run >>> 15)) & (SLOTS - 1)
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== run) slot = (slot + 1) & (SLOTS - 1)
    return slot
  }
}

/** Place of the `;` that ends the character reference at `at`; `at` where none does. */
function referenceEnd(bytes: Uint8Array, at: number, stop: number): number {
  const limit = Math.min(stop, at + MAX_REFERENCE)
  for (let end = at + 1; end < limit; end++) {
    if (bytes[end] === 0x3b) return end
    if ((bytes[end] as number) <= 32) return at
  }
  return at
}

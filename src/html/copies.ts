import { hashByte, WORD_SEED } from './lexicon.ts'

/** Words in a run that is looked for. */
const RUN = 4
/** A text of fewer words is no copy, whatever it says. */
const LEAST_WORDS = 10
/** A longer text may differ more: a copy in one piece lacks the captions between the paragraphs. */
const LONG_WORDS = 60
const SHARE = 0.9
const LONG_SHARE = 0.75
/** Runs that are remembered of one page, at most. */
const SLOTS = 1 << 15

/**
 * Tells texts that a page holds twice, as hidden copies for machines and small screens are.
 *
 * A text is a copy when most of its runs of {@link RUN} words stood before in texts of another place (another
 * `parent`). Texts side by side may repeat each other: verses do. O(words); what is behind the first 16,000
 * runs of a page is compared and not remembered.
 */
export class Copies {
  readonly #keys = new Int32Array(SLOTS)
  readonly #parents = new Int32Array(SLOTS)
  #count = 0
  #runs = new Int32Array(256)

  /** Begins a page. */
  clear(): void {
    if (this.#count > 0) this.#keys.fill(0)
    this.#count = 0
  }

  /** Whether the text is a copy; if it is not, it is remembered. */
  isCopy(text: string, parent: number): boolean {
    const words = this.#readRuns(text)
    const count = words - RUN + 1
    if (count <= 0) return false
    const runs = this.#runs
    if (words >= LEAST_WORDS && this.#count > 0) {
      let copied = 0
      for (let index = 0; index < count; index++) {
        const slot = this.#find(runs[index] as number)
        if (this.#keys[slot] !== 0 && this.#parents[slot] !== parent) copied++
      }
      if (copied >= (words < LONG_WORDS ? SHARE : LONG_SHARE) * count) return true
    }
    for (let index = 0; index < count && this.#count < SLOTS / 2; index++) {
      const slot = this.#find(runs[index] as number)
      if (this.#keys[slot] !== 0) continue
      this.#keys[slot] = runs[index] as number
      this.#parents[slot] = parent
      this.#count++
    }
    return false
  }

  #find(run: number): number {
    let slot = (run ^ (run >>> 15)) & (SLOTS - 1)
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== run) slot = (slot + 1) & (SLOTS - 1)
    return slot
  }

  /** Hashes the text's runs of words; gives the number of its words. */
  #readRuns(text: string): number {
    const { length } = text
    let words = 0
    let word = WORD_SEED
    let one = 0
    let two = 0
    let three = 0
    for (let at = 0; at <= length; at++) {
      const code = at < length ? text.charCodeAt(at) : 32
      const lower = code >= 0x41 && code <= 0x5a ? code | 32 : code
      if ((lower >= 0x61 && lower <= 0x7a) || (lower >= 0x30 && lower <= 0x39) || lower >= 0xaa) {
        word = hashByte(word, lower)
        continue
      }
      if (word === WORD_SEED) continue
      words++
      if (words >= RUN) {
        if (words - RUN >= this.#runs.length) {
          const runs = new Int32Array(this.#runs.length * 2)
          runs.set(this.#runs)
          this.#runs = runs
        }
        const run = Math.imul(Math.imul(Math.imul(one, 31) + two, 31) + three, 31) + word
        this.#runs[words - RUN] = run | 0 || 1
      }
      one = two
      two = three
      three = word
      word = WORD_SEED
    }
    return words
  }
}

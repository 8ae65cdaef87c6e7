import { fmix } from '../text/murmur3.ts'
import {
  type CharacterTables,
  characterTables,
  foldOf,
  GAP,
  kindOf,
  LETTER,
  MARK,
  SURROGATE,
  UNSPACED,
} from './characters.ts'

/** The tokens of a text: `count` of them. Arrays may be longer. Tokens are the same where both halves of their 64-bit hash are. */
export interface Tokens {
  readonly count: number
  /** Where each token starts in the text, and where it ends (not included), in UTF-16 units. */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly low: Int32Array
  readonly high: Int32Array
}

/**
 * Cuts texts into tokens and hashes them, without a string for any.
 *
 * A token is a run of letters, digits and `_` with the marks on them; in scripts that write without spaces between words (Han, kana,
 * Thai, Lao, Khmer, Burmese) each letter is one, with its marks. With `caseFold`, tokens that differ in case only are the same, folded
 * character by character. O(length).
 */
export class TokenReader {
  readonly #caseFold: boolean
  readonly #tables: CharacterTables
  #starts = new Uint32Array(1024)
  #ends = new Uint32Array(1024)
  #low = new Int32Array(1024)
  #high = new Int32Array(1024)

  constructor({ caseFold }: { readonly caseFold: boolean }) {
    this.#caseFold = caseFold
    this.#tables = characterTables(caseFold)
  }

  /** The tokens of a text; valid until the next call. */
  read(text: string): Tokens {
    const { kinds, letters, inside } = this.#tables
    const length = text.length
    let starts = this.#starts
    let ends = this.#ends
    let lows = this.#low
    let highs = this.#high
    let count = 0
    for (let at = 0; at < length; ) {
      const start = at
      let folded = letters[text.charCodeAt(at)] ?? 0
      let low = LOW_SEED
      let high = HIGH_SEED
      while (folded !== 0) {
        low = Math.imul(low ^ folded, LOW_FACTOR)
        high = Math.imul(((high << 5) | (high >>> 27)) ^ folded, HIGH_FACTOR)
        at++
        folded = at < length ? (inside[text.charCodeAt(at)] ?? 0) : 0
      }
      let end = at
      const unit = at < length ? text.charCodeAt(at) : 0
      if (unit < 0x80) {
        if (at++ === start) continue
      } else {
        const kind = kinds[unit] ?? GAP
        if (at === start && (kind === GAP || kind === MARK)) {
          at++
          continue
        }
        // Characters of two units are not in the tables, and letters without spaces end after one.
        if (at === start || kind === SURROGATE) {
          const rare = this.#rareToken(text, start)
          end = rare.end
          at = end
          low = rare.low
          high = rare.high
          if (!rare.found) continue
        }
      }
      if (count === starts.length) {
        this.#grow()
        starts = this.#starts
        ends = this.#ends
        lows = this.#low
        highs = this.#high
      }
      starts[count] = start
      ends[count] = end
      lows[count] = fmix(low)
      highs[count++] = fmix(high)
    }
    return { count, starts, ends, low: lows, high: highs }
  }

  /** The token that starts here, by code points; where none does, `end` is behind the character. */
  #rareToken(text: string, start: number): RareToken {
    const { kinds, inside } = this.#tables
    let first = MARK
    let low = LOW_SEED
    let high = HIGH_SEED
    let at = start
    while (at < text.length) {
      const code = text.codePointAt(at) ?? 0
      const width = code > 0xffff ? 2 : 1
      const kind = width === 2 ? kindOf(code) : (kinds[code] ?? GAP)
      if (at === start) {
        if (kind !== LETTER && kind !== UNSPACED) return { found: false, end: at + width, low, high }
        first = kind
      } else if (kind !== MARK && (kind !== LETTER || first !== LETTER)) break
      const folded = width === 2 && this.#caseFold ? foldOf(code) : inside[code] || code
      low = Math.imul(low ^ folded, LOW_FACTOR)
      high = Math.imul(((high << 5) | (high >>> 27)) ^ folded, HIGH_FACTOR)
      at += width
    }
    return { found: true, end: at, low, high }
  }

  #grow(): void {
    const size = 2 * this.#starts.length
    this.#starts = grown(this.#starts, new Uint32Array(size))
    this.#ends = grown(this.#ends, new Uint32Array(size))
    this.#low = grown(this.#low, new Int32Array(size))
    this.#high = grown(this.#high, new Int32Array(size))
  }
}

interface RareToken {
  readonly found: boolean
  readonly end: number
  readonly low: number
  readonly high: number
}

function grown<T extends Uint32Array | Int32Array>(array: T, larger: T): T {
  larger.set(array)
  return larger
}

// Two hashes of 32 bits that have no bit in common: FNV-1a, and one that turns its bits before each step.
const LOW_SEED = 0x811c9dc5 | 0
const LOW_FACTOR = 0x01000193
const HIGH_SEED = 0x2545f491
const HIGH_FACTOR = 0x27220a95

import { fmix } from '../text/murmur3.ts'
import type { Tokens } from './tokens.ts'

/** Keys of runs of tokens, and the number of the first token of each, rising. */
export interface RunKeys {
  /** 64 bits each, as low and high half. */
  readonly keys: Uint32Array
  readonly numbers: Uint32Array
}

/** Two halves of 64 bits that set the keys of one scope apart from those of others. */
export interface Salt {
  readonly low: number
  readonly high: number
}

/**
 * Finds runs of tokens that are there more than once, by hashes alone: no text is compared with another.
 *
 * A *window* is a run of `length` tokens. Each has a *pick*: the one with the smallest hash among its runs of `k` tokens. Equal windows have
 * equal picks, wherever they stand and whatever is around them, so that a window whose pick is there once is there once: this is
 * winnowing. Neighbouring windows mostly share a pick; of random tokens, one in (length - k + 2) / 2 starts a pick.
 *
 * Only equal hashes of 64 bits can be mistaken for equal runs, and no repeat can be missed.
 *
 * @see Schleimer, Wilkerson and Aiken 2003, "Winnowing: local algorithms for document fingerprinting".
 */
export class Winnower {
  readonly #length: number
  readonly #k: number
  readonly #short: RunHashes
  readonly #long: RunHashes
  /** Pick of each window. */
  #picks = new Uint32Array(1024)

  /** @param length tokens of a window, at least 2. */
  constructor(length: number) {
    this.#length = length
    this.#k = Math.ceil(length / 2)
    this.#short = new RunHashes(this.#k)
    this.#long = new RunHashes(length)
  }

  /** The different picks of a text's windows. O(tokens). */
  picks(tokens: Tokens, salt: Salt): RunKeys {
    const windows = this.#pick(tokens)
    const picks = this.#picks
    const found = new Uint32Array(windows)
    let count = 0
    let last = -1
    for (let at = 0; at < windows; at++) {
      const pick = picks[at] ?? 0
      if (pick !== last) found[count++] = pick
      last = pick
    }
    return this.#short.keysOf(found.slice(0, count), salt)
  }

  /** The windows whose pick is one of `shared`, which rises. O(tokens). */
  windows(tokens: Tokens, shared: Uint32Array, salt: Salt): RunKeys {
    const windows = this.#pick(tokens)
    const picks = this.#picks
    const found = new Uint32Array(windows)
    let count = 0
    let next = 0
    // The picks of neighbouring windows never fall.
    for (let at = 0; at < windows && next < shared.length; at++) {
      const pick = picks[at] ?? 0
      while (next < shared.length && (shared[next] ?? 0) < pick) next++
      if (shared[next] === pick) found[count++] = at
    }
    if (count > 0) this.#long.roll(tokens)
    return this.#long.keysOf(found.slice(0, count), salt)
  }

  /** Finds the pick of each window; gives the number of windows. */
  #pick(tokens: Tokens): number {
    const windows = tokens.count - this.#length + 1
    if (windows < 1) return 0
    if (this.#picks.length < windows) this.#picks = new Uint32Array(2 * windows)
    this.#short.roll(tokens)
    const { low, high } = this.#short
    const picks = this.#picks
    const width = this.#length - this.#k + 1
    let pick = -1
    let least = 0
    for (let at = 0; at < windows; at++) {
      const last = at + width - 1
      if (pick < at) {
        // The pick fell out: of equal smallest ones the last is taken, as it stays longest.
        pick = at
        least = low[at] ?? 0
        for (let run = at + 1; run <= last; run++) {
          const hash = low[run] ?? 0
          if (hash > least || (hash === least && (high[run] ?? 0) > (high[pick] ?? 0))) continue
          pick = run
          least = hash
        }
      } else {
        const hash = low[last] ?? 0
        if (hash < least || (hash === least && (high[last] ?? 0) < (high[pick] ?? 0))) {
          pick = last
          least = hash
        }
      }
      picks[at] = pick
    }
    return windows
  }
}

/** Hashes of all runs of a number of tokens: two polynomials modulo 2^32, each mixed. */
class RunHashes {
  readonly #length: number
  /** What the first token of a run counts. */
  readonly #lowLast: number
  readonly #highLast: number
  low = new Int32Array(1024)
  high = new Int32Array(1024)

  constructor(length: number) {
    this.#length = length
    let low = 1
    let high = 1
    for (let at = 1; at < length; at++) {
      low = Math.imul(low, LOW_BASE)
      high = Math.imul(high, HIGH_BASE)
    }
    this.#lowLast = low
    this.#highLast = high
  }

  /** Fills `low` and `high`, by number of the first token. */
  roll(tokens: Tokens): void {
    const length = this.#length
    const { count, low: tokenLow, high: tokenHigh } = tokens
    if (this.low.length < count) {
      this.low = new Int32Array(2 * count)
      this.high = new Int32Array(2 * count)
    }
    const { low: lows, high: highs } = this
    const lowLast = this.#lowLast
    const highLast = this.#highLast
    let low = 0
    let high = 0
    const whole = Math.min(length - 1, count)
    for (let at = 0; at < whole; at++) {
      low = (Math.imul(low, LOW_BASE) + (tokenLow[at] ?? 0)) | 0
      high = (Math.imul(high, HIGH_BASE) + (tokenHigh[at] ?? 0)) | 0
    }
    for (let at = whole, start = 0; at < count; at++, start++) {
      low = (Math.imul(low, LOW_BASE) + (tokenLow[at] ?? 0)) | 0
      high = (Math.imul(high, HIGH_BASE) + (tokenHigh[at] ?? 0)) | 0
      lows[start] = fmix(low)
      highs[start] = fmix(high)
      // Of `length - 1` tokens: the first goes before the next comes.
      low = (low - Math.imul(lowLast, tokenLow[start] ?? 0)) | 0
      high = (high - Math.imul(highLast, tokenHigh[start] ?? 0)) | 0
    }
  }

  keysOf(numbers: Uint32Array, salt: Salt): RunKeys {
    const keys = new Uint32Array(2 * numbers.length)
    for (const [at, number] of numbers.entries()) {
      keys[2 * at] = (this.low[number] ?? 0) ^ salt.low
      keys[2 * at + 1] = (this.high[number] ?? 0) ^ salt.high
    }
    return { keys, numbers }
  }
}

const LOW_BASE = 0x2545f491
const HIGH_BASE = 0x9e3779b1 | 0

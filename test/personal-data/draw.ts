/** Draws for generated tests: the same cases from the same seed on every machine. */
export class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 to `below`, not included (mulberry32). */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }

  /** From `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.int(most - least + 1)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)] as T
  }

  text(alphabet: string, length: number): string {
    let text = ''
    for (let index = 0; index < length; index++) text += alphabet[this.int(alphabet.length)]
    return text
  }

  digits(length: number): string {
    return this.text('0123456789', length)
  }

  /** Draws until `check` holds; the check of a number is mostly one of ten or of ninety-seven. */
  until(make: () => string, check: (value: string) => boolean): string {
    for (let tries = 0; tries < 100_000; tries++) {
      const value = make()
      if (check(value)) return value
    }
    throw new Error('nothing drawn passes the check')
  }
}

export const LOWER = 'abcdefghijklmnopqrstuvwxyz'
export const UPPER = LOWER.toUpperCase()
export const ALPHANUMERIC = `${LOWER}${UPPER}0123456789`

/** Two digits of a number. */
export function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Digits cut into groups of these lengths, with `gap` between. */
export function grouped(digits: string, lengths: readonly number[], gap: string): string {
  let at = 0
  return lengths
    .map((length) => {
      at += length
      return digits.slice(at - length, at)
    })
    .join(gap)
}

import { DEPENDS, NO_LETTER, plainWord, SPACE, unitKind } from './plain-word.ts'

const LOW_SEED = 0x811c9dc5 | 0
const HIGH_SEED = 0x9747b28c | 0
const LOW_FACTOR = 0x01000193
const HIGH_FACTOR = 0x5bd1e995
/** Words that went through {@link plainWord} are remembered: so many, then all are forgotten. */
const MOST_REMEMBERED = 1 << 16

/**
 * Reads a text word by word: runs of characters without white space, of which {@link plainWord} leaves something. A word is known by
 * two hashes of 32 bits over its plain form. O(length); nothing is copied unless a word has a character that depends on its neighbours.
 */
export class WordReader {
  #text = ''
  #at = 0
  /** Where the word begins and ends, with its punctuation. UTF-16 units. */
  start = 0
  end = 0
  low = 0
  high = 0
  readonly #remembered = new Map<string, { readonly low: number; readonly high: number } | undefined>()

  /** Takes another text, from a place on. */
  open(text: string, from = 0): void {
    this.#text = text
    this.#at = from
  }

  /** Goes to the next word; false behind the last. */
  next(): boolean {
    const text = this.#text
    const { length } = text
    let at = this.#at
    while (at < length) {
      if (unitKind(text.charCodeAt(at)) === SPACE) {
        at++
        continue
      }
      const start = at
      let low = LOW_SEED
      let high = HIGH_SEED
      let isEmpty = true
      let kind = 0
      for (; at < length; at++) {
        kind = unitKind(text.charCodeAt(at))
        if (kind >= 0) {
          low = Math.imul(low ^ kind, LOW_FACTOR)
          high = Math.imul(high ^ kind, HIGH_FACTOR) ^ (high >>> 15)
          isEmpty = false
        } else if (kind !== NO_LETTER) break
      }
      if (kind === DEPENDS) {
        at = tokenEnd(text, at)
        const hashed = this.#hashed(text.slice(start, at))
        if (hashed === undefined) continue
        low = hashed.low
        high = hashed.high
        isEmpty = false
      }
      if (isEmpty) continue
      this.#at = at
      this.start = start
      this.end = at
      this.low = low
      this.high = high
      return true
    }
    this.#at = at
    return false
  }

  /** The plain form of the word that was read. */
  get word(): string {
    return plainWord(this.#text.slice(this.start, this.end))
  }

  #hashed(token: string): { readonly low: number; readonly high: number } | undefined {
    if (this.#remembered.has(token)) return this.#remembered.get(token)
    if (this.#remembered.size === MOST_REMEMBERED) this.#remembered.clear()
    const word = plainWord(token)
    const hashed = word === '' ? undefined : hashWord(word)
    this.#remembered.set(token, hashed)
    return hashed
  }
}

/** The hashes by which a {@link WordReader} knows a word in its plain form. */
export function hashWord(word: string): { readonly low: number; readonly high: number } {
  let low = LOW_SEED
  let high = HIGH_SEED
  for (let at = 0; at < word.length; at++) {
    const unit = word.charCodeAt(at)
    low = Math.imul(low ^ unit, LOW_FACTOR)
    high = Math.imul(high ^ unit, HIGH_FACTOR) ^ (high >>> 15)
  }
  return { low, high }
}

/** Whether the unit at a place is white space. */
export function isSpace(text: string, at: number): boolean {
  return unitKind(text.charCodeAt(at)) === SPACE
}

/** Where the run of characters without white space ends that holds a place. */
export function tokenEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && !isSpace(text, at)) at++
  return at
}

/** Where the run of characters without white space starts that holds what stands before a place. */
export function tokenStart(text: string, from: number): number {
  let at = from
  while (at > 0 && !isSpace(text, at - 1)) at--
  return at
}

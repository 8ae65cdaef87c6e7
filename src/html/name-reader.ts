import { bodyNames, COMMENTS_WEIGHT } from './body-names.ts'
import { hashByte, type Lexicon, NAME_SEED } from './lexicon.ts'

/** Bytes of names that are read; frameworks write hundreds. */
const MAX_NAMES = 400
/** Values that are remembered of one page, at most; a power of two. */
const SLOTS = 512

/** What the names in a value say. */
export interface Names {
  /** Weight of the name that says most. */
  hint: number
  /** Sum of the hashes of its names, whatever their order. */
  hash: number
  /** 2 for a name of the body of a text, 1 for one of a part with the body in it. */
  body: number
  hasComments: boolean
}

/**
 * Reads the names in the value of `class`, `id`, `role` or `itemprop`: each name as it stands, and its parts between
 * dashes, underscores and humps. Digits end a part and are none. Most values stand on a page many times; those are
 * compared and not read again.
 */
export class NameReader {
  readonly #names: Lexicon
  readonly #bodies = bodyNames()
  #node = 0
  readonly #from = new Int32Array(SLOTS)
  readonly #to = new Int32Array(SLOTS)
  readonly #found = Array.from(
    { length: SLOTS },
    (): Names => ({ hint: 0, hash: 0, body: 0, hasComments: false }),
  )

  constructor(names: Lexicon) {
    this.#names = names
  }

  /** Begins a page. */
  clear(): void {
    this.#to.fill(0)
  }

  /** Reads a value of an attribute of an element; what it gives may be written over by the next call. */
  read(bytes: Uint8Array, from: number, to: number, node: number): Readonly<Names> {
    const stop = Math.min(to, from + MAX_NAMES)
    const slot = slotOf(bytes, from, stop)
    const found = this.#found[slot] as Names
    if (!this.#names.isListening && this.#isRemembered(slot, bytes, from, stop)) return found
    this.#from[slot] = from
    this.#to[slot] = stop
    this.#node = node
    found.hint = 0
    found.hash = 0
    found.body = 0
    found.hasComments = false
    this.#readNames(bytes, from, stop, found)
    return found
  }

  #isRemembered(slot: number, bytes: Uint8Array, from: number, stop: number): boolean {
    const known = this.#from[slot] as number
    const length = stop - from
    if ((this.#to[slot] as number) - known !== length) return false
    for (let at = 0; at < length; at++) if (bytes[known + at] !== bytes[from + at]) return false
    return true
  }

  #readNames(bytes: Uint8Array, from: number, stop: number, found: Names): void {
    let whole = NAME_SEED
    let part = NAME_SEED
    let parts = 0
    let wasLower = false
    for (let at = from; at <= stop; at++) {
      const code = at < stop ? (bytes[at] as number) : 32
      if (code <= 32) {
        if (part !== NAME_SEED && parts > 0) this.#weigh(part, found)
        if (whole !== NAME_SEED) {
          const body = this.#weigh(whole, found)
          if (body < COMMENTS_WEIGHT && body > found.body) found.body = body
          found.hash = (found.hash + Math.imul(whole, 0x85ebca6b)) | 0
        }
        whole = NAME_SEED
        part = NAME_SEED
        parts = 0
        wasLower = false
        continue
      }
      const isUpper = code >= 0x41 && code <= 0x5a
      const lower = isUpper ? code | 32 : code
      const isLetter = (lower >= 0x61 && lower <= 0x7a) || lower >= 0x80
      if (!isLetter || (isUpper && wasLower)) {
        if (part !== NAME_SEED) this.#weigh(part, found)
        part = NAME_SEED
        parts++
      }
      if (isLetter) part = hashByte(part, lower)
      // Digits are numbers of instances: `post-1234`.
      if (isLetter || lower === 0x2d || lower === 0x5f) whole = hashByte(whole, lower)
      wasLower = isLetter && !isUpper
    }
  }

  /** Takes in the weight of a name or a part; gives its weight among the names of bodies. */
  #weigh(hash: number, found: Names): number {
    const weight = this.#names.weight(hash, this.#node)
    if (Math.abs(weight) > Math.abs(found.hint)) found.hint = weight
    const body = this.#bodies.weight(hash, this.#node)
    if (body === COMMENTS_WEIGHT) found.hasComments = true
    return body
  }
}

function slotOf(bytes: Uint8Array, from: number, stop: number): number {
  let hash = stop - from
  // Four bytes of its parts tell most values apart; the others are compared.
  for (let quarter = 1; quarter <= 4; quarter++)
    hash = Math.imul(hash ^ (bytes[from + (((stop - from) * quarter) >> 2) - 1] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) & (SLOTS - 1)
}

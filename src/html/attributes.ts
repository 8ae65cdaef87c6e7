import { isNameByte } from './parse.ts'

/** Walks the attributes of a start tag, one after the other, without making strings. */
export class AttributeCursor {
  #bytes: Uint8Array = new Uint8Array()
  #at = 0
  #stop = 0
  nameFrom = 0
  nameTo = 0
  valueFrom = 0
  valueTo = 0

  /** Begins at a start tag: the first byte of its name, and the byte that ends it. */
  start(bytes: Uint8Array, from: number, to: number): void {
    this.#bytes = bytes
    this.#stop = to
    let at = from
    while (at < to && isNameByte(bytes[at] as number)) at++
    this.#at = at
  }

  /** Goes to the next attribute; false behind the last. */
  next(): boolean {
    const bytes = this.#bytes
    const stop = this.#stop
    let at = this.#at
    while (at < stop && ((bytes[at] as number) <= 32 || bytes[at] === 0x2f)) at++
    if (at >= stop) return false
    this.nameFrom = at
    // A sign of equality at the front belongs to the name.
    at++
    while (at < stop && (bytes[at] as number) > 32 && bytes[at] !== 0x3d && bytes[at] !== 0x2f) at++
    this.nameTo = at
    while (at < stop && (bytes[at] as number) <= 32) at++
    if (bytes[at] !== 0x3d || at >= stop) {
      this.valueFrom = at
      this.valueTo = at
      this.#at = at
      return true
    }
    at++
    while (at < stop && (bytes[at] as number) <= 32) at++
    const quote = bytes[at]
    if (at < stop && (quote === 0x22 || quote === 0x27)) {
      at++
      this.valueFrom = at
      while (at < stop && bytes[at] !== quote) at++
      this.valueTo = at
      this.#at = at + 1
    } else {
      this.valueFrom = at
      while (at < stop && (bytes[at] as number) > 32) at++
      this.valueTo = at
      this.#at = at
    }
    return true
  }

  /** Whether the attribute's name is this one, of lower-case letters, digits and dashes. */
  isNamed(name: string): boolean {
    const from = this.nameFrom
    if (this.nameTo - from !== name.length) return false
    for (let at = 0; at < name.length; at++) {
      if (((this.#bytes[from + at] as number) | 32) !== name.charCodeAt(at)) return false
    }
    return true
  }
}

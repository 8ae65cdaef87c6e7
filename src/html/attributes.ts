import { decodeHTMLAttribute } from 'entities'
import { decodeText } from './node-text.ts'
import { isNameByte } from './parse.ts'
import type { Tree } from './tree.ts'

/**
 * The value of an element's attribute; `undefined` where the element has none of that name. Of a longer one no more
 * than `maxBytes` are decoded.
 */
export function attribute(
  tree: Tree,
  node: number,
  name: string,
  maxBytes = Number.POSITIVE_INFINITY,
): string | undefined {
  const { bytes, from, to } = tree
  cursor.start(bytes, from[node] as number, to[node] as number)
  while (cursor.next()) {
    if (cursor.isNamed(name))
      return attributeText(bytes, cursor.valueFrom, Math.min(cursor.valueTo, cursor.valueFrom + maxBytes))
  }
  return undefined
}

/** An attribute that is a whole number; `undefined` where it is none. */
export function numberAttribute(tree: Tree, node: number, name: string): number | undefined {
  const value = attribute(tree, node, name, MAX_NUMBER)
  if (value === undefined) return undefined
  const number = Number.parseInt(value, 10)
  return Number.isFinite(number) ? number : undefined
}

/** Bytes of a number that are read. */
const MAX_NUMBER = 100

/**
 * The value of an attribute between two bytes: decoded, with its references replaced, and no NUL. A reference without
 * its semicolon is none where a letter, a digit or `=` follows, as in `?a=1&copy=2`.
 */
export function attributeText(bytes: Uint8Array, from: number, to: number): string {
  return decodeText(bytes, from, to, decodeHTMLAttribute)
}

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

const cursor = new AttributeCursor()

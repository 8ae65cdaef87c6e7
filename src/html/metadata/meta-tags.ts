import { AttributeCursor, attributeText } from '../attributes.ts'
import { hashByte, NAME_SEED } from '../lexicon.ts'
import type { PageSources } from '../page-sources.ts'
import type { Tree } from '../tree.ts'
import { cleanValue, MAX_VALUE_BYTES } from './clean-value.ts'

/** Elements of one name that are kept, as one for each author. */
const MAX_SAME = 50

/** Names of `meta` elements as their keys, in the order in which they are asked. */
export type MetaNames = readonly number[]

/** Keys of names parted by spaces. Case and signs make no difference: `dc.date` is `DC:date`, and `pub_date` is `pubdate`. */
export function metaNames(names: string): MetaNames {
  return names.split(' ').map((name) => {
    const bytes = Buffer.from(name)
    return keyOf(bytes, 0, bytes.length)
  })
}

/** Hash of the letters and digits. A page whose names collide is one that may as well have said so. */
function keyOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = NAME_SEED
  for (let at = from; at < to; at++) {
    const code = bytes[at] as number
    const lower = code | 32
    if ((lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39)) hash = hashByte(hash, lower)
  }
  return hash
}

/**
 * The `meta` elements of a page by their `property`, `name`, `itemprop` or `http-equiv`. Values are decoded
 * when they are asked for.
 */
export class MetaTags {
  readonly #tree: Tree
  readonly #cursor = new AttributeCursor()
  /** Those with `itemprop`. */
  readonly items: number[] = []
  /** Where values begin and end, two numbers each. */
  readonly #values = new Map<number, number[]>()

  constructor({ tree, metas }: PageSources) {
    this.#tree = tree
    for (const node of metas) this.#add(node)
  }

  /** Takes in a `meta` element. One without content, or with an empty one, says nothing. */
  #add(node: number): void {
    const cursor = this.#cursor
    const { bytes } = this.#tree
    cursor.start(bytes, this.#tree.from[node] as number, this.#tree.to[node] as number)
    let from = 0
    let to = 0
    let first = 0
    let second = 0
    while (cursor.next()) {
      const initial = (bytes[cursor.nameFrom] as number) | 32
      if (initial === 0x63) {
        if (!cursor.isNamed('content')) continue
        from = cursor.valueFrom
        to = cursor.valueTo
      } else if (
        (initial === 0x70 && cursor.isNamed('property')) ||
        (initial === 0x6e && cursor.isNamed('name')) ||
        (initial === 0x69 && cursor.isNamed('itemprop')) ||
        (initial === 0x68 && cursor.isNamed('http-equiv'))
      ) {
        const key = keyOf(bytes, cursor.valueFrom, Math.min(cursor.valueTo, cursor.valueFrom + 100))
        if (initial === 0x69) this.items.push(node)
        if (first === 0) first = key
        else second = key
      }
    }
    if (to <= from) return
    if (first !== 0) this.#keep(first, from, to)
    if (second !== 0 && second !== first) this.#keep(second, from, to)
  }

  #keep(key: number, from: number, to: number): void {
    const values = this.#values.get(key)
    if (values === undefined) this.#values.set(key, [from, to])
    else if (values.length < 2 * MAX_SAME) values.push(from, to)
  }

  /** The first value that is not empty, of the first name that has one. */
  text(names: MetaNames): string | undefined {
    for (const name of names) {
      const text = this.#first(name)
      if (text !== undefined) return text
    }
    return undefined
  }

  /** What `read` makes of the first value of which it makes something. */
  find<T>(names: MetaNames, read: (text: string) => T | undefined): T | undefined {
    for (const name of names) {
      const text = this.#first(name)
      const found = text === undefined ? undefined : read(text)
      if (found !== undefined) return found
    }
    return undefined
  }

  /**
   * What `read` makes of the first value that is not empty, as it stands: in a URL, what looks like a reference is a
   * parameter, and a part is no URL.
   */
  findUrl(names: MetaNames, read: (url: string) => string | undefined): string | undefined {
    for (const name of names) {
      const values = this.#values.get(name)
      if (values === undefined) continue
      const [from = 0, to = 0] = values
      const found = read(valueText(this.#tree.bytes, from, to))
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Every value of a name. */
  all(name: number): string[] {
    const values = this.#values.get(name) ?? []
    const texts: string[] = []
    for (let at = 0; at < values.length; at += 2) {
      const text = this.#text(values[at] as number, values[at + 1] as number)
      if (text !== undefined) texts.push(text)
    }
    return texts
  }

  #first(name: number): string | undefined {
    const values = this.#values.get(name)
    if (values === undefined) return undefined
    for (let at = 0; at < values.length; at += 2) {
      const text = this.#text(values[at] as number, values[at + 1] as number)
      if (text !== undefined) return text
    }
    return undefined
  }

  #text(from: number, to: number): string | undefined {
    return cleanValue(valueText(this.#tree.bytes, from, to))
  }
}

/** As much of an attribute's value as a value of metadata reaches. */
export function valueText(bytes: Uint8Array, from: number, to: number): string {
  return attributeText(bytes, from, Math.min(to, from + MAX_VALUE_BYTES))
}

/** FNV-1a over UTF-16 units, 32 bits. */
const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/**
 * A set of ASCII names, each with a number, that holds millions in about a name's length and 10 bytes each: the
 * bytes of all names one behind the other, and a table of their places by hash.
 *
 * A `suffix` table answers which of a host's domains is in it, a `prefix` table which beginning of a URL, in one
 * pass over the asked text: its hash runs from the end that entries share.
 */
export class NameTable {
  readonly #from: 'start' | 'end'
  #bytes = new Uint8Array(1 << 12)
  #length = 0
  /** Offset of each name in the bytes, and behind the last. */
  #offsets = new Uint32Array(1 << 8)
  #numbers = new Uint16Array(1 << 8)
  #count = 0
  /** Index of a name plus one, by hash; 0 where there is none. */
  #slots = new Uint32Array(1 << 9)

  constructor(from: 'prefix' | 'suffix') {
    this.#from = from === 'prefix' ? 'start' : 'end'
  }

  /** Names held. */
  get size(): number {
    return this.#count
  }

  /** Adds a name; the first number that it was added with stays. Numbers are from 0 to 65,535. O(length). */
  add(name: string, number: number): void {
    const hash = this.#hash(name)
    let slot = hash & (this.#slots.length - 1)
    for (let held = this.#slots[slot] ?? 0; held !== 0; held = this.#slots[slot] ?? 0) {
      if (this.#equals(held - 1, name, 0, name.length)) return
      slot = (slot + 1) & (this.#slots.length - 1)
    }
    this.#append(name, number)
    this.#slots[slot] = this.#count
    if (this.#count * 2 > this.#slots.length) this.#rehash()
  }

  /**
   * The longest name of the table that is a beginning (or end) of `text` up to a place where `isBoundary` holds for
   * the character behind (or before) it, or the whole; -1 where there is none. O(length).
   */
  find(text: string, isBoundary: (code: number) => boolean): number {
    let hash = OFFSET
    let found = -1
    const { length } = text
    for (let done = 0; done < length; done++) {
      const at = this.#from === 'start' ? done : length - 1 - done
      hash = Math.imul(hash ^ text.charCodeAt(at), PRIME)
      const next = text.charCodeAt(this.#from === 'start' ? at + 1 : at - 1)
      if (done < length - 1 && !isBoundary(next)) continue
      const held = this.#lookUp(
        hash >>> 0,
        text,
        this.#from === 'start' ? 0 : at,
        this.#from === 'start' ? at + 1 : length,
      )
      if (held !== -1) found = held
    }
    return found
  }

  /** The name at an index that {@link find} gave. */
  nameAt(index: number): string {
    let name = ''
    for (let at = this.#offsets[index] ?? 0; at < (this.#offsets[index + 1] ?? 0); at++) {
      name += String.fromCharCode(this.#bytes[at] ?? 0)
    }
    return name
  }

  /** The number that the name at an index was added with. */
  numberAt(index: number): number {
    return this.#numbers[index] ?? 0
  }

  #hash(name: string): number {
    let hash = OFFSET
    for (let done = 0; done < name.length; done++) {
      hash = Math.imul(hash ^ name.charCodeAt(this.#from === 'start' ? done : name.length - 1 - done), PRIME)
    }
    return hash >>> 0
  }

  #hashHeld(index: number): number {
    const start = this.#offsets[index] ?? 0
    const end = this.#offsets[index + 1] ?? 0
    let hash = OFFSET
    for (let done = 0; done < end - start; done++) {
      hash = Math.imul(
        hash ^ (this.#bytes[this.#from === 'start' ? start + done : end - 1 - done] ?? 0),
        PRIME,
      )
    }
    return hash >>> 0
  }

  #lookUp(hash: number, text: string, from: number, to: number): number {
    let slot = hash & (this.#slots.length - 1)
    for (let held = this.#slots[slot] ?? 0; held !== 0; held = this.#slots[slot] ?? 0) {
      if (this.#equals(held - 1, text, from, to)) return held - 1
      slot = (slot + 1) & (this.#slots.length - 1)
    }
    return -1
  }

  #equals(index: number, text: string, from: number, to: number): boolean {
    const start = this.#offsets[index] ?? 0
    if ((this.#offsets[index + 1] ?? 0) - start !== to - from) return false
    for (let at = from; at < to; at++)
      if (this.#bytes[start + at - from] !== text.charCodeAt(at)) return false
    return true
  }

  #append(name: string, number: number): void {
    while (this.#length + name.length > this.#bytes.length) this.#bytes = grown(this.#bytes)
    while (this.#count + 2 > this.#offsets.length) {
      this.#offsets = grown(this.#offsets)
      this.#numbers = grown(this.#numbers)
    }
    for (let at = 0; at < name.length; at++) this.#bytes[this.#length++] = name.charCodeAt(at)
    this.#numbers[this.#count++] = number
    this.#offsets[this.#count] = this.#length
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (let index = 0; index < this.#count; index++) {
      let slot = this.#hashHeld(index) & (this.#slots.length - 1)
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1)
      this.#slots[slot] = index + 1
    }
  }
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2)
  larger.set(array)
  return larger
}

import { decodeHTML } from 'entities'

const SPACE = 32
const LINE = 10

/**
 * Collects the text of a block from the bytes of its nodes, as UTF-8, and makes one string of it.
 *
 * White space is collapsed as a browser does, and none stands at either end. Character references are
 * decoded. Control characters, soft hyphens, marks of direction and characters without width are left
 * out; joiners stay between letters outside ASCII, where they are a part of the spelling (Persian, Hindi,
 * emoji). O(bytes), without a string a node.
 */
export class TextWriter {
  #out = Buffer.allocUnsafe(8192)
  #isAscii = true
  /** Separator before the next character: none, a space or a line's end. */
  #pending = 0
  readonly #references = new Map<string, Uint8Array>()
  /** Bytes written. */
  length = 0

  /** Forgets the text. */
  clear(): void {
    this.length = 0
    this.#pending = 0
    this.#isAscii = true
  }

  space(): void {
    if (this.#pending === 0) this.#pending = SPACE
  }

  line(): void {
    this.#pending = LINE
  }

  /** Writes the text of markup between two bytes. */
  write(bytes: Uint8Array, from: number, to: number): void {
    this.#copy(bytes, from, to, false)
  }

  /** Where the text that was written behind `from` begins, past its separator. */
  contentFrom(from: number): number {
    let at = from
    while (at < this.length && ((this.#out[at] as number) === SPACE || this.#out[at] === LINE)) at++
    return at
  }

  /** Text between two bytes that were written; to the end where nothing else is said. */
  text(from = 0, to = this.length): string {
    return this.#isAscii ? this.#out.toString('latin1', from, to) : this.#out.toString('utf8', from, to)
  }

  get isAscii(): boolean {
    return this.#isAscii
  }

  #copy(bytes: Uint8Array, from: number, to: number, isDecoded: boolean): void {
    // A byte that is no UTF-8 becomes three.
    this.#reserve(3 * (to - from) + 8)
    let out = this.#out
    let length = this.length
    let pending = this.#pending
    let at = from
    while (at < to) {
      const code = bytes[at] as number
      if (code > SPACE && code < 0x7f && (code !== 0x26 || isDecoded)) {
        if (pending !== 0) {
          if (length > 0) out[length++] = pending
          pending = 0
        }
        out[length++] = code
        at++
      } else if (code <= SPACE) {
        if (pending === 0 && isSpace(code)) pending = SPACE
        at++
      } else if (code === 0x7f) at++
      else if (code === 0x26) {
        this.length = length
        this.#pending = pending
        at = this.#reference(bytes, at, to)
        out = this.#out
        length = this.length
        pending = this.#pending
      } else {
        const size = sequenceSize(bytes, at, to)
        const kind =
          size === 0
            ? KEEP
            : kindOf(bytes, at, to, length > 0 && pending === 0 ? (out[length - 1] as number) : 0)
        if (kind === KEEP) {
          if (pending !== 0) {
            if (length > 0) out[length++] = pending
            pending = 0
          }
          this.#isAscii = false
          if (size === 0) {
            out[length++] = 0xef
            out[length++] = 0xbf
            out[length++] = 0xbd
          } else for (let index = 0; index < size; index++) out[length++] = bytes[at + index] as number
        } else if (kind === BLANK && pending === 0) pending = SPACE
        at += size === 0 ? 1 : size
      }
    }
    this.length = length
    this.#pending = pending
  }

  /** Writes what a reference stands for, or its sign where there is none. Gives the byte behind. */
  #reference(bytes: Uint8Array, at: number, to: number): number {
    let end = at + 1
    const limit = Math.min(to, at + MAX_REFERENCE)
    while (end < limit && isReferenceByte(bytes[end] as number)) end++
    if (end < limit && bytes[end] === 0x3b) end++
    const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', at, end)
    let decoded = this.#references.get(name)
    if (decoded === undefined) {
      decoded = Buffer.from(decodeHTML(name))
      this.#references.set(name, decoded)
    }
    const rest = to - end
    this.#reserve(3 * (decoded.length + rest) + 8)
    this.#copy(decoded, 0, decoded.length, true)
    this.#reserve(3 * rest + 8)
    return end
  }

  #reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.#out.length) return
    const out = Buffer.allocUnsafe(Math.max(needed, 2 * this.#out.length))
    this.#out.copy(out, 0, 0, this.length)
    this.#out = out
  }
}

/** Longest reference: `&CounterClockwiseContourIntegral;`. */
const MAX_REFERENCE = 34

function isReferenceByte(code: number): boolean {
  const lower = code | 32
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x23
}

/** Tab, line feed, vertical tab, form feed, carriage return and space. */
function isSpace(code: number): boolean {
  return code === SPACE || (code >= 9 && code <= 13)
}

/** Bytes of the character that begins here; 0 where the bytes are no UTF-8. */
function sequenceSize(bytes: Uint8Array, at: number, to: number): number {
  const code = bytes[at] as number
  const size = code < 0xc2 ? 0 : code < 0xe0 ? 2 : code < 0xf0 ? 3 : code < 0xf5 ? 4 : 0
  if (at + size > to) return 0
  for (let index = 1; index < size; index++) {
    if (((bytes[at + index] as number) & 0xc0) !== 0x80) return 0
  }
  return size
}

const KEEP = 0
const BLANK = 1
const DROP = 2

/** What becomes of a character outside ASCII. `before` is the byte written before it, 0 for none. */
function kindOf(bytes: Uint8Array, at: number, to: number, before: number): number {
  const code = bytes[at] as number
  const second = bytes[at + 1] as number
  if (code === 0xc2) {
    if (second === 0xa0 || second === 0x85) return BLANK
    // C1 controls and the soft hyphen.
    return second < 0xa0 || second === 0xad ? DROP : KEEP
  }
  if (code === 0xe2) {
    const third = bytes[at + 2] as number
    if (second === 0x80) {
      if (third <= 0x8a || third === 0xa8 || third === 0xa9 || third === 0xaf) return BLANK
      if (third === 0x8c || third === 0x8d)
        return before > 0x7f && at + 3 < to && (bytes[at + 3] as number) > 0x7f ? KEEP : DROP
      return third <= 0x8f || (third >= 0xaa && third <= 0xae) ? DROP : KEEP
    }
    if (second === 0x81) {
      if (third === 0x9f) return BLANK
      return third >= 0xa0 && third <= 0xaf ? DROP : KEEP
    }
    return KEEP
  }
  if (code === 0xef) return second === 0xbb && bytes[at + 2] === 0xbf ? DROP : KEEP
  if (code === 0xd8) return second === 0x9c ? DROP : KEEP
  if (code === 0xe1) return second === 0xa0 && bytes[at + 2] === 0x8e ? DROP : KEEP
  return KEEP
}

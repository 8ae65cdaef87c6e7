/** A `<page>` element found in a stream of bytes, or a failure in its place. */
export type PageItem =
  | { readonly kind: 'page'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'lost'; readonly position: number; readonly reason: string; readonly detail: string }

/** Gives the record position of the next page, whose `<` is byte `offset` of the chunk. */
export type PositionOf = (offset: number) => number

const OPEN = '<page'
const CLOSE = '</page>'
/** One more than the longest mark of which a chunk may hold only the beginning. */
const CARRY_BYTES = CLOSE.length

interface Origin {
  readonly positionOf: PositionOf
  readonly offset: number
  readonly owned: boolean
}

/**
 * Cuts XML into its `<page>` elements by their tags alone.
 *
 * The dump escapes `<` in all text, so a tag is always a tag. Every `<page>` starts a page, even inside
 * another (the earlier one is then damaged): what is a page does not depend on where reading began,
 * and reading finds its feet again behind damage.
 */
export class PageScanner {
  readonly #maxPageBytes: number
  #carry: Buffer = Buffer.alloc(0)
  /** Where each byte of the carry came from. */
  #origins: readonly Origin[] = []
  #page: { readonly position: number; chunks: Uint8Array[]; size: number } | undefined
  /** Set when a page began that is not wanted: everything owned has been given. */
  done = false

  constructor(maxPageBytes: number) {
    this.#maxPageBytes = maxPageBytes
  }

  /** Whether something that began earlier is not complete. */
  get pending(): boolean {
    return this.#page !== undefined || this.#carry.length > 0
  }

  /** Bytes of the page that is being read. */
  get pageBytes(): number {
    return this.#page?.size ?? 0
  }

  /** Reads a chunk. With `owned` false, only a page that began earlier is finished. Copies what it keeps. */
  push(chunk: Uint8Array, positionOf: PositionOf, owned = true): readonly PageItem[] {
    const items: PageItem[] = []
    const origins = this.#origins
    const data = join(this.#carry, chunk)
    const originOf = (offset: number): Origin =>
      origins[offset] ?? { positionOf, offset: offset - origins.length, owned }
    let cursor = 0
    let open = findOpen(data, 0)
    while (!this.done) {
      if (open !== -1 && open < cursor) open = findOpen(data, cursor)
      const close = this.#page === undefined ? -1 : data.indexOf(CLOSE, cursor)
      if (close !== -1 && (open === -1 || close < open)) {
        this.#hold(data, cursor, close + CLOSE.length)
        items.push(...this.#finish())
        cursor = close + CLOSE.length
      } else if (open !== -1) {
        items.push(...this.lose('bad-xml', 'the next page begins before this one ends'))
        const origin = originOf(open)
        this.done = !origin.owned
        if (this.done) break
        this.#page = { position: origin.positionOf(origin.offset), chunks: [], size: 0 }
        this.#hold(data, open, open + OPEN.length)
        cursor = open + OPEN.length
      } else break
    }
    this.#keep(data, cursor, originOf)
    return items
  }

  /** Gives up the page that is being read, if any: damage, or the end of the input. */
  lose(reason: string, detail: string): readonly PageItem[] {
    const page = this.#page
    this.#page = undefined
    return page === undefined ? [] : [{ kind: 'lost', position: page.position, reason, detail }]
  }

  /** Forgets the bytes held back: what follows is not their continuation. */
  cut(): void {
    this.#carry = Buffer.alloc(0)
    this.#origins = []
  }

  /** Holds the bytes behind `cursor`, but for an end in which a mark may have begun. */
  #keep(data: Buffer, cursor: number, originOf: (offset: number) => Origin): void {
    this.cut()
    if (this.done) return
    const rest = Math.max(cursor, data.length - CARRY_BYTES)
    this.#hold(data, cursor, rest)
    const mark = this.#page === undefined ? markStart(data, rest) : rest
    if (mark === -1 || (this.#page === undefined && !originOf(mark).owned)) return
    this.#carry = Buffer.from(data.subarray(mark))
    this.#origins = Array.from(this.#carry, (_, index) => originOf(mark + index))
  }

  #hold(data: Buffer, from: number, to: number): void {
    const page = this.#page
    if (page === undefined || to <= from) return
    page.size += to - from
    if (page.size > this.#maxPageBytes) page.chunks = []
    else page.chunks.push(Uint8Array.from(data.subarray(from, to)))
  }

  #finish(): readonly PageItem[] {
    const page = this.#page
    this.#page = undefined
    if (page === undefined) return []
    if (page.size > this.#maxPageBytes) {
      const detail = `a page of ${page.size} bytes, expected at most ${this.#maxPageBytes}`
      return [{ kind: 'lost', position: page.position, reason: 'record-too-large', detail }]
    }
    return [{ kind: 'page', position: page.position, bytes: Buffer.concat(page.chunks) }]
  }
}

/** The next `<page>` or `<page ...>` whose tag name is complete within `data`. */
function findOpen(data: Buffer, from: number): number {
  for (let at = data.indexOf(OPEN, from); at !== -1; at = data.indexOf(OPEN, at + 1)) {
    const next = data[at + OPEN.length]
    if (next === 0x3e || next === 0x20 || next === 0x09 || next === 0x0a || next === 0x0d) return at
  }
  return -1
}

/** Where behind `from` the beginning of `<page` stands that the end of `data` cuts, or -1. */
function markStart(data: Buffer, from: number): number {
  for (let at = data.indexOf('<', from); at !== -1; at = data.indexOf('<', at + 1)) {
    if (OPEN.startsWith(data.toString('latin1', at, at + OPEN.length))) return at
  }
  return -1
}

function join(carry: Buffer, chunk: Uint8Array): Buffer {
  const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
  return carry.length === 0 ? view : Buffer.concat([carry, view])
}

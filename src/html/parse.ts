import { Kind, TAG, TAG_KIND, TAG_NAMES, TEXT, tagOf, UNKNOWN } from './tag-table.ts'
import { Gap, type Tree } from './tree.ts'

/** Elements nested deeper than this are read as if their tags were not there. */
export const MAX_DEPTH = 256
/** Nodes behind this many are read as if they were text of the last element, up to the end of the page. */
export const MAX_NODES = 250_000
/** Open elements that an implied end looks at. */
const MAX_IMPLIED = 24

const LT = 0x3c
const GT = 0x3e
const SLASH = 0x2f
const DASH = 0x2d

const HTML = TAG['html'] as number
const HEAD = TAG['head'] as number
const BODY = TAG['body'] as number
const P = TAG['p'] as number
const A = TAG['a'] as number
const BR = TAG['br'] as number
const FORM = TAG['form'] as number
const LI = TAG['li'] as number
const DD = TAG['dd'] as number
const DT = TAG['dt'] as number
const TABLE = TAG['table'] as number
const TR = TAG['tr'] as number
const TD = TAG['td'] as number
const TH = TAG['th'] as number
const OPTION = TAG['option'] as number
const SCRIPT = TAG['script'] as number
const STYLE = TAG['style'] as number
const PRE = TAG['pre'] as number
const TEMPLATE = TAG['template'] as number
const PLAINTEXT = TAG['plaintext'] as number
const ROW_GROUPS = [TAG['thead'], TAG['tbody'], TAG['tfoot']] as readonly number[]
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => TAG[name]) as readonly number[]

/** Tags that an opening tag closes when they are open, and the tags at which the search for them ends. */
interface Implied {
  readonly closes: readonly number[]
  readonly within: readonly number[]
}

const LISTS = ['ul', 'ol', 'menu', 'dir', 'dl', 'table', 'td', 'th', 'blockquote', 'section', 'article'].map(
  (name) => TAG[name] as number,
)
const IMPLIED: readonly (Implied | undefined)[] = impliedEnds()

function impliedEnds(): (Implied | undefined)[] {
  const table: (Implied | undefined)[] = []
  table[LI] = { closes: [LI], within: LISTS }
  table[DD] = { closes: [DD, DT], within: LISTS }
  table[DT] = { closes: [DD, DT], within: LISTS }
  table[OPTION] = { closes: [OPTION], within: [] }
  table[A] = { closes: [A], within: LISTS }
  table[TD] = { closes: [TD, TH], within: [TABLE, TR] }
  table[TH] = { closes: [TD, TH], within: [TABLE, TR] }
  table[TR] = { closes: [TR], within: [TABLE] }
  for (const group of ROW_GROUPS) table[group] = { closes: ROW_GROUPS, within: [TABLE] }
  for (const heading of HEADINGS) table[heading] = { closes: HEADINGS, within: LISTS }
  return table
}

/**
 * Reads the bytes of a page into a {@link Tree}: what a tolerant reader sees, without all the corrections
 * of a browser (no adoption of misnested elements, no foster parents).
 *
 * `noscript` is read as if scripts were off, because forums keep whole threads there. A second `html` or
 * `body`, an unclosed `head` and unclosed custom elements do no harm. Pages cut in the middle of a tag,
 * a comment or a script end there. Content of `svg`, `math`, `style` and frames is passed over, and of
 * scripts all but linked data. O(bytes) in time; depth and nodes are bounded; no input throws.
 */
export function createParser(): (bytes: Uint8Array) => Tree {
  const builder = new TreeBuilder()
  return (bytes) => builder.read(bytes)
}

class TreeBuilder implements Tree {
  bytes: Uint8Array = new Uint8Array()
  size = 0
  tag = new Uint8Array(4096)
  parent = new Int32Array(4096)
  end = new Int32Array(4096)
  from = new Int32Array(4096)
  to = new Int32Array(4096)
  gap = new Uint8Array(4096)

  /** Nodes of the open elements, the page itself first. */
  readonly #open = new Int32Array(MAX_DEPTH + 1)
  #depth = 0
  /** How many open elements have each tag, and how many could not be opened. */
  readonly #opened = new Int32Array(256)
  readonly #unopened = new Int32Array(256)
  /** Tags of raw elements of which no end tag stands in the rest of the page. */
  readonly #unended = new Uint8Array(256)
  /** How many open elements of no known tag have a name of each hash: most end tags of none end here. */
  readonly #names = new Int32Array(NAME_SLOTS)
  /** {@link Gap} before the next text. */
  #gap = 0

  read(bytes: Uint8Array): Tree {
    this.bytes = bytes
    this.size = 0
    this.#depth = 0
    this.#opened.fill(0)
    this.#unopened.fill(0)
    this.#unended.fill(0)
    this.#names.fill(0)
    this.#gap = Gap.block
    this.#add(UNKNOWN, 0, 0)
    this.#open[0] = 0
    this.#scan()
    while (this.#depth > 0) this.#pop()
    this.end[0] = this.size
    return this
  }

  #scan(): void {
    const { bytes } = this
    const { length } = bytes
    let at = 0
    while (at < length) {
      if (bytes[at] !== LT) at = this.#text(at, at)
      const next = at + 1
      if (next >= length) return
      const code = bytes[next] as number
      if (isLetter(code)) at = this.#startTag(next)
      else if (code === SLASH) {
        const name = at + 2
        if (name < length && isLetter(bytes[name] as number)) at = this.#endTag(name)
        else at = this.#bogus(name)
      } else if (code === 0x21) at = this.#declaration(next)
      else if (code === 0x3f) at = this.#bogus(next)
      else at = this.#text(at, next)
    }
  }

  /** Reads text from `start`, in which no tag begins before `at`. Gives where the next tag may begin. */
  #text(start: number, at: number): number {
    const { bytes } = this
    const { length } = bytes
    let stop = at
    let blank = start === at
    while (blank && stop < length) {
      const code = bytes[stop] as number
      if (code === LT) break
      if (code > 32) blank = false
      else stop++
    }
    while (stop < length && bytes[stop] !== LT) stop++
    if (blank && this.#opened[PRE] === 0) {
      this.#gap |= Gap.space
      return stop
    }
    this.#addText(start, stop)
    return stop
  }

  #addText(start: number, stop: number): void {
    if (stop <= start) return
    const innermost = this.#open[this.#depth] as number
    if (this.tag[innermost] === HEAD) this.#pop()
    if (this.size >= MAX_NODES) {
      // The last text takes in the rest: nothing is lost, and nothing more is told apart.
      const last = this.size - 1
      if (this.tag[last] === TEXT) this.to[last] = stop
      return
    }
    const node = this.#add(TEXT, start, stop)
    this.end[node] = node + 1
    this.gap[node] = this.#gap
    this.#gap = 0
  }

  #startTag(name: number): number {
    const { bytes } = this
    const { length } = bytes
    let nameEnd = name + 1
    while (nameEnd < length && isNameByte(bytes[nameEnd] as number)) nameEnd++
    const close = this.#tagEnd(nameEnd)
    if (close < 0) return length
    const tag = tagOf(bytes, name, nameEnd)
    const kind = TAG_KIND[tag] as number
    if (kind & (Kind.raw | Kind.skipped)) return this.#rawElement(tag, kind, name, close)
    const isClosed = tag === UNKNOWN && bytes[close - 1] === SLASH
    this.#openElement(tag, kind, name, close, isClosed)
    return close + 1
  }

  #openElement(tag: number, kind: number, name: number, close: number, isClosed: boolean): void {
    if (tag === HTML || tag === BODY || tag === FORM) {
      if (this.#opened[tag] !== 0) return
    }
    if (this.#opened[HEAD] !== 0 && (kind & Kind.head) === 0) this.#closeTag(HEAD)
    if (kind & Kind.closesParagraph && this.#opened[P] !== 0) this.#closeParagraph()
    const implied = IMPLIED[tag]
    if (implied !== undefined) this.#closeImplied(implied)
    if (tag === BR) {
      this.#gap |= (this.#gap & Gap.line) !== 0 ? Gap.block : Gap.line
      return
    }
    if (kind & Kind.block) this.#gap |= Gap.block
    else if (kind & Kind.cell) this.#gap |= Gap.cell
    const isVoid = isClosed || (kind & Kind.void) !== 0
    if (!isVoid && this.#depth >= MAX_DEPTH) {
      this.#unopened[tag] = (this.#unopened[tag] as number) + 1
      return
    }
    if (this.size >= MAX_NODES) return
    const node = this.#add(tag, name, close)
    this.end[node] = node + 1
    if (isVoid) return
    this.#depth++
    this.#open[this.#depth] = node
    this.#opened[tag] = (this.#opened[tag] as number) + 1
    if (tag === UNKNOWN) this.#countName(node, 1)
  }

  #countName(node: number, change: number): void {
    const slot = nameSlot(this.bytes, this.from[node] as number)
    this.#names[slot] = (this.#names[slot] as number) + change
  }

  /** Reads an element whose content is no markup, or is passed over. */
  #rawElement(tag: number, kind: number, name: number, close: number): number {
    const { bytes } = this
    if (tag === PLAINTEXT) {
      this.#openElement(tag, kind, name, close, false)
      this.#addText(close + 1, bytes.length)
      return bytes.length
    }
    const isSkipped = (kind & Kind.skipped) !== 0
    const isSelfClosed = isSkipped && bytes[close - 1] === SLASH
    if (isSelfClosed) return close + 1
    const stop = this.#rawEnd(tag, close + 1)
    // Pages are cut within scripts; another element that is not closed must not hide the page behind it.
    if (stop < 0 && tag !== SCRIPT && tag !== STYLE) return close + 1
    const contentEnd = stop < 0 ? bytes.length : stop
    const isCode = tag === SCRIPT && !hasLinkedData(bytes, name, close)
    if (!isSkipped && !isCode) {
      this.#openElement(tag, kind, name, close, false)
      const node = this.#open[this.#depth] as number
      if (this.from[node] === name) {
        const gap = this.#gap
        if (contentEnd > close + 1) this.#addText(close + 1, contentEnd)
        this.#gap = gap
        this.#closeTag(tag)
      }
    }
    if (stop < 0) return bytes.length
    const end = this.#tagEnd(stop + 2)
    return end < 0 ? bytes.length : end + 1
  }

  /** Where the end tag of a raw element begins; -1 for nowhere. */
  #rawEnd(tag: number, from: number): number {
    if (this.#unended[tag] === 1) return -1
    const { bytes } = this
    const name = TAG_NAMES[tag] as string
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (
      let at = buffer.indexOf('</', from, 'latin1');
      at >= 0;
      at = buffer.indexOf('</', at + 2, 'latin1')
    ) {
      const stop = at + 2 + name.length
      if (tagOf(bytes, at + 2, stop) === tag && !isNameByte(bytes[stop] ?? GT)) return at
    }
    this.#unended[tag] = 1
    return -1
  }

  #endTag(name: number): number {
    const { bytes } = this
    const { length } = bytes
    let nameEnd = name + 1
    while (nameEnd < length && isNameByte(bytes[nameEnd] as number)) nameEnd++
    const tag = tagOf(bytes, name, nameEnd)
    const close = this.#tagEnd(nameEnd)
    if (tag === BR) this.#gap |= Gap.line
    else if (tag === P && this.#opened[P] === 0) this.#gap |= Gap.block
    if ((this.#unopened[tag] as number) > 0) this.#unopened[tag] = (this.#unopened[tag] as number) - 1
    else if (HEADINGS.includes(tag)) this.#closeTag(tag)
    else if (this.#opened[tag] !== 0 && tag !== HTML && tag !== BODY) {
      if (tag === UNKNOWN) this.#closeUnknown(name, nameEnd)
      else this.#closeTag(tag)
    }
    return close < 0 ? length : close + 1
  }

  /** Where the tag ends whose name ends at `at`; quotes may hold its sign. -1 where the page ends first. */
  #tagEnd(start: number): number {
    const { bytes } = this
    const { length } = bytes
    let at = start
    while (at < length) {
      const code = bytes[at] as number
      if (code === GT) return at
      // A quote opens a value only behind a `=`; elsewhere it is a part of a name.
      if (code === 0x3d) {
        at++
        while (at < length && (bytes[at] as number) <= 32) at++
        const quote = bytes[at]
        if (quote === 0x22 || quote === 0x27) {
          at++
          while (at < length && bytes[at] !== quote) at++
          // A quote that the page never closes is a slip. At most one of each kind can be so.
          if (at === length) return this.bytes.indexOf(GT, start)
          at++
        }
      } else at++
    }
    return -1
  }

  /** `<!`: a comment, a CDATA section or a document type. */
  #declaration(at: number): number {
    const { bytes } = this
    if (bytes[at + 1] === DASH && bytes[at + 2] === DASH) {
      if (bytes[at + 3] === GT) return at + 4
      if (bytes[at + 3] === DASH && bytes[at + 4] === GT) return at + 5
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      let end = buffer.indexOf('--', at + 3, 'latin1')
      while (end >= 0) {
        const after = bytes[end + 2]
        if (after === GT) return end + 3
        if (after === 0x21 && bytes[end + 3] === GT) return end + 4
        end = buffer.indexOf('--', end + 1, 'latin1')
      }
      return bytes.length
    }
    if (bytes[at + 1] === 0x5b && isCdata(bytes, at + 1)) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const end = buffer.indexOf(']]>', at + 8, 'latin1')
      this.#addText(at + 8, end < 0 ? bytes.length : end)
      return end < 0 ? bytes.length : end + 3
    }
    return this.#bogus(at)
  }

  /** What looks like a tag and is none ends at the next `>`. */
  #bogus(start: number): number {
    const { bytes } = this
    let at = start
    while (at < bytes.length && bytes[at] !== GT) at++
    return at + 1
  }

  #closeParagraph(): void {
    const lowest = Math.max(1, this.#depth - MAX_IMPLIED)
    for (let depth = this.#depth; depth >= lowest; depth--) {
      const tag = this.tag[this.#open[depth] as number] as number
      if (tag === P) {
        this.#popTo(depth)
        return
      }
      if ((TAG_KIND[tag] as number) & (Kind.block | Kind.scope)) return
    }
  }

  #closeImplied({ closes, within }: Implied): void {
    const lowest = Math.max(1, this.#depth - MAX_IMPLIED)
    for (let depth = this.#depth; depth >= lowest; depth--) {
      const tag = this.tag[this.#open[depth] as number] as number
      if (closes.includes(tag)) {
        this.#popTo(depth)
        return
      }
      if (within.includes(tag)) return
    }
  }

  #closeTag(tag: number): void {
    const isTable = tag === TABLE || tag === TEMPLATE || ((TAG_KIND[tag] as number) & Kind.scope) !== 0
    const isRow = tag === TR || ROW_GROUPS.includes(tag)
    for (let depth = this.#depth; depth > 0; depth--) {
      const open = this.tag[this.#open[depth] as number] as number
      if (open === tag || (tag !== HEAD && HEADINGS.includes(tag) && HEADINGS.includes(open))) {
        this.#popTo(depth)
        return
      }
      // The end of a row closes its cells.
      if (isRow ? open === TABLE : !isTable && (TAG_KIND[open] as number) & Kind.scope) return
    }
  }

  /** Closes the nearest open element of the same name. One that has no end tag is closed with its parent. */
  #closeUnknown(name: number, nameEnd: number): void {
    const { bytes } = this
    if (this.#names[nameSlot(bytes, name)] === 0) return
    for (let depth = this.#depth; depth > 0; depth--) {
      const node = this.#open[depth] as number
      if (this.tag[node] === UNKNOWN && isSameName(bytes, this.from[node] as number, name, nameEnd)) {
        this.#popTo(depth)
        return
      }
      if ((TAG_KIND[this.tag[node] as number] as number) & Kind.scope) return
    }
  }

  #popTo(depth: number): void {
    while (this.#depth >= depth) this.#pop()
  }

  #pop(): void {
    const node = this.#open[this.#depth] as number
    const tag = this.tag[node] as number
    const kind = TAG_KIND[tag] as number
    this.end[node] = this.size
    this.#depth--
    this.#opened[tag] = (this.#opened[tag] as number) - 1
    if (tag === UNKNOWN) this.#countName(node, -1)
    if (kind & Kind.block) this.#gap |= Gap.block
    else if (kind & Kind.cell) this.#gap |= Gap.cell
  }

  #add(tag: number, from: number, to: number): number {
    if (this.size === this.tag.length) this.#grow()
    const node = this.size++
    this.tag[node] = tag
    this.parent[node] = node === 0 ? -1 : (this.#open[this.#depth] as number)
    this.from[node] = from
    this.to[node] = to
    this.gap[node] = 0
    return node
  }

  #grow(): void {
    const length = this.tag.length * 2
    this.tag = grown(this.tag, new Uint8Array(length))
    this.gap = grown(this.gap, new Uint8Array(length))
    this.parent = grown(this.parent, new Int32Array(length))
    this.end = grown(this.end, new Int32Array(length))
    this.from = grown(this.from, new Int32Array(length))
    this.to = grown(this.to, new Int32Array(length))
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function isLetter(code: number): boolean {
  const lower = code | 32
  return lower >= 0x61 && lower <= 0x7a
}

/** Names of tags end at white space, `/` and `>`; `<` ends one too, because a tag was forgotten there. */
export function isNameByte(code: number): boolean {
  return code > 32 && code !== SLASH && code !== GT && code !== LT
}

const NAME_SLOTS = 256

/** A hash of the name that begins at a byte, in any case. */
function nameSlot(bytes: Uint8Array, from: number): number {
  let hash = 0
  for (let at = from; at < bytes.length && isNameByte(bytes[at] as number); at++)
    hash = (Math.imul(hash, 31) + ((bytes[at] as number) | 32)) | 0
  return (hash ^ (hash >>> 8)) & (NAME_SLOTS - 1)
}

function isSameName(bytes: Uint8Array, open: number, name: number, nameEnd: number): boolean {
  const length = nameEnd - name
  for (let at = 0; at < length; at++) {
    if (((bytes[open + at] as number) | 32) !== ((bytes[name + at] as number) | 32)) return false
  }
  return !isNameByte(bytes[open + length] as number)
}

const CDATA = '[CDATA['

function isCdata(bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < CDATA.length; index++) {
    if (bytes[at + index] !== CDATA.charCodeAt(index)) return false
  }
  return true
}

/** Whether `ld+json` stands in a start tag. */
function hasLinkedData(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from + 6; at + 4 < to; at++) {
    if (
      bytes[at] === 0x2b &&
      ((bytes[at - 1] as number) | 32) === 0x64 &&
      ((bytes[at + 1] as number) | 32) === 0x6a
    )
      return true
  }
  return false
}

import { AttributeCursor } from './attributes.ts'
import type { Lexicon } from './lexicon.ts'
import { isCreativeCommons, mayBeLicence } from './licence-links.ts'
import { NameReader } from './name-reader.ts'
import { Kind, TAG, TAG_KIND, TEXT } from './tag-table.ts'
import type { Tree } from './tree.ts'

/** What an element and those around it are, as bits of {@link ElementStates.state}. */
export const State = {
  link: 1 << 0,
  heading: 1 << 1,
  list: 1 << 2,
  cell: 1 << 3,
  preformatted: 1 << 4,
  code: 1 << 5,
  quote: 1 << 6,
  nav: 1 << 7,
  header: 1 << 8,
  footer: 1 << 9,
  aside: 1 << 10,
  form: 1 << 11,
  button: 1 << 12,
  figure: 1 << 13,
  article: 1 << 14,
  main: 1 << 15,
  time: 1 << 16,
  address: 1 << 17,
  label: 1 << 18,
  noscript: 1 << 19,
  bold: 1 << 20,
  caption: 1 << 21,
  hidden: 1 << 22,
  unread: 1 << 23,
  paragraph: 1 << 24,
  definition: 1 << 25,
  details: 1 << 26,
  dialog: 1 << 27,
  figcaption: 1 << 28,
  comments: 1 << 29,
} as const

const BITS: Readonly<Partial<Record<keyof typeof State, string>>> = {
  link: 'a',
  heading: 'h1 h2 h3 h4 h5 h6',
  list: 'li',
  cell: 'td th',
  preformatted: 'pre listing plaintext xmp',
  code: 'code kbd samp',
  quote: 'blockquote',
  nav: 'nav menu',
  header: 'header',
  footer: 'footer',
  aside: 'aside',
  form: 'form fieldset',
  button: 'button summary',
  figure: 'figure',
  article: 'article',
  main: 'main',
  time: 'time',
  address: 'address',
  label: 'label legend',
  noscript: 'noscript',
  bold: 'b strong',
  caption: 'caption',
  // Text that is never shown, or is no part of any text.
  unread:
    'script style template svg math iframe object applet canvas audio video map select datalist textarea noembed title head option optgroup',
  paragraph: 'p',
  definition: 'dl',
  details: 'details',
  dialog: 'dialog',
  figcaption: 'figcaption',
}

const TAG_STATE = tableOf()

function tableOf(): Int32Array {
  const table = new Int32Array(256)
  for (const [state, names] of Object.entries(BITS)) {
    for (const name of names.split(' ')) {
      const tag = TAG[name] as number
      table[tag] = (table[tag] as number) | State[state as keyof typeof State]
    }
  }
  return table
}

const TEMPLATE = TAG['template'] as number

/** Elements whose attributes say something of the page, by their nodes. Void elements are not among them. */
export interface MarkedElements {
  /** Elements with `itemprop` or `itemscope`. */
  readonly items: readonly number[]
  /** Links that may lead to a licence. */
  readonly licences: readonly number[]
}

/** What the elements of a page are, by their nodes. The typed arrays are written over by the next page. */
export interface ElementStates extends MarkedElements {
  /** Bits of {@link State} of the element and all around it. */
  readonly state: Int32Array
  /** Depth below the page. */
  readonly depth: Int32Array
  /** Weight of the names in `class`, `id`, `role` and `itemprop`: the one that says most. */
  readonly hint: Float32Array
  /** The least and the greatest hint among the element and those around it, and their sum. */
  readonly lowest: Float32Array
  readonly highest: Float32Array
  readonly sum: Float32Array
  /** Hash of tag and class: equal for the items of a list. */
  readonly signature: Int32Array
  /** 2 for an element named as the body of a text, 1 for one named as a part with the body in it. */
  readonly body: Uint8Array
}

export class StateReader implements ElementStates {
  state = new Int32Array(0)
  depth = new Int32Array(0)
  hint = new Float32Array(0)
  lowest = new Float32Array(0)
  highest = new Float32Array(0)
  sum = new Float32Array(0)
  signature = new Int32Array(0)
  body = new Uint8Array(0)
  items: number[] = []
  licences: number[] = []
  #body = 0
  readonly #cursor = new AttributeCursor()
  readonly #names: NameReader
  /** What the attributes of the element at hand said. */
  #node = 0
  /** It holds nothing, so that its names say nothing of any text. */
  #isEmpty = false
  #bits = 0
  #hint = 0
  #classHash = 0

  constructor(names: Lexicon) {
    this.#names = new NameReader(names)
  }

  read(tree: Tree): ElementStates {
    const { size, tag, parent } = tree
    if (this.state.length < size) this.#grow(tree.tag.length)
    this.state[0] = 0
    this.depth[0] = 0
    this.hint[0] = 0
    this.lowest[0] = 0
    this.highest[0] = 0
    this.sum[0] = 0
    this.signature[0] = 0
    this.body[0] = 0
    this.items = []
    this.licences = []
    this.#names.clear()
    for (let node = 1; node < size; node++) {
      const kind = tag[node] as number
      if (kind === TEXT) continue
      const above = parent[node] as number
      let state = (this.state[above] as number) | (TAG_STATE[kind] as number)
      this.depth[node] = (this.depth[above] as number) + 1
      this.#node = node
      this.#bits = 0
      this.#hint = 0
      this.#classHash = 0
      this.#body = 0
      const from = tree.from[node] as number
      const to = tree.to[node] as number
      if ((TAG_KIND[kind] as number) & Kind.void) {
        // No text is in it.
      } else if (to - from > 4 && (state & State.unread) === 0) {
        this.#isEmpty = tree.end[node] === node + 1
        this.#readAttributes(tree.bytes, from, to)
      }
      if (kind === TEMPLATE) state = this.#templateState(tree, node, state)
      this.state[node] = state | this.#bits
      this.body[node] = this.#body
      const hint = this.#hint
      this.hint[node] = hint
      const lowest = this.lowest[above] as number
      const highest = this.highest[above] as number
      this.lowest[node] = hint < lowest ? hint : lowest
      this.highest[node] = hint > highest ? hint : highest
      this.sum[node] = (this.sum[above] as number) + hint
      this.signature[node] = Math.imul(kind + 1, 0x9e3779b1) ^ this.#classHash
    }
    return this
  }

  /** A template is shown where it is the shadow tree of the element around it. */
  #templateState(tree: Tree, node: number, state: number): number {
    const cursor = this.#cursor
    cursor.start(tree.bytes, tree.from[node] as number, tree.to[node] as number)
    while (cursor.next()) if (cursor.isNamed('shadowrootmode')) return state & ~State.unread
    return state
  }

  #readAttributes(bytes: Uint8Array, from: number, to: number): void {
    const cursor = this.#cursor
    cursor.start(bytes, from, to)
    while (cursor.next()) {
      const first = (bytes[cursor.nameFrom] as number) | 32
      if (first === 0x63) {
        if (cursor.isNamed('class'))
          this.#classHash = this.#takeNames(bytes, cursor.valueFrom, cursor.valueTo)
      } else if (first === 0x69) {
        if (cursor.isNamed('id')) this.#takeNames(bytes, cursor.valueFrom, cursor.valueTo)
        else if (cursor.isNamed('itemprop')) {
          this.#takeNames(bytes, cursor.valueFrom, cursor.valueTo)
          this.#mark(this.items)
        } else if (cursor.isNamed('itemscope')) this.#mark(this.items)
      } else if (first === 0x72) {
        if (cursor.isNamed('role')) this.#takeNames(bytes, cursor.valueFrom, cursor.valueTo)
        else if (cursor.isNamed('rel') && mayBeLicence(bytes, cursor.valueFrom, cursor.valueTo))
          this.#mark(this.licences)
      } else if (first === 0x68) {
        if (cursor.isNamed('hidden')) this.#bits |= State.hidden
        else if (cursor.isNamed('href') && isCreativeCommons(bytes, cursor.valueFrom, cursor.valueTo))
          this.#mark(this.licences)
      } else if (first === 0x73) {
        if (cursor.isNamed('style') && isNoDisplay(bytes, cursor.valueFrom, cursor.valueTo))
          this.#bits |= State.hidden
      } else if (first === 0x61) {
        if (cursor.isNamed('aria-hidden') && ((bytes[cursor.valueFrom] as number) | 32) === 0x74)
          this.#bits |= State.hidden
      }
    }
  }

  #mark(marked: number[]): void {
    if (marked.at(-1) !== this.#node) marked.push(this.#node)
  }

  /** Takes in the names of an attribute; gives the sum of their hashes. */
  #takeNames(bytes: Uint8Array, from: number, to: number): number {
    if (this.#isEmpty) return 0
    const { hint, hash, body, hasComments } = this.#names.read(bytes, from, to, this.#node)
    if (Math.abs(hint) > Math.abs(this.#hint)) this.#hint = hint
    if (body > this.#body) this.#body = body
    if (hasComments) this.#bits |= State.comments
    return hash
  }

  #grow(length: number): void {
    this.state = new Int32Array(length)
    this.depth = new Int32Array(length)
    this.hint = new Float32Array(length)
    this.lowest = new Float32Array(length)
    this.highest = new Float32Array(length)
    this.sum = new Float32Array(length)
    this.signature = new Int32Array(length)
    this.body = new Uint8Array(length)
  }
}

/** Bytes of a style that are read. */
const MAX_STYLE = 400

/** Whether a style says `display: none`. */
function isNoDisplay(bytes: Uint8Array, from: number, to: number): boolean {
  const stop = Math.min(to, from + MAX_STYLE)
  for (let at = from; at + 11 < stop; at++) {
    if (((bytes[at] as number) | 32) !== 0x64 || ((bytes[at + 6] as number) | 32) !== 0x79) continue
    let after = at + 7
    while (after < stop && ((bytes[after] as number) <= 32 || bytes[after] === 0x3a)) after++
    if (
      ((bytes[at + 1] as number) | 32) === 0x69 &&
      ((bytes[at + 5] as number) | 32) === 0x61 &&
      ((bytes[after] ?? 0) | 32) === 0x6e &&
      ((bytes[after + 3] ?? 0) | 32) === 0x65
    )
      return true
  }
  return false
}

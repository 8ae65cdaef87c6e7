import { AttributeCursor, attribute } from '../attributes.ts'
import { decodeText } from '../node-text.ts'
import { TAG, TEXT } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { MAX_VALUE, MAX_VALUE_BYTES } from './clean-value.ts'
import { MetaTags, valueText } from './meta-tags.ts'

const A = TAG['a'] as number
const AREA = TAG['area'] as number
const BASE = TAG['base'] as number
const H1 = TAG['h1'] as number
const HTML = TAG['html'] as number
const LINK = TAG['link'] as number
const META = TAG['meta'] as number
const SCRIPT = TAG['script'] as number
const TIME = TAG['time'] as number
const TITLE = TAG['title'] as number

const CREATIVE_COMMONS = /^(?:https?:)?\/\/(?:www\.)?creativecommons\.org\/(?:licenses|publicdomain)\//i

/** `time` elements and headings that are kept. */
const MAX_KEPT = 200
/** Bytes of linked data that are read of one page. */
const MAX_LINKED_BYTES = 4_000_000
/** Bytes of a language that are read. */
const MAX_LANG = 200

/** The places of a page at which it speaks of itself. Nodes are -1, and URLs are as they stand, where there are none. */
export interface PageSources {
  readonly metas: MetaTags
  /** Text of the linked data, a script each. */
  readonly linkedData: readonly string[]
  readonly title: number
  readonly headings: readonly number[]
  readonly times: readonly number[]
  readonly lang: string | undefined
  readonly base: string | undefined
  readonly canonical: string | undefined
  readonly imageLink: string | undefined
  /** Target of the first link that says it leads to the licence. */
  readonly licenceLink: string | undefined
  /** Target of the first link to a licence of Creative Commons. */
  readonly creativeCommons: string | undefined
}

/** Gathers them in one pass. Attributes are read of the few elements that may have something to say. O(bytes). */
export function gatherSources(tree: Tree): PageSources {
  const { tag, size, from, to, bytes } = tree
  const sources = new Gatherer(tree)
  for (let node = 1; node < size; node++) {
    switch (tag[node]) {
      case META:
        sources.metas.add(node)
        break
      case LINK:
        sources.addLink(node)
        break
      case A:
      case AREA:
        if (mayBeLicence(bytes, from[node] as number, to[node] as number)) sources.addLink(node)
        break
      case SCRIPT:
        sources.addScript(node)
        break
      case TITLE:
        if (sources.title < 0 && tag[node + 1] === TEXT) sources.title = node
        break
      case H1:
        if (sources.headings.length < MAX_KEPT) sources.headings.push(node)
        break
      case TIME:
        if (sources.times.length < MAX_KEPT) sources.times.push(node)
        break
      case HTML:
        sources.lang ??=
          attribute(tree, node, 'lang', MAX_LANG) ?? attribute(tree, node, 'xml:lang', MAX_LANG)
        break
      case BASE:
        sources.base ??= attribute(tree, node, 'href', MAX_VALUE_BYTES)
    }
  }
  return sources
}

class Gatherer implements PageSources {
  readonly metas: MetaTags
  readonly linkedData: string[] = []
  title = -1
  readonly headings: number[] = []
  readonly times: number[] = []
  lang: string | undefined
  base: string | undefined
  canonical: string | undefined
  imageLink: string | undefined
  licenceLink: string | undefined
  creativeCommons: string | undefined
  readonly #tree: Tree
  readonly #cursor = new AttributeCursor()
  #linkedBytes = 0

  constructor(tree: Tree) {
    this.#tree = tree
    this.metas = new MetaTags(tree)
  }

  addScript(node: number): void {
    const { tag, bytes, from, to, size } = this.#tree
    if (node + 1 >= size || tag[node + 1] !== TEXT) return
    const start = from[node + 1] as number
    const stop = to[node + 1] as number
    this.#linkedBytes += stop - start
    if (this.#linkedBytes > MAX_LINKED_BYTES) return
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.linkedData.push(buffer.toString('utf8', start, stop))
  }

  addLink(node: number): void {
    const { bytes, from, to, tag } = this.#tree
    const cursor = this.#cursor
    cursor.start(bytes, from[node] as number, to[node] as number)
    let relFrom = 0
    let relTo = 0
    let hrefFrom = 0
    let hrefTo = 0
    while (cursor.next()) {
      if (cursor.isNamed('href')) {
        hrefFrom = cursor.valueFrom
        hrefTo = cursor.valueTo
      } else if (cursor.isNamed('rel')) {
        relFrom = cursor.valueFrom
        relTo = Math.min(cursor.valueTo, relFrom + 100)
      }
    }
    if (hrefTo <= hrefFrom) return
    const isLink = tag[node] === LINK
    if (isLink && !mayTell(bytes, relFrom, relTo)) return
    const rel = asciiText(bytes, relFrom, relTo)
    const href = () => valueText(bytes, hrefFrom, hrefTo)
    for (const name of rel.split(/\s+/)) {
      if (isLink && name === 'canonical') this.canonical ??= href()
      else if (isLink && name === 'image_src') this.imageLink ??= href()
      else if (name === 'license' || name === 'licence') this.licenceLink ??= href()
    }
    if (!isLink && this.creativeCommons === undefined && CREATIVE_COMMONS.test(href().trim())) {
      this.creativeCommons = href()
    }
  }
}

/** Whether a relation is one of many, or begins as `canonical`, `image_src` and `license` do. Most are `stylesheet`. */
function mayTell(bytes: Uint8Array, from: number, to: number): boolean {
  const first = (bytes[from] as number) | 32
  return first === 0x63 || first === 0x69 || first === 0x6c || bytes.subarray(from, to).includes(0x20)
}

function asciiText(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] as number)
  return text.toLowerCase()
}

/** Whether `lic` or `ive`, of `license` and of `creativecommons`, stands in a start tag. */
function mayBeLicence(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from + 4; at < to; at++) {
    const lower = (bytes[at] as number) | 32
    if (lower === 0x69 && at > from) {
      const before = (bytes[at - 1] as number) | 32
      const after = (bytes[at + 1] as number) | 32
      if (before === 0x6c && after === 0x63 && ((bytes[at + 2] as number) | 32) === 0x65) return true
      if (before === 0x74 && after === 0x76 && ((bytes[at + 3] as number) | 32) === 0x63) return true
    }
  }
  return false
}

/** All text in an element, as far as a value of metadata reaches. White space is as it stands, or one space at a gap. */
export function elementText(tree: Tree, node: number): string {
  const { tag, end, from, to, gap, bytes } = tree
  let text = ''
  const stop = Math.min(end[node] as number, node + MAX_VALUE)
  for (let at = node; at < stop && text.length < MAX_VALUE; at++) {
    if (tag[at] === SCRIPT) at = (end[at] as number) - 1
    else if (tag[at] === TEXT) {
      const start = from[at] as number
      const piece = decodeText(bytes, start, Math.min(to[at] as number, start + MAX_VALUE_BYTES))
      text += text !== '' && gap[at] !== 0 ? ` ${piece}` : piece
    }
  }
  return text
}

import { ByteSearch } from './byte-search.ts'
import { bufferOf } from './node-text.ts'
import type { PageSources } from './page-sources.ts'

/** What is known of a page as a whole. */
export interface PageFacts {
  /** The page says that it is an article, a product (bits: by Open Graph 1, by linked data 2, by article tags 4). */
  readonly isArticle: number
  readonly isProduct: number
  readonly published: number
  readonly isAmp: number
  readonly times: number
  /** Parts of the path of its URL, and digits in it; 0 where the URL is not known. */
  readonly pathParts: number
  readonly pathDigits: number
  /** Its linked data call it a discussion in a forum. The model does not see this. */
  readonly isForum: boolean
}

/** Bytes of a script that are read. */
const MAX_SCRIPT = 20_000

/** What the page says of its kind, and the text node of its title; -1 for none. O(bytes of what it is read from). */
export function readPageFacts(sources: PageSources, url: string): PageFacts & { titleNode: number } {
  const { tree, title, metas, links, linkedData, times } = sources
  const { bytes, from, to } = tree
  const facts = new Facts()
  for (const meta of metas) facts.addMeta(bytes, from[meta] as number, to[meta] as number)
  for (const script of linkedData) {
    const start = from[script] as number
    facts.addLinkedData(bytes, start, Math.min(to[script] as number, start + MAX_SCRIPT))
  }
  const isAmp = links.some((link) => AMP.isIn(bytes, from[link] as number, to[link] as number))
  const path = url === '' ? '' : (URL.parse(url)?.pathname ?? '')
  return {
    titleNode: title,
    isArticle: facts.isArticle,
    isProduct: facts.isProduct,
    published: facts.published,
    isAmp: isAmp ? 1 : 0,
    times: times.length,
    pathParts: path.split('/').filter((part) => part !== '').length,
    pathDigits: path.replace(/\D/g, '').length,
    isForum: facts.isForum,
  }
}

const AMP = new ByteSearch(['amphtml'])
const OG_TYPE = new ByteSearch(['og:type'])
const ARTICLE = new ByteSearch(['article:'])
const PUBLISHED_TIME = new ByteSearch(['published_time'])
const DATE_PUBLISHED = new ByteSearch(['"datePublished"'])
const TYPE = new ByteSearch(['"@type"'])
const TYPE_LENGTH = '"@type"'.length

/** What speaks for each kind of page, as bits. */
class Facts {
  isArticle = 0
  isProduct = 0
  published = 0
  isForum = false

  /** Takes in the start tag of a `meta` element. */
  addMeta(bytes: Uint8Array, from: number, to: number): void {
    if (OG_TYPE.isIn(bytes, from, to)) {
      const text = bufferOf(bytes).toString('latin1', from, to)
      if (/["']article["']/i.test(text)) this.isArticle |= 1
      if (/product/i.test(text)) this.isProduct |= 1
    } else if (ARTICLE.isIn(bytes, from, to)) {
      this.isArticle |= 4
      if (PUBLISHED_TIME.isIn(bytes, from, to)) this.published |= 1
    }
  }

  addLinkedData(bytes: Uint8Array, from: number, to: number): void {
    if (DATE_PUBLISHED.isIn(bytes, from, to)) this.published |= 2
    for (let at = TYPE.find(bytes, from, to); at >= 0; at = TYPE.find(bytes, at + 1, to)) {
      const start = typeStart(bytes, at + TYPE_LENGTH, to)
      if (start < 0) continue
      let stop = start
      while (stop < to && isWordByte(bytes[stop] as number)) stop++
      if (stop < to && bytes[stop] === 0x22) this.#addType(bytes, start, stop)
    }
  }

  #addType(bytes: Uint8Array, from: number, to: number): void {
    const ends = (name: string) => to - name.length >= from && isAt(bytes, to - name.length, name)
    if (ends('Article') || ends('Posting')) this.isArticle |= 2
    if (ends('DiscussionForumPosting')) this.isForum = true
    if (to - from === 'Product'.length && ends('Product')) this.isProduct |= 2
  }
}

/** Where the first type begins whose property's name ends at a byte; -1 for nowhere. */
function typeStart(bytes: Uint8Array, from: number, to: number): number {
  let at = pastSpace(bytes, from, to)
  if (at >= to || bytes[at] !== 0x3a) return -1
  at = pastSpace(bytes, at + 1, to)
  if (bytes[at] === 0x5b) at = pastSpace(bytes, at + 1, to)
  return at < to && bytes[at] === 0x22 ? at + 1 : -1
}

function pastSpace(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && (bytes[at] === 0x20 || ((bytes[at] as number) >= 9 && (bytes[at] as number) <= 13))) at++
  return at
}

function isWordByte(byte: number): boolean {
  const lower = byte | 32
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
}

function isAt(bytes: Uint8Array, from: number, word: string): boolean {
  let index = 0
  while (index < word.length && bytes[from + index] === word.charCodeAt(index)) index++
  return index === word.length
}

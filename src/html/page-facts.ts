import { TAG, TEXT } from './tag-table.ts'
import type { Tree } from './tree.ts'

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
}

const TITLE = TAG['title'] as number
const SCRIPT = TAG['script'] as number
const LINK = TAG['link'] as number
const TIME = TAG['time'] as number
const META = TAG['meta'] as number

/** What the page says of its kind, and the text node of its title; -1 for none. */
export function readPageFacts(tree: Tree, url: string): PageFacts & { titleNode: number } {
  const { tag, size } = tree
  let titleNode = -1
  let isArticle = 0
  let isProduct = 0
  let published = 0
  let isAmp = 0
  let times = 0
  for (let node = 1; node < size; node++) {
    const kind = tag[node]
    if (kind === TIME) times++
    if (kind === LINK) {
      const buffer = Buffer.from(tree.bytes.buffer, tree.bytes.byteOffset, tree.bytes.byteLength)
      if (buffer.toString('latin1', tree.from[node] as number, tree.to[node] as number).includes('amphtml'))
        isAmp = 1
    }
    if (kind === TITLE && titleNode < 0 && tag[node + 1] === TEXT) titleNode = node + 1
    else if (kind === META || kind === SCRIPT) {
      const from = kind === META ? (tree.from[node] as number) : (tree.from[node + 1] ?? 0)
      const to = kind === META ? (tree.to[node] as number) : Math.min(tree.to[node + 1] ?? 0, from + 20_000)
      if (kind === SCRIPT && tag[node + 1] !== TEXT) continue
      const buffer = Buffer.from(tree.bytes.buffer, tree.bytes.byteOffset, tree.bytes.byteLength)
      const text = buffer.toString('latin1', from, to)
      if (kind === META) {
        if (text.includes('og:type')) {
          if (/["']article["']/i.test(text)) isArticle |= 1
          if (/product/i.test(text)) isProduct |= 1
        } else if (text.includes('article:')) {
          isArticle |= 4
          if (text.includes('published_time')) published |= 1
        }
      } else {
        if (/"@type"\s*:\s*\[?\s*"\w*(?:Article|Posting)"/.test(text)) isArticle |= 2
        if (text.includes('"datePublished"')) published |= 2
        if (/"@type"\s*:\s*\[?\s*"Product"/.test(text)) isProduct |= 2
      }
    }
  }
  const path = URL.parse(url)?.pathname ?? ''
  return {
    titleNode,
    isArticle,
    isProduct,
    published,
    isAmp,
    times,
    pathParts: path.split('/').filter((part) => part !== '').length,
    pathDigits: path.replace(/\D/g, '').length,
  }
}

import type { PageFacts } from './features.ts'
import { TAG, TEXT } from './tag-table.ts'
import type { Tree } from './tree.ts'

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
  let isDiscussion = 0
  let isNews = 0
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
        } else if (/news_keywords|parsely|sailthru|"?byl"?/.test(text)) isNews |= 2
      } else {
        if (/"@type"\s*:\s*\[?\s*"\w*(?:Article|Posting)"/.test(text)) isArticle |= 2
        if (/"@type"\s*:\s*\[?\s*"\w*NewsArticle"/.test(text)) isNews |= 1
        if (text.includes('"datePublished"')) published |= 2
        if (/"@type"\s*:\s*\[?\s*"Product"/.test(text)) isProduct |= 2
        if (/"@type"\s*:\s*\[?\s*"(?:QAPage|DiscussionForumPosting)"/.test(text)) isDiscussion = 1
      }
    }
  }
  const path = URL.parse(url)?.pathname ?? ''
  return {
    titleNode,
    isArticle,
    isProduct,
    isDiscussion,
    isNews,
    published,
    isAmp,
    times,
    pathParts: path.split('/').filter((part) => part !== '').length,
    pathDigits: path.replace(/\D/g, '').length,
  }
}

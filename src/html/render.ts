import type { Gap, Page } from './page.ts'
import type { PageScores } from './score.ts'
import { BLOCK } from './tags.ts'

export interface RenderOptions {
  /** Greatest share of a block's characters that may stand in links, 0 to 1. */
  readonly maxLinkRatio: number
}

interface Block {
  text: string
  heading: boolean
}

/** The text under the root, block by block, without flagged parts, link lists and lines of page furniture. */
export function renderBlocks(page: Page, scores: PageScores, options: RenderOptions): string {
  const blocks = readBlocks(page, shownElements(page, scores, options))
  const kept = beforeTeasers(blocks).filter(({ text }) => !isFurniture(text))
  // A heading with nothing under it announces something that was left out.
  while (kept.at(-1)?.heading === true) kept.pop()
  return kept.map(({ text }) => text).join('\n\n')
}

/** 1 for each element whose own text is shown. */
function shownElements(page: Page, scores: PageScores, { maxLinkRatio }: RenderOptions): Uint8Array {
  const shown = new Uint8Array(page.elements.length)
  page.elements.forEach(({ tag, parent }, index) => {
    const inside = index === scores.root || (parent >= 0 ? shown[parent] === 1 : scores.root === -1)
    if (!inside || scores.flagged[index] === 1) return
    if (index !== scores.root) {
      if (ASIDE.has(tag)) return
      const length = scores.length[index] ?? 0
      const isPart = BLOCK.has(tag) && length > 0
      if (isPart && (scores.linked[index] ?? 0) > limitOf(tag, maxLinkRatio) * length) return
    }
    shown[index] = 1
  })
  return shown
}

/** Elements in a text that are no part of it: captions, bylines, dates of publication, forms. */
const ASIDE: ReadonlySet<string> = new Set(['figcaption', 'label', 'form', 'time', 'address'])

/** Paragraphs and headings are often links in part; lists that are links are menus. */
function limitOf(tag: string, maxLinkRatio: number): number {
  if (maxLinkRatio >= 1) return 1
  return tag === 'p' || /^h[1-6]$/.test(tag) ? Math.max(maxLinkRatio, 0.8) : maxLinkRatio
}

function readBlocks(page: Page, shown: Uint8Array): Block[] {
  const blocks: Block[] = []
  let current = ''
  let heading = false
  let preformatted = false
  let gap: Gap = 3
  const end = () => {
    const text = preformatted ? current.replace(/^\s*\n/, '').trimEnd() : trimmedLines(current)
    if (text !== '') blocks.push({ text, heading })
    current = ''
  }
  for (const piece of page.texts) {
    if (piece.gap > gap) gap = piece.gap
    if (piece.parent >= 0 ? shown[piece.parent] !== 1 : page.elements.length > 0 && !/\S/.test(piece.text))
      continue
    const tag = page.elements[piece.parent]?.tag ?? ''
    const isCode = isPreformatted(page, piece.parent)
    const text = isCode ? piece.text : piece.text.replace(/\s+/g, ' ')
    if (!/\S/.test(text)) {
      if (current !== '' && gap === 0) current += text
      continue
    }
    if (gap === 3) {
      end()
      heading = isHeading(page, piece.parent, tag)
      preformatted = isCode
    } else if (gap === 2) current += '\t'
    else if (gap === 1) current += '\n'
    current += text
    gap = 0
  }
  end()
  return blocks
}

function trimmedLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}

function isHeading(page: Page, parent: number, tag: string): boolean {
  return (
    /^h[1-6]$/.test(tag) || /^h[1-6]$/.test(page.elements[page.elements[parent]?.parent ?? -1]?.tag ?? '')
  )
}

function isPreformatted(page: Page, parent: number): boolean {
  for (let at = parent, steps = 0; at >= 0 && steps < 4; steps++) {
    const element = page.elements[at]
    if (element === undefined) return false
    if (element.tag === 'pre') return true
    at = element.parent
  }
  return false
}

/** Lines that pages put between paragraphs of any text. */
const FURNITURE =
  /^(?:advertisement|anzeige|werbung|publicidad|publicité|share(?: this(?: article| post| story)?)?(?: on| via)?:?|tweet|pin it|print|email|facebook|twitter|whatsapp|linkedin|pinterest|reddit|copy link|read more:?|continue reading|load more|show more|see more|view all|see all|back to top|comments?|leave a (?:comment|reply)|no comments|reply|related(?: articles?| posts?| stories)?:?|you may also like:?|sign up|subscribe(?: now)?|log in|sign in|click here|next|previous|menu|close|search|skip to (?:main )?content|story continues below advertisement|share|save|follow us)[.:]?$/i

/** Headings of lists of other pages, which end a text. */
const TEASERS =
  /^(?:related|related (?:news|articles?|stories|posts|content|topics|coverage|links|reading)|recommended(?: for you| reading| stories)?|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)|more (?:from|on|news|stories|articles)\b.{0,40}|most (?:popular|read|viewed)|latest (?:news|posts|stories|articles)|trending(?: now)?|popular (?:posts|articles)|read (?:next|also)|see also|also read|share this.{0,20}|about the author|leave a (?:comment|reply).{0,20}|\d{0,6} ?comments?|top rated comments|das könnte (?:sie|dich) auch interessieren|mehr zum thema|mehr (?:von|aus)\b.{0,40}|weitere (?:artikel|meldungen|nachrichten|beiträge|themen)|ähnliche (?:artikel|beiträge)|auch interessant|lesen sie auch|meistgelesen|verwandte (?:artikel|themen|beiträge)|kommentare|artículos relacionados|te puede interesar|à lire aussi|articles? (?:liés|similaires)|sur le même sujet|veja também|leia também|leia mais|artigos relacionados|posts relacionados)[:.!…]?$/i

/** Share of the text that must stand before a heading of teasers for it to end the text. */
const MOSTLY_READ = 0.4

/** The blocks up to a heading that announces other pages, where most of the text stands before it. */
function beforeTeasers(blocks: readonly Block[]): readonly Block[] {
  const total = blocks.reduce((sum, { text }) => sum + text.length, 0)
  let before = 0
  for (const [index, { text }] of blocks.entries()) {
    if (text.length < 60 && before > MOSTLY_READ * total && TEASERS.test(text)) return blocks.slice(0, index)
    before += text.length
  }
  return blocks
}

/** Whether a block is page furniture, or holds no letter and no digit of any script. */
function isFurniture(text: string): boolean {
  return (text.length < 60 && FURNITURE.test(text.trim())) || !/[\p{L}\p{N}]/u.test(text)
}

import { type Hint, hintOf } from './hints.ts'
import type { Page } from './page.ts'

/** What is known of each element of a page, by its index. */
export interface PageScores {
  /** The element that holds the main text; -1 for the whole page. */
  readonly root: number
  /** 1 where the element, or one around it, is held for something else than main text. */
  readonly flagged: Uint8Array
  /** Characters of text in the element, and of those in links. */
  readonly length: Float64Array
  readonly linked: Float64Array
}

/** Share of the page's score that makes a doubt about an element unbelievable. */
const MOST = 0.5

/** What is held against an element: every hint, only that it is a menu, or nothing. */
export type Strictness = 'hints' | 'menus' | 'none'

/** Scores a page's elements. O(elements and text). */
export function scorePage(page: Page, strictness: Strictness): PageScores {
  const { elements } = page
  const hints = elements.map(({ tag, attributes }) => hintOf(tag, attributes))
  const inLink = markInherited(page, (index) => elements[index]?.tag === 'a')
  const inMenu = markInherited(page, (index) => strictness !== 'none' && hints[index] === 'menu')
  const raw = new Float64Array(elements.length)
  const length = new Float64Array(elements.length)
  const linked = new Float64Array(elements.length)
  const scores = page.texts.map(({ text, parent }) => {
    const size = sizeOf(text)
    const isLink = parent >= 0 && inLink[parent] === 1
    if (parent >= 0) {
      length[parent] = (length[parent] ?? 0) + size
      if (isLink) linked[parent] = (linked[parent] ?? 0) + size
    }
    const isMenu = parent >= 0 && inMenu[parent] === 1
    const score = isLink || isMenu ? 0 : size * weightOf(page, parent, size)
    if (parent >= 0) raw[parent] = (raw[parent] ?? 0) + score
    return score
  })
  for (const sums of [raw, length, linked]) addToParents(page, sums)
  const flagged = strictness === 'hints' ? flagElements(page, hints, raw, scores) : inMenu
  const kept = new Float64Array(elements.length)
  page.texts.forEach(({ parent }, index) => {
    if (parent >= 0 && flagged[parent] === 0) kept[parent] = (kept[parent] ?? 0) + (scores[index] ?? 0)
  })
  addToParents(page, kept)
  return { root: findRoot(page, hints, flagged, kept), flagged, length, linked }
}

/** Characters that are no space; one of a script that writes words without letters counts for three. */
function sizeOf(text: string): number {
  let size = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 32 && code !== 160) size += code >= 0x2e80 && code <= 0xd7ff ? 3 : 1
  }
  return size
}

/** Paragraphs weigh more than loose text, and long runs more than labels. */
function weightOf(page: Page, parent: number, size: number): number {
  for (let at = parent, steps = 0; at >= 0 && steps < 4; steps++) {
    const element = page.elements[at]
    if (element === undefined) break
    if (element.tag === 'p' || element.tag === 'pre' || element.tag === 'blockquote') return 1
    if (element.tag === 'div' || element.tag === 'li' || element.tag === 'td') break
    at = element.parent
  }
  return size >= 80 ? 0.9 : 0.4
}

/** Adds each element's sum to its parent's, from the last element to the first. */
function addToParents(page: Page, sums: Float64Array): void {
  for (let index = page.elements.length - 1; index >= 0; index--) {
    const parent = page.elements[index]?.parent ?? -1
    if (parent >= 0) sums[parent] = (sums[parent] ?? 0) + (sums[index] ?? 0)
  }
}

/** Marks what is doubtful by its own hint or one around it, unless most of the page is in such elements. */
function flagElements(
  page: Page,
  hints: readonly Hint[],
  raw: Float64Array,
  scores: readonly number[],
): Uint8Array {
  const total = scores.reduce((sum, score) => sum + score, 0)
  const doubts = ['hidden', 'boilerplate', 'comments'] as const
  const ignored = new Set<Hint>()
  for (const doubt of doubts) {
    const held = markInherited(page, (index) => hints[index] === doubt)
    const sum = page.texts.reduce(
      (value, { parent }, index) => value + (parent >= 0 && held[parent] === 1 ? (scores[index] ?? 0) : 0),
      0,
    )
    if (sum > MOST * total) ignored.add(doubt)
  }
  return markInherited(page, (index) => {
    const hint = hints[index]
    if (hint === 'menu') return true
    if (hint === undefined || hint === 'body' || hint === 'content' || (raw[index] ?? 0) > MOST * total)
      return false
    return !ignored.has(hint)
  })
}

function markInherited(page: Page, isMarked: (index: number) => boolean): Uint8Array {
  const marks = new Uint8Array(page.elements.length)
  page.elements.forEach(({ parent }, index) => {
    if ((parent >= 0 && marks[parent] === 1) || isMarked(index)) marks[index] = 1
  })
  return marks
}

/** An element hinted to hold the text, where one stands out; else the innermost that holds nearly all. */
function findRoot(page: Page, hints: readonly Hint[], flagged: Uint8Array, kept: Float64Array): number {
  let total = 0
  page.elements.forEach(({ parent }, index) => {
    if (parent === -1) total += kept[index] ?? 0
  })
  if (total === 0) return -1
  const shares = [
    ['body', 0.15],
    ['content', 0.25],
  ] as const
  for (const [hint, share] of shares) {
    const root = hintedRoot(
      page,
      (index) => hints[index] === hint && flagged[index] === 0,
      kept,
      share * total,
    )
    if (root >= 0) return root
  }
  let root = -1
  // Indexes rise from the outside in, so one pass finds the innermost.
  page.elements.forEach((_, index) => {
    if ((kept[index] ?? 0) >= 0.85 * total) root = index
  })
  return root
}

/** Share of all hinted text that one element must hold to stand out; below it the page is a list. */
const STANDS_OUT = 0.6

/** The innermost hinted element that holds nearly all of the best one's text; -1 where none stands out. */
function hintedRoot(
  page: Page,
  isHinted: (index: number) => boolean,
  kept: Float64Array,
  enough: number,
): number {
  const inside = new Uint8Array(page.elements.length)
  let best = -1
  let sum = 0
  page.elements.forEach(({ parent }, index) => {
    const covered = parent >= 0 && inside[parent] === 1
    if (covered || isHinted(index)) inside[index] = 1
    if (covered || !isHinted(index)) return
    sum += kept[index] ?? 0
    if (best === -1 || (kept[index] ?? 0) > (kept[best] ?? 0)) best = index
  })
  const held = kept[best] ?? 0
  if (best === -1 || held < enough || held < STANDS_OUT * sum) return -1
  let root = best
  for (let index = best + 1; index < page.elements.length; index++) {
    if (isHinted(index) && (kept[index] ?? 0) >= 0.8 * (kept[root] ?? 0) && isWithin(page, index, root))
      root = index
  }
  return root
}

function isWithin(page: Page, index: number, ancestor: number): boolean {
  for (let at = index; at >= ancestor; at = page.elements[at]?.parent ?? -1) if (at === ancestor) return true
  return false
}

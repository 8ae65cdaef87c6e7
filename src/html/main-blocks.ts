import { STATS, Stat } from './blocks.ts'
import { Copies, RUN } from './copies.ts'
import { State } from './element-state.ts'
import type { Preset } from './extraction.ts'
import type { ReadPage } from './reader.ts'
import { type Preference, thresholdOf } from './selection.ts'
import { TAG, TEXT } from './tag-table.ts'
import { Gap, type Tree } from './tree.ts'

/**
 * What the presets mean, chosen by cross-validation on half of the labelled pages (docs/benchmarks.md):
 * `balanced` for the mean over three benchmarks.
 */
const PREFERENCES: Readonly<Record<Preset, Preference>> = {
  precision: { beta: 0.4, low: 0.45, high: 0.8 },
  balanced: { beta: 0.8, low: 0.15, high: 0.7 },
  recall: { beta: 1.6, low: 0.08, high: 0.4 },
}

/** Share of the likeliest block's probability that is enough on a page where nothing is likely. */
const NEAR = 0.6
/** Comments are what readers wrote only where most of the page is something else. */
const MOST = 0.5
/** A comment is text, not its buttons. */
const MAX_LINKED = 0.5
const COMMENT_WORDS = 3

/** Blocks of a list or table between two that are kept, which are kept as well where they are this likely. */
const MAX_GAP = 2
const LIKELY = 0.03
const LISTS = ['ul', 'ol', 'dl', 'table'].map((name) => TAG[name]) as readonly number[]

/** Chooses the blocks of a page that are its main content. */
export function createChooser(): (page: ReadPage, preset: Preset, withComments: boolean) => Uint8Array {
  const copies = new Copies()
  return (page, preset, withComments) => {
    const { blocks, guesses } = page
    const { count, stats } = blocks
    const kept = new Uint8Array(count)
    const threshold = Math.min(
      thresholdOf(blocks, guesses, PREFERENCES[preset]),
      NEAR * mostOf(guesses, count),
    )
    const comments = page.isForum ? undefined : commentsOf(page)
    copies.clear()
    for (let block = 0; block < count; block++) {
      if (comments?.[block] === 1) {
        if (withComments && isText(page, block)) kept[block] = 1
        continue
      }
      if ((guesses[block] as number) < threshold) continue
      const isShort = (stats[block * STATS + Stat.words] as number) < RUN
      if (isShort || !isCopy(copies, page, block)) kept[block] = 1
    }
    fillGaps(page, kept, comments)
    dropLastHeadings(page, kept)
    return kept
  }
}

/** Keeps the few items and cells that the model would leave out of the midst of a list or a table. */
function fillGaps({ tree, blocks, guesses }: ReadPage, kept: Uint8Array, comments?: Uint8Array): void {
  const { count, element } = blocks
  let before = -1
  for (let block = 0; block < count; block++) {
    if (kept[block] !== 1) continue
    const gap = block - before - 1
    if (before >= 0 && gap > 0 && gap <= MAX_GAP) {
      const list = listAround(tree, element[before] as number)
      if (list > 0 && (element[block] as number) < (tree.end[list] as number)) {
        for (let inner = before + 1; inner < block; inner++)
          if ((guesses[inner] as number) >= LIKELY && comments?.[inner] !== 1) kept[inner] = 1
      }
    }
    before = block
  }
}

/** The innermost list or table around a node; 0 for none. */
function listAround({ tag, parent }: Tree, node: number): number {
  let at = node
  while (at > 0 && !LISTS.includes(tag[at] as number)) at = parent[at] as number
  return Math.max(0, at)
}

/** Leaves out headings at the end, under which nothing stands: they belong to what is not kept. */
function dropLastHeadings({ blocks: { count, all } }: ReadPage, kept: Uint8Array): void {
  let last = count - 1
  while (last >= 0 && (kept[last] !== 1 || ((all[last] as number) & State.heading) !== 0)) last--
  if (last >= 0) kept.fill(0, last + 1)
}

function isCopy(copies: Copies, { tree, states: { state }, blocks }: ReadPage, block: number): boolean {
  const last = blocks.last[block] as number
  copies.startText()
  for (let node = blocks.first[block] as number; node <= last; node++) {
    if (tree.tag[node] !== TEXT) continue
    if (((tree.gap[node] as number) & ~Gap.block) !== 0) copies.endWord()
    if (((state[tree.parent[node] as number] as number) & State.unread) === 0)
      copies.add(tree.bytes, tree.from[node] as number, tree.to[node] as number)
  }
  return copies.isCopy(tree.parent[blocks.element[block] as number] as number)
}

function mostOf(guesses: Float64Array, count: number): number {
  let most = 0
  for (let block = 0; block < count; block++)
    if ((guesses[block] as number) > most) most = guesses[block] as number
  return most
}

/** 1 for each block in what readers wrote below the page's text; none where that is most of the page. */
function commentsOf({ blocks, guesses }: ReadPage): Uint8Array | undefined {
  const { count, stats, all } = blocks
  let inside = 0
  let total = 0
  const found = new Uint8Array(count)
  for (let block = 0; block < count; block++) {
    const mass = (guesses[block] as number) * (stats[block * STATS + Stat.words] as number)
    total += mass
    if ((all[block] as number) & State.comments) {
      found[block] = 1
      inside += mass
    }
  }
  return inside > MOST * total ? undefined : found
}

function isText({ blocks: { stats } }: ReadPage, block: number): boolean {
  const base = block * STATS
  const words = stats[base + Stat.words] as number
  return words >= COMMENT_WORDS && (stats[base + Stat.linkWords] as number) <= MAX_LINKED * words
}

import { STATS, Stat } from './blocks.ts'
import { Copies, RUN } from './copies.ts'
import { State } from './element-state.ts'
import type { Preset } from './extraction.ts'
import type { ReadPage } from './reader.ts'
import { type Preference, thresholdOf } from './selection.ts'
import { TEXT } from './tag-table.ts'
import { Gap } from './tree.ts'

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
    const comments = commentsOf(page)
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
    return kept
  }
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

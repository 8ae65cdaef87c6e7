import { sigmoid } from '../learn/boosted-trees.ts'
import { RowScorer } from '../learn/row-scorer.ts'
import { BlockReader, type Blocks } from './blocks.ts'
import { unpackModel } from './content-model.ts'
import { type ElementStates, StateReader } from './element-state.ts'
import { CONTEXT_FEATURES, ContextReader } from './features/context.ts'
import { FEATURES, FeatureReader } from './features/features.ts'
import { readPageFacts } from './page-facts.ts'
import { gatherSources, type PageSources } from './page-sources.ts'
import { createParser } from './parse.ts'
import type { Tree } from './tree.ts'

/**
 * A block whose first guess is below this is no content, and is not looked at again: half to three quarters of all
 * blocks. By cross-validation, up to .05 costs nothing (docs/decisions/0003-main-content.md).
 */
const SURE = 0.02

/** Blocks whose features are made and scored at once. */
const CHUNK = 32

/** A page as the model sees it. All of it is written over by the reader's next page. */
export interface ReadPage {
  readonly tree: Tree
  readonly sources: PageSources
  readonly states: ElementStates
  readonly blocks: Blocks
  /** Probability that a block is main content, by its number. */
  readonly guesses: Float64Array
  /** The page calls itself a discussion in a forum. */
  readonly isForum: boolean
}

/** Makes a reader of pages: what it needs is made once, a few megabytes that grow with the largest page. */
export function createReader(): (bytes: Uint8Array, url: string) => ReadPage {
  const model = unpackModel()
  const parse = createParser()
  const states = new StateReader(model.names)
  const blocks = new BlockReader(model.words)
  const features = new FeatureReader()
  const context = new ContextReader()
  const own = FEATURES.length
  const width = own + CONTEXT_FEATURES.length
  let guesses = new Float64Array(0)
  /** Blocks that are not surely something else, and their rows. */
  let open = new Int32Array(0)
  const scorer = new RowScorer([model.first, model.second], width)
  let sums = new Float64Array(CHUNK)
  return (bytes, url) => {
    const tree = parse(bytes)
    states.read(tree)
    const sources = gatherSources(tree)
    const facts = readPageFacts(sources, url)
    blocks.read(tree, states, facts.titleNode)
    const { count } = blocks
    if (guesses.length < count) {
      guesses = new Float64Array(2 * count)
      open = new Int32Array(2 * count)
    }
    features.start(tree, states, blocks, facts)
    let found = 0
    for (let start = 0; start < count; start += CHUNK) {
      const stop = Math.min(start + CHUNK, count)
      scorer.reserve(found + CHUNK)
      const { rows } = scorer
      for (let block = start; block < stop; block++) features.write(rows, (found + block - start) * width)
      scorer.score(0, found, stop - start, sums)
      const first = found
      for (let block = start; block < stop; block++) {
        const guess = sigmoid(sums[block - start] as number)
        guesses[block] = guess
        if (guess < SURE) continue
        const row = first + block - start
        if (row > found) rows.copyWithin(found * width, row * width, row * width + own)
        open[found++] = block
      }
    }
    const { clusters } = features
    context.write(
      { tree, states, blocks, clusters, guesses },
      open.subarray(0, found),
      scorer.rows,
      width,
      own,
    )
    if (sums.length < found) sums = new Float64Array(2 * found)
    scorer.score(1, 0, found, sums)
    for (let index = 0; index < found; index++)
      guesses[open[index] as number] = sigmoid(sums[index] as number)
    return { tree, sources, states, blocks, guesses, isForum: facts.isForum }
  }
}

import { scoreRow, sigmoid } from '../learn/boosted-trees.ts'
import { BlockReader, type Blocks } from './blocks.ts'
import { unpackModel } from './content-model.ts'
import { CONTEXT_FEATURES, ContextReader } from './context.ts'
import { type ElementStates, StateReader } from './element-state.ts'
import { FEATURES, FeatureReader } from './features.ts'
import { readPageFacts } from './page-facts.ts'
import { createParser } from './parse.ts'
import type { Tree } from './tree.ts'

/** A page as the model sees it. All of it is written over by the reader's next page. */
export interface ReadPage {
  readonly tree: Tree
  readonly states: ElementStates
  readonly blocks: Blocks
  /** Probability that a block is main content, by its number. */
  readonly guesses: Float64Array
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
  let rows = new Float32Array(0)
  return (bytes, url) => {
    const tree = parse(bytes)
    states.read(tree)
    const facts = readPageFacts(tree, url)
    blocks.read(tree, states, facts.titleNode)
    const { count } = blocks
    if (guesses.length < count) guesses = new Float64Array(2 * count)
    if (rows.length < count * width) rows = new Float32Array(2 * count * width)
    const first = features.read(tree, states, blocks, facts)
    for (let block = 0; block < count; block++) {
      guesses[block] = sigmoid(scoreRow(model.first, first, block * own))
      rows.set(first.subarray(block * own, (block + 1) * own), block * width)
    }
    context.read(tree, states, blocks, features, guesses, rows, width, own)
    for (let block = 0; block < count; block++)
      guesses[block] = sigmoid(scoreRow(model.second, rows, block * width))
    return { tree, states, blocks, guesses }
  }
}

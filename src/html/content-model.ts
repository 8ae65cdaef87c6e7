import { type BoostedTrees, DEPTH } from '../learn/boosted-trees.ts'
import { WEIGHTS } from './content-weights.ts'
import { Lexicon } from './lexicon.ts'

/** What tells main content from the rest of a page. */
export interface ContentModel {
  /** Of names in `class`, `id`, `role` and `itemprop`, and of words in text and whole short lines. */
  readonly names: Lexicon
  readonly words: Lexicon
  /** Guesses at a block by itself, and at a block among the first guesses. */
  readonly first: BoostedTrees
  readonly second: BoostedTrees
}

/** Unpacks the weights that `scripts/content-model` made. A few milliseconds. */
export function unpackModel(): ContentModel {
  return {
    names: lexicon(WEIGHTS.names),
    words: lexicon(WEIGHTS.words),
    first: forest(WEIGHTS.first),
    second: forest(WEIGHTS.second),
  }
}

interface PackedForest {
  readonly bias: number
  readonly features: string
  readonly thresholds: string
  readonly leaves: string
}

function forest({ bias, features, thresholds, leaves }: PackedForest): BoostedTrees {
  const asked = new Uint16Array(bufferOf(features))
  return {
    count: asked.length / DEPTH,
    bias,
    features: asked,
    thresholds: new Float32Array(bufferOf(thresholds)),
    leaves: new Float32Array(bufferOf(leaves)),
  }
}

function lexicon({ keys, weights }: { readonly keys: string; readonly weights: string }): Lexicon {
  return new Lexicon(
    new Int32Array(bufferOf(keys)),
    Float32Array.from(new Int8Array(bufferOf(weights)), (weight) => weight / 20),
  )
}

/** Bytes in a buffer of their own, so that wider numbers stand on their boundaries. */
function bufferOf(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer
}

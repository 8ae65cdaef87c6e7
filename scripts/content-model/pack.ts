import { readFileSync, writeFileSync } from 'node:fs'
import { DEPTH } from '../../src/learn/boosted-trees.ts'

/** Packs `model.json` of `train.py` into `src/html/content-weights.ts`: `node scripts/content-model/pack.ts MODEL.json`. */
interface Tree {
  /** Feature and border of each level. */
  readonly splits: readonly (readonly [feature: number, border: number])[]
  readonly leaves: readonly number[]
}
interface Forest {
  readonly bias: number
  readonly trees: readonly Tree[]
}
interface Entries {
  readonly keys: readonly number[]
  readonly weights: readonly number[]
}
interface Model {
  readonly lexicon: { readonly names: Entries; readonly words: Entries }
  readonly first: Forest
  readonly second: Forest
}

const TARGET = new URL('../../src/html/content-weights.ts', import.meta.url)
const model = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Model

function forest({ bias, trees }: Forest): string {
  const features: number[] = []
  const thresholds: number[] = []
  const leaves = new Float32Array(trees.length << DEPTH)
  for (const [index, tree] of trees.entries()) {
    if (tree.splits.length > DEPTH) throw new Error(`a tree of ${tree.splits.length} levels`)
    for (let level = 0; level < DEPTH; level++) {
      // A level that asks nothing is always answered by no.
      const [feature, border] = tree.splits[level] ?? [0, Number.POSITIVE_INFINITY]
      features.push(fitting(feature))
      thresholds.push(border)
    }
    leaves.set(tree.leaves, index << DEPTH)
  }
  return `{
    bias: ${bias},
    features: '${packed(Uint16Array.from(features))}',
    thresholds: '${packed(Float32Array.from(thresholds))}',
    leaves: '${packed(leaves)}',
  }`
}

function fitting(feature: number): number {
  if (feature > 65_535) throw new Error(`feature ${feature} does not fit`)
  return feature
}

function lexicon({ keys, weights }: Entries): string {
  // Weights are steps of 0.05 from -6 to 6.
  return `{ keys: '${packed(Int32Array.from(keys))}', weights: '${packed(Int8Array.from(weights, (weight) => Math.round(weight * 20)))}' }`
}

function packed(array: Int32Array | Uint16Array | Int8Array | Float32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}

writeFileSync(
  TARGET,
  `// Made by scripts/content-model/pack.ts from pages that people labelled. Do not edit: train again.
// biome-ignore format: long strings
export const WEIGHTS = {
  names: ${lexicon(model.lexicon.names)},
  words: ${lexicon(model.lexicon.words)},
  first: ${forest(model.first)},
  second: ${forest(model.second)},
} as const
`,
)

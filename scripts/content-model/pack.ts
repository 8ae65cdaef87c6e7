import { readFileSync, writeFileSync } from 'node:fs'

/** Packs `model.json` of `train.py` into `src/html/content-weights.ts`: `node scripts/content-model/pack.ts MODEL.json`. */
interface Split {
  readonly split_feature: number
  readonly threshold: number
  readonly decision_type: string
  readonly left_child: Node
  readonly right_child: Node
}
interface Leaf {
  readonly leaf_value: number
}
type Node = Split | Leaf
interface Entries {
  readonly keys: readonly number[]
  readonly weights: readonly number[]
}
interface Model {
  readonly lexicon: { readonly names: Entries; readonly words: Entries }
  readonly first: readonly { readonly tree_structure: Node }[]
  readonly second: readonly { readonly tree_structure: Node }[]
}

const TARGET = new URL('../../src/html/content-weights.ts', import.meta.url)
const model = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Model

function forest(trees: readonly { readonly tree_structure: Node }[]): string {
  const roots: number[] = []
  const features: number[] = []
  const thresholds: number[] = []
  const children: number[] = []
  const leaves: number[] = []
  const add = (node: Node): number => {
    if ('leaf_value' in node) return ~(leaves.push(node.leaf_value) - 1)
    if (node.decision_type !== '<=') throw new Error(`unknown decision ${node.decision_type}`)
    const at = features.push(node.split_feature) - 1
    thresholds.push(node.threshold)
    children.push(0, 0)
    children[2 * at] = add(node.left_child)
    children[2 * at + 1] = add(node.right_child)
    return at
  }
  for (const { tree_structure } of trees) roots.push(add(tree_structure))
  return `{
    roots: '${packed(Int16Array.from(roots))}',
    features: '${packed(Uint16Array.from(features.map(fitting)))}',
    thresholds: '${packed(Float32Array.from(thresholds))}',
    children: '${packed(Int16Array.from(children))}',
    leaves: '${packed(Float32Array.from(leaves))}',
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

function packed(
  array: Int16Array | Int32Array | Uint16Array | Uint8Array | Int8Array | Float32Array,
): string {
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

import { BestLabels, type Scored } from './best-labels.ts'
import type { Matrix } from './matrix.ts'

/** The `count` best labels of a hidden vector, best first, none whose probability is below `threshold`. */
export type Rank = (hidden: Float32Array, count: number, threshold: number) => readonly Scored[]

/** The library's logarithm, which keeps 0 finite: a probability of 1 is reported as 1.00001. */
function logOf(probability: number): number {
  return Math.fround(Math.log(Math.fround(probability) + 1e-5))
}

/** Ranks by softmax over all labels. */
export function softmax(output: Matrix): Rank {
  const values = new Float32Array(output.rows)
  return (hidden, count, threshold) => {
    let most = Number.NEGATIVE_INFINITY
    for (let row = 0; row < values.length; row++) {
      const value = output.dotRow(hidden, row)
      values[row] = value
      if (value > most) most = value
    }
    let sum = 0
    for (let row = 0; row < values.length; row++) {
      const value = Math.fround(Math.exp((values[row] ?? 0) - most))
      values[row] = value
      sum = Math.fround(sum + value)
    }
    for (let row = 0; row < values.length; row++) values[row] = (values[row] ?? 0) / sum
    return best(values, count, threshold)
  }
}

const SIGMOID_STEPS = 512
const MAX_SIGMOID = 8

/** Ranks by a logistic function for each label, from the library's table of 512 steps between -8 and 8. */
export function oneAgainstAll(output: Matrix): Rank {
  const table = Float32Array.from({ length: SIGMOID_STEPS + 1 }, (_, step) => {
    const value = (step * 2 * MAX_SIGMOID) / SIGMOID_STEPS - MAX_SIGMOID
    return 1 / (1 + Math.exp(-value))
  })
  const values = new Float32Array(output.rows)
  return (hidden, count, threshold) => {
    for (let row = 0; row < values.length; row++) {
      const value = output.dotRow(hidden, row)
      const step = Math.trunc(((value + MAX_SIGMOID) * SIGMOID_STEPS) / MAX_SIGMOID / 2)
      values[row] = value < -MAX_SIGMOID ? 0 : value > MAX_SIGMOID ? 1 : (table[step] ?? 0)
    }
    return best(values, count, threshold)
  }
}

function best(values: Float32Array, count: number, threshold: number): readonly Scored[] {
  const found = new BestLabels(count)
  for (let label = 0; label < values.length; label++) {
    const value = values[label] ?? 0
    const score = logOf(value)
    if (value >= threshold && found.admits(score)) found.add({ label, score })
  }
  return found.sorted()
}

/**
 * Ranks by hierarchical softmax: a label's probability is the product of the turns on the way to it in a Huffman tree
 * of the labels' counts, which are in falling order.
 *
 * @see Goodman 2001, "Classes for fast maximum entropy training".
 */
export function hierarchicalSoftmax(output: Matrix, counts: readonly number[]): Rank {
  const { left, right } = huffman(counts)
  const leaves = counts.length
  const root = 2 * leaves - 2
  return (hidden, count, threshold) => {
    const found = new BestLabels(count)
    const least = logOf(threshold)
    // Depth first, left before right, without recursion: a tree of n labels can be n deep.
    const waiting = [{ node: root, score: 0 }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, score } = next
      if (score < least || !found.admits(score)) continue
      if (node < leaves) {
        found.add({ label: node, score })
        continue
      }
      const turn = Math.fround(1 / (1 + Math.exp(-output.dotRow(hidden, node - leaves))))
      waiting.push({ node: right[node] ?? 0, score: Math.fround(score + logOf(turn)) })
      waiting.push({ node: left[node] ?? 0, score: Math.fround(score + logOf(1 - turn)) })
    }
    return found.sorted()
  }
}

/** Children of each inner node; leaves are the labels, and the last node is the root. O(labels). */
function huffman(counts: readonly number[]): { readonly left: Int32Array; readonly right: Int32Array } {
  const leaves = counts.length
  const size = Math.max(1, 2 * leaves - 1)
  const weights = new Float64Array(size).fill(1e15)
  weights.set(counts)
  const left = new Int32Array(size)
  const right = new Int32Array(size)
  let leaf = leaves - 1
  let inner = leaves
  const lightest = (): number =>
    leaf >= 0 && (weights[leaf] ?? 0) < (weights[inner] ?? 0) ? leaf-- : inner++
  for (let node = leaves; node < 2 * leaves - 1; node++) {
    const first = lightest()
    const second = lightest()
    left[node] = first
    right[node] = second
    weights[node] = (weights[first] ?? 0) + (weights[second] ?? 0)
  }
  return { left, right }
}

/**
 * A sum of regression trees over rows of numbers, as gradient boosting makes them.
 *
 * A split goes left where the row's number is at most the threshold. All trees stand in the same arrays:
 * `children` holds, for each split, the place of its left and of its right child; a negative child `c` is
 * the leaf `~c`. `roots` holds where each tree begins (a negative root is a tree of one leaf).
 */
export interface BoostedTrees {
  readonly roots: Int32Array
  readonly features: Uint16Array
  readonly thresholds: Float32Array
  readonly children: Int32Array
  readonly leaves: Float32Array
}

/** Sum of all trees for the row that begins at `base`: the logarithm of odds for a model of yes or no. O(trees * depth). */
export function scoreRow(trees: BoostedTrees, rows: Float32Array, base: number): number {
  const { roots, features, thresholds, children, leaves } = trees
  let sum = 0
  for (let tree = 0; tree < roots.length; tree++) {
    let at = roots[tree] as number
    while (at >= 0) {
      const isRight = (rows[base + (features[at] as number)] as number) > (thresholds[at] as number)
      at = children[2 * at + (isRight ? 1 : 0)] as number
    }
    sum += leaves[~at] as number
  }
  return sum
}

/** Probability for the logarithm of odds. */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score))
}

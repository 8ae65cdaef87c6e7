/**
 * A sum of symmetric regression trees over rows of numbers, as gradient boosting makes them.
 *
 * All splits of one level of a symmetric tree ask the same question, so that a tree is `depth` questions whose
 * answers are the bits of a leaf's number: no branch depends on the data, and rows cost the same whatever they hold.
 * Question `depth * tree + level` is yes (bit `level`) where the row's number at `features` is above `thresholds`;
 * leaf `n` of a tree stands at `(tree << depth) + n`.
 *
 * @see Prokhorenkova et al. 2018, "CatBoost: unbiased boosting with categorical features", section 4.
 */
export interface BoostedTrees {
  readonly count: number
  /** Added to the sum of the leaves. */
  readonly bias: number
  readonly features: Uint16Array
  readonly thresholds: Float32Array
  readonly leaves: Float32Array
}

/** Questions of every tree. */
export const DEPTH = 6

/** Sum of all trees for the row that begins at `base`: the logarithm of odds for a model of yes or no. O(trees). */
export function scoreRow(trees: BoostedTrees, rows: Float32Array, base: number): number {
  const { count, bias, features, thresholds, leaves } = trees
  let sum = bias
  for (let tree = 0, at = 0; tree < count; tree++, at += DEPTH) {
    // Written out: a loop over the levels costs three times as much.
    const leaf =
      above(rows, base + (features[at] as number), thresholds[at] as number) |
      (above(rows, base + (features[at + 1] as number), thresholds[at + 1] as number) << 1) |
      (above(rows, base + (features[at + 2] as number), thresholds[at + 2] as number) << 2) |
      (above(rows, base + (features[at + 3] as number), thresholds[at + 3] as number) << 3) |
      (above(rows, base + (features[at + 4] as number), thresholds[at + 4] as number) << 4) |
      (above(rows, base + (features[at + 5] as number), thresholds[at + 5] as number) << 5)
    sum += leaves[(tree << DEPTH) | leaf] as number
  }
  return sum
}

/** 1 or 0, without a branch. */
function above(rows: Float32Array, at: number, threshold: number): number {
  return Number((rows[at] as number) > threshold)
}

/** Probability for the logarithm of odds. */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score))
}

/** Scores from 0 to 1 as counts in bins of equal width: what a choice of alpha needs of any number of documents. */
export class ScoreCounts {
  static readonly BINS = 4096
  readonly bins = new Float64Array(ScoreCounts.BINS)
  total = 0

  add(score: number): void {
    const bin = Math.min(ScoreCounts.BINS - 1, Math.max(0, Math.floor(score * ScoreCounts.BINS)))
    this.bins[bin] = (this.bins[bin] as number) + 1
    this.total++
  }
}

/** What an alpha would keep. */
export interface AlphaOutcome {
  readonly alpha: number
  /** Share of the documents that is kept, as expected. */
  readonly keptRatio: number
  /**
   * Wasserstein-1 distance between the scores of what is kept and those of the positives, 0 to 1: how far, on average, a score
   * would have to move to make one distribution of the other.
   */
  readonly distance: number
  /** Largest difference between the two cumulative distributions (Kolmogorov and Smirnov), 0 to 1. */
  readonly largestGap: number
}

export interface AlphaFit {
  readonly best: AlphaOutcome
  /** Everything kept. */
  readonly without: AlphaOutcome
  readonly table: readonly AlphaOutcome[]
  /** Whether a larger alpha than can be asked for would still be nearer. */
  readonly atLimit: boolean
}

export const MOST_ALPHA = 100
const SHOWN = [1, 2, 3, 5, 7, 9, 12, 16, 24, 36, 60, 100]
const GRID = 200
const LEAST_ALPHA = 0.05
const STEPS = 40

/**
 * The alpha whose kept documents have scores like those of the positives: the one with the least Wasserstein-1 distance
 * between the two. GPT-3 chose its 9 in this spirit and does not say how. This distance, and not the largest gap of the
 * cumulative distributions, because it asks by how much scores differ, and changes smoothly with alpha: the gap is
 * decided at one score alone.
 *
 * What is kept is taken as expected, each score with the chance `(2 - score)^-alpha`, so that no draw decides.
 */
export function fitAlpha(documents: ScoreCounts, positives: ScoreCounts): AlphaFit {
  const at = (alpha: number): AlphaOutcome => outcomeOf(documents, positives, alpha)
  const grid = Array.from(
    { length: GRID + 1 },
    (_, index) => LEAST_ALPHA * (MOST_ALPHA / LEAST_ALPHA) ** (index / GRID),
  )
  const coarse = grid.map(at)
  const index = coarse.reduce(
    (low, each, place) => (each.distance < (coarse[low]?.distance ?? 0) ? place : low),
    0,
  )
  let low = grid[Math.max(0, index - 1)] as number
  let high = grid[Math.min(GRID, index + 1)] as number
  // Between neighbours of the grid the distance has one bottom.
  for (let step = 0; step < STEPS; step++) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3]
    if (at(left).distance <= at(right).distance) high = right
    else low = left
  }
  const rounded = at(Number(((low + high) / 2).toPrecision(3)))
  const best =
    rounded.distance <= (coarse[index] as AlphaOutcome).distance ? rounded : (coarse[index] as AlphaOutcome)
  return { best, without: at(0), table: SHOWN.map(at), atLimit: index === GRID }
}

/** Chance that a document of a score is kept. */
export function keepChance(score: number, alpha: number): number {
  return (2 - score) ** -alpha
}

/** How many documents of each bin are kept, as expected. */
export function keptCounts({ bins }: ScoreCounts, alpha: number): Float64Array {
  return bins.map((count, bin) => count * keepChance((bin + 0.5) / ScoreCounts.BINS, alpha))
}

function outcomeOf(documents: ScoreCounts, positives: ScoreCounts, alpha: number): AlphaOutcome {
  const kept = keptCounts(documents, alpha)
  const total = kept.reduce((sum, count) => sum + count, 0)
  let [below, belowPositive, distance, largestGap] = [0, 0, 0, 0]
  for (let bin = 0; bin < kept.length; bin++) {
    below += kept[bin] as number
    belowPositive += positives.bins[bin] as number
    const gap = Math.abs(below / total - belowPositive / positives.total)
    distance += gap / kept.length
    largestGap = Math.max(largestGap, gap)
  }
  return { alpha, keptRatio: total / documents.total, distance, largestGap }
}

/** Counts of a signal's values in bins of equal width on its scale. */
export interface Histogram {
  /** `log` bins log10(1 + x): for counts and lengths with a long tail. `whole`: a bin a whole number. */
  readonly scale: 'linear' | 'log' | 'whole'
  /** Bin borders, ascending: one more than there are bins. A bin holds its lower border. */
  readonly edges: readonly number[]
  /** All documents that were measured. */
  readonly before: readonly number[]
  /** The kept ones among them. */
  readonly after: readonly number[]
  /** Measured documents below the first border and from the last border up. */
  readonly outside: { readonly below: number; readonly above: number }
}

/** Position of a value on a scale. */
export function onScale(scale: Histogram['scale'], value: number): number {
  return scale === 'log' ? Math.log10(1 + value) : value
}

const BINS = 60
/** Digits that a border keeps, and the least width of a bin as a share of its values. */
const DIGITS = 12
const RESOLUTION = 10 ** (1 - DIGITS)

/**
 * Bin borders for values like those of `sample`, wide enough for nearly all of them and for the limits
 * that are near them.
 *
 * The range is that of the sample's 0.5 and 99.5 percentiles, or of the extremes where those are not far
 * out. Steps are 1, 2 or 5 times a power of ten, so that limits tend to fall on a border.
 *
 * @param sample finite values, in any order; none gives one bin.
 */
export function binEdges(
  sample: readonly number[],
  limits: readonly number[],
): Pick<Histogram, 'scale' | 'edges'> {
  const sorted = [...sample].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  const whole = sorted.length > 0 && sorted.every(Number.isInteger)
  // One more on each side of a limit, so that both are there when all documents are on one.
  const shown = whole
    ? limits.flatMap((limit) => [at(0) < 0 ? limit - 1 : Math.max(0, limit - 1), limit + 1])
    : limits
  const { low, high } = range(
    at(0),
    at(0.005),
    sorted[Math.ceil(0.995 * (sorted.length - 1))] ?? 0,
    at(1),
    shown,
  )
  const median = at(0.5)
  if (low >= 0 && high >= 50 && high > 8 * Math.max(median, 1)) {
    const top = Math.log10(1 + high)
    const bottom = Math.log10(1 + low)
    const width = (top - bottom) / BINS
    const edges = Array.from({ length: BINS + 1 }, (_, index) => 10 ** (bottom + index * width) - 1)
    // The last value itself is inside.
    edges[BINS] = high + Math.max(1e-9, high * 1e-9)
    edges[0] = low
    return { scale: 'log', edges }
  }
  const wished = Math.max(niceStep(high / BINS - low / BINS), whole ? 1 : 0) || 1
  // Values that differ behind their 11th digit only get bins that a number can tell apart.
  const step = Math.max(wished, niceStep(Math.max(Math.abs(low), Math.abs(high)) * RESOLUTION))
  const first = Math.floor(low / step)
  const last = Math.max(first, Math.floor(high / step + 1e-9)) + 1
  const edges = Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step))
  return { scale: whole && step === 1 ? 'whole' : 'linear', edges }
}

function range(
  min: number,
  low: number,
  high: number,
  max: number,
  limits: readonly number[],
): { low: number; high: number } {
  const spread = high - low
  let from = low - min <= spread / 4 ? min : low
  let to = max - high <= spread / 4 ? max : high
  const width = to - from || Math.abs(to) || 1
  for (const limit of limits) {
    if (limit >= from - width && limit < from) from = limit
    if (limit <= to + width && limit > to) to = limit
  }
  return { low: from, high: to }
}

/** The smallest of 1, 2 and 5 times a power of ten that is at least `width`; 0 for 0. */
export function niceStep(width: number): number {
  if (!(width > 0) || !Number.isFinite(width)) return 0
  const power = 10 ** Math.floor(Math.log10(width))
  const factor = [1, 2, 5, 10].find((each) => each * power >= width * (1 - 1e-9)) ?? 10
  return tidy(factor * power)
}

/** Without the last digits of a product of decimals: 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(DIGITS))
}

/** A histogram while it is being counted. */
export class HistogramCount {
  readonly #scale: Histogram['scale']
  readonly #edges: readonly number[]
  readonly #before: Float64Array
  readonly #after: Float64Array
  #below = 0
  #above = 0

  constructor({ scale, edges }: Pick<Histogram, 'scale' | 'edges'>) {
    this.#scale = scale
    this.#edges = edges
    this.#before = new Float64Array(edges.length - 1)
    this.#after = new Float64Array(edges.length - 1)
  }

  add(value: number, kept: boolean): void {
    const bin = this.#binOf(value)
    if (bin < 0) this.#below++
    else if (bin >= this.#before.length) this.#above++
    else {
      this.#before[bin] = (this.#before[bin] ?? 0) + 1
      if (kept) this.#after[bin] = (this.#after[bin] ?? 0) + 1
    }
  }

  /** Index of the last border that is not above the value; -1 below the first. */
  #binOf(value: number): number {
    let low = 0
    let high = this.#edges.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#edges[middle] ?? 0) <= value) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  finish(): Histogram {
    return {
      scale: this.#scale,
      edges: this.#edges,
      before: [...this.#before],
      after: [...this.#after],
      outside: { below: this.#below, above: this.#above },
    }
  }
}

/** Every n-th of a stream's values, at most 4,096 of them, n doubling as the stream goes on. */
export class Thinned {
  readonly #values: number[] = []
  #stride = 1
  #seen = 0

  add(value: number): void {
    if (this.#seen++ % this.#stride !== 0) return
    this.#values.push(value)
    if (this.#values.length < 4096) return
    for (let index = 0; index < 2048; index++) this.#values[index] = this.#values[index * 2] ?? 0
    this.#values.length = 2048
    this.#stride *= 2
  }

  values(): readonly number[] {
    return this.#values
  }
}

import { Curvature } from './curvature.ts'

/** A function's value on a line, and how it changes there with the length of the step. */
export interface OnLine {
  readonly value: number
  readonly slope: number
}

/** A smooth convex function at a point that moves, cheap to ask along a line. */
export interface LineFunction {
  /** Starts where the point is 0 in all coordinates. */
  readonly coordinates: number
  /** Writes the gradient at the point. */
  readonly gradient: (gradient: Float64Array) => Promise<void>
  /** Lays a line through the point. */
  readonly lay: (direction: Float64Array) => Promise<void>
  /** The function on the line, so many directions from the point. */
  readonly at: (length: number) => Promise<OnLine>
  /** Moves the point along the line. */
  readonly move: (length: number) => void
}

export interface MinimiseOptions {
  /** The function at its start. */
  readonly value: number
  readonly mostIterations: number
  /** Ends where the value falls by less than this share of itself. */
  readonly tolerance: number
  /** Share of the way to the bottom that the first step goes, above 0 and up to 1. */
  readonly firstShare: number
  /** Told after each step; `true` = stop. */
  readonly taken: (value: number, iteration: number) => boolean
}

/** Pairs of steps and changes of gradient that the curvature is guessed from. */
const MEMORY = 10
/** A line is followed until its slope is down to this share: near its bottom. */
const FLAT = 0.1
const MOST_TRIES = 40

/**
 * Minimises a function by L-BFGS (Nocedal and Wright 2006, algorithms 7.4 and 7.5) with a search for the bottom of each line. Every
 * sum is taken in the order of the coordinates, so equal answers give equal points, to the bit.
 */
export async function minimise(of: LineFunction, options: MinimiseOptions): Promise<void> {
  const { mostIterations, tolerance, firstShare, taken } = options
  let gradient = new Float64Array(of.coordinates)
  let before = new Float64Array(of.coordinates)
  const direction = new Float64Array(of.coordinates)
  const curvature = new Curvature(MEMORY)
  let { value } = options
  await of.gradient(gradient)
  for (let iteration = 1; iteration <= mostIterations; iteration++) {
    let slope = curvature.descent(gradient, direction)
    if (!(slope < 0)) {
      curvature.clear()
      slope = curvature.descent(gradient, direction)
      if (slope === 0) return
    }
    await of.lay(direction)
    // The first direction is the bare gradient, whose length says nothing of how far to go.
    let length = await bottom(of, { value, slope }, curvature.isEmpty ? 1 / Math.sqrt(-slope) : 1)
    if (length === undefined) return
    if (iteration === 1) length *= firstShare
    const found = (await of.at(length)).value
    of.move(length)
    const fall = value - found
    value = found
    if (taken(value, iteration) || fall <= tolerance * Math.max(Math.abs(value), 1e-12)) return
    ;[before, gradient] = [gradient, before]
    await of.gradient(gradient)
    curvature.add(direction, length, before, gradient)
  }
}

/** Length of a step to about where a line is lowest; `undefined` where it does not fall any more. */
async function bottom(of: LineFunction, start: OnLine, first: number): Promise<number | undefined> {
  let [low, high] = [0, Number.POSITIVE_INFINITY]
  let [lowSlope, highSlope] = [start.slope, Number.POSITIVE_INFINITY]
  let length = first
  let wasLong: boolean | undefined
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { value, slope } = await of.at(length)
    const falls = value < start.value
    if (falls && Math.abs(slope) <= -FLAT * start.slope) return length
    const isLong = slope > 0 || !falls
    // An end that stays twice counts half (Illinois): or else a steep one would hold the guess on its side.
    if (isLong) {
      if (wasLong === true) lowSlope /= 2
      ;[high, highSlope] = [length, slope]
    } else {
      if (wasLong === false) highSlope /= 2
      ;[low, lowSlope] = [length, slope]
    }
    wasLong = isLong
    length = between(low, lowSlope, high, highSlope)
  }
  return low > 0 ? low : undefined
}

/** Where the slope is 0 if it changes evenly; not too near either end. */
function between(low: number, lowSlope: number, high: number, highSlope: number): number {
  if (high === Number.POSITIVE_INFINITY) return 3 * low
  const share = lowSlope / (lowSlope - highSlope)
  return low + (high - low) * (share >= 0 && share <= 1 ? Math.min(Math.max(share, 0.05), 0.95) : 0.5)
}

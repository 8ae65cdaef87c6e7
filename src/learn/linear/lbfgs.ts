/** A function's value at a point, and its gradient there. */
export interface Evaluation {
  readonly value: number
  readonly gradient: Float64Array
}

export interface MinimiseOptions {
  readonly start: Float64Array
  /** What is found at `start`. */
  readonly first: Evaluation
  readonly evaluate: (point: Float64Array) => Promise<Evaluation>
  readonly mostIterations: number
  /** Ends where the value falls by less than this share of itself. */
  readonly tolerance: number
  /** Length of the first step. */
  readonly firstStep: number
  /** Told of each point that is taken; `true` = stop. */
  readonly taken: (point: Float64Array, value: number, iteration: number) => Promise<boolean>
}

/** Pairs of steps and changes of gradient that the curvature is guessed from. */
const MEMORY = 10
/** Share of the promised fall that a step must reach (Armijo). */
const ENOUGH = 1e-4
const MOST_HALVINGS = 30

/**
 * Minimises a smooth convex function by L-BFGS with a line search that goes back (Nocedal and Wright 2006, algorithms 7.4,
 * 7.5 and 3.1). Every sum is taken in the order of the coordinates, so equal evaluations give equal points, to the bit.
 */
export async function minimise(options: MinimiseOptions): Promise<Float64Array> {
  const { evaluate, mostIterations, tolerance, firstStep, taken } = options
  let point = options.start
  let { value, gradient } = options.first
  const pairs: { readonly step: Float64Array; readonly change: Float64Array; readonly rho: number }[] = []
  for (let iteration = 1; iteration <= mostIterations; iteration++) {
    let direction = descent(gradient, pairs)
    let slope = dot(direction, gradient)
    if (!(slope < 0)) {
      pairs.length = 0
      direction = negative(gradient)
      slope = dot(direction, gradient)
      if (slope === 0) return point
    }
    // The first direction is the bare gradient, whose length says nothing of how far to go.
    let length = pairs.length === 0 ? firstStep / Math.sqrt(-slope) : 1
    let next = moved(point, direction, length)
    let found = await evaluate(next)
    for (let tries = 0; !(found.value <= value + ENOUGH * length * slope); tries++) {
      if (tries === MOST_HALVINGS) return point
      length = shorter(length, slope, found.value - value)
      next = moved(point, direction, length)
      found = await evaluate(next)
    }
    const step = difference(next, point)
    const change = difference(found.gradient, gradient)
    const curvature = dot(step, change)
    if (curvature > 1e-12 * dot(change, change)) {
      pairs.push({ step, change, rho: 1 / curvature })
      if (pairs.length > MEMORY) pairs.shift()
    }
    const fall = value - found.value
    ;({ value, gradient } = found)
    point = next
    if (await taken(point, value, iteration)) return point
    if (fall <= tolerance * Math.max(Math.abs(value), 1e-12)) return point
  }
  return point
}

/** A shorter step: the bottom of the parabola through what is known, between a tenth and a half of the last. */
function shorter(length: number, slope: number, rise: number): number {
  const bottom = (-slope * length * length) / (2 * (rise - slope * length))
  return Number.isFinite(bottom) ? Math.min(Math.max(bottom, length / 10), length / 2) : length / 2
}

/** Minus the gradient, bent by the curvature that the last steps have shown. */
function descent(
  gradient: Float64Array,
  pairs: readonly { readonly step: Float64Array; readonly change: Float64Array; readonly rho: number }[],
): Float64Array {
  const direction = negative(gradient)
  const shares: number[] = []
  for (const { step, change, rho } of pairs.toReversed()) {
    const share = rho * dot(step, direction)
    shares.push(share)
    add(direction, change, -share)
  }
  const last = pairs.at(-1)
  if (last !== undefined) {
    const factor = 1 / (last.rho * dot(last.change, last.change))
    for (let at = 0; at < direction.length; at++) direction[at] = (direction[at] as number) * factor
  }
  for (const { step, change, rho } of pairs)
    add(direction, step, (shares.pop() ?? 0) - rho * dot(change, direction))
  return direction
}

/** In four sums, which do not wait for each other; always the same four. */
function dot(a: Float64Array, b: Float64Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0]
  const whole = a.length & ~3
  for (let at = 0; at < whole; at += 4) {
    first += (a[at] as number) * (b[at] as number)
    second += (a[at + 1] as number) * (b[at + 1] as number)
    third += (a[at + 2] as number) * (b[at + 2] as number)
    fourth += (a[at + 3] as number) * (b[at + 3] as number)
  }
  for (let at = whole; at < a.length; at++) first += (a[at] as number) * (b[at] as number)
  return first + second + (third + fourth)
}

function add(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let at = 0; at < target.length; at++)
    target[at] = (target[at] as number) + factor * (vector[at] as number)
}

function negative(vector: Float64Array): Float64Array {
  const result = new Float64Array(vector.length)
  add(result, vector, -1)
  return result
}

function moved(point: Float64Array, direction: Float64Array, length: number): Float64Array {
  const next = new Float64Array(point)
  add(next, direction, length)
  return next
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a)
  add(result, b, -1)
  return result
}

import { expect, it } from 'vitest'
import { drawn } from '../../../test/planted-quality.ts'
import { Curvature } from './curvature.ts'

const LENGTH = 1500
const MEMORY = 3

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, each, at) => sum + each * (b[at] ?? 0), 0)

/** The two loops of algorithm 7.4 as Nocedal and Wright write them. */
function twoLoops(
  pairs: readonly (readonly [Float64Array, Float64Array])[],
  gradient: Float64Array,
): Float64Array {
  const direction = gradient.map((each) => -each)
  const add = (vector: Float64Array, factor: number): void => {
    for (const [at, each] of vector.entries()) direction[at] = (direction[at] ?? 0) + factor * each
  }
  const shares = pairs.toReversed().map(([step, change]) => {
    const share = dot(step, direction) / dot(step, change)
    add(change, -share)
    return share
  })
  const last = pairs.at(-1)
  if (last !== undefined) {
    const scale = dot(...last) / dot(last[1], last[1])
    for (const [at, each] of direction.entries()) direction[at] = scale * each
  }
  for (const [step, change] of pairs)
    add(step, (shares.pop() ?? 0) - dot(change, direction) / dot(step, change))
  return direction
}

it('bends the gradient as the two loops of L-BFGS do', () => {
  const random = drawn(3)
  const vector = (): Float64Array => Float64Array.from({ length: LENGTH }, () => random() - 0.5)
  // The gradient of a bowl that is steeper in some coordinates than in others.
  const steepness = Float64Array.from({ length: LENGTH }, () => 0.5 + 4 * random())
  const curvature = new Curvature(MEMORY)
  const pairs: (readonly [Float64Array, Float64Array])[] = []
  let gradient = vector()
  const found = new Float64Array(LENGTH)
  for (let round = 0; round < 6; round++) {
    const slope = curvature.descent(gradient, found)
    const expected = twoLoops(pairs.slice(-MEMORY), gradient)
    const furthest = found.reduce((most, each, at) => Math.max(most, Math.abs(each - (expected[at] ?? 9))), 0)
    // Pairs are kept in 32 bits.
    expect(furthest).toBeLessThan(1e-5)
    expect(slope).toBeCloseTo(dot(found, gradient), 8)
    expect(slope).toBeLessThan(0)
    const [direction, length] = [vector(), 0.3 + random()]
    const step = direction.map((each) => length * each)
    const change = step.map((each, at) => each * (steepness[at] ?? 1))
    const next = gradient.map((each, at) => each + (change[at] ?? 0))
    curvature.add(direction, length, gradient, next)
    pairs.push([step, change])
    gradient = next
  }
})

it('leaves out a step along which nothing curves upwards', () => {
  const curvature = new Curvature(MEMORY)
  const [direction, from] = [Float64Array.of(1, 0), Float64Array.of(-1, 0)]
  curvature.add(direction, 1, from, Float64Array.of(-2, 0))
  expect(curvature.isEmpty).toBe(true)
  curvature.add(direction, 1, from, Float64Array.of(-0.5, 0))
  expect(curvature.isEmpty).toBe(false)
})

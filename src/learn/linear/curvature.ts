/** Numbers that are worked on at a time: those of one vector stay in the first cache while all others pass over them. */
const BLOCK = 1024

/**
 * The last steps of a search and how the gradient changed over each, from which L-BFGS guesses the curvature.
 *
 * Products of pairs with each other follow from their products with the gradients (Byrd, Nocedal and Schnabel 1994, section
 * 3.2). So an iteration reads each vector twice, in blocks, and not four times. Every sum is taken in the order of the
 * coordinates. Vectors are rounded to 32 bits, which is as good a guess. Memory: 8 bytes a coordinate and pair.
 */
export class Curvature {
  readonly #most: number
  readonly #steps: Float32Array[] = []
  readonly #changes: Float32Array[] = []
  /** Places of the pairs in these lists, the oldest pair first. */
  readonly #order: number[] = []
  /** By pair: products of its step, and of its change, with the gradient. */
  readonly #stepSlopes: Float64Array
  readonly #changeSlopes: Float64Array
  /** By two pairs: step of the first times change of the second, where it is not older; change times change. */
  readonly #stepChanges: Float64Array
  readonly #changeChanges: Float64Array

  constructor(most: number) {
    this.#most = most
    this.#stepSlopes = new Float64Array(most)
    this.#changeSlopes = new Float64Array(most)
    this.#stepChanges = new Float64Array(most * most)
    this.#changeChanges = new Float64Array(most * most)
  }

  get isEmpty(): boolean {
    return this.#order.length === 0
  }

  clear(): void {
    this.#order.length = 0
  }

  /** Takes a step, `length` times a direction, that led from one gradient to another. It counts where the function curves upwards. */
  add(direction: Float64Array, length: number, from: Float64Array, to: Float64Array): void {
    const most = this.#most
    const slot = this.#order.length < most ? this.#freeSlot() : (this.#order.shift() as number)
    const step = (this.#steps[slot] ??= new Float32Array(to.length))
    const change = (this.#changes[slot] ??= new Float32Array(to.length))
    const before = { steps: this.#stepSlopes.slice(), changes: this.#changeSlopes.slice() }
    this.#stepSlopes.fill(0)
    this.#changeSlopes.fill(0)
    const slots = [...this.#order, slot]
    let curvature = 0
    let square = 0
    for (let start = 0; start < step.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, step.length)
      for (let at = start; at < end; at++) {
        step[at] = length * (direction[at] as number)
        change[at] = (to[at] as number) - (from[at] as number)
      }
      curvature += productOf(step, change, start, end)
      square += productOf(change, change, start, end)
      for (const other of slots) {
        const [ofStep, ofChange] = [this.#steps[other] as Float32Array, this.#changes[other] as Float32Array]
        this.#stepSlopes[other] = (this.#stepSlopes[other] as number) + productOf(ofStep, to, start, end)
        this.#changeSlopes[other] =
          (this.#changeSlopes[other] as number) + productOf(ofChange, to, start, end)
      }
    }
    for (const other of this.#order) {
      this.#stepChanges[other * most + slot] =
        (this.#stepSlopes[other] as number) - (before.steps[other] as number)
      const product = (this.#changeSlopes[other] as number) - (before.changes[other] as number)
      this.#changeChanges[other * most + slot] = product
      this.#changeChanges[slot * most + other] = product
    }
    this.#stepChanges[slot * most + slot] = curvature
    this.#changeChanges[slot * most + slot] = square
    if (curvature > 1e-12 * square) this.#order.push(slot)
  }

  /**
   * Writes minus the gradient, bent by the curvature, into `direction`; gives their product. The gradient is that of the point
   * that the last pair led to.
   */
  descent(gradient: Float64Array, direction: Float64Array): number {
    const most = this.#most
    const order = this.#order
    const newest = order.at(-1)
    let scale = 1
    const ofSteps = new Float64Array(most)
    const ofChanges = new Float64Array(most)
    if (newest !== undefined) {
      const own = newest * most + newest
      scale = (this.#stepChanges[own] as number) / (this.#changeChanges[own] as number)
      for (const [index, slot] of [...order.entries()].reverse()) {
        let product = -(this.#stepSlopes[slot] as number)
        for (const newer of order.slice(index + 1))
          product -= (ofChanges[newer] as number) * (this.#stepChanges[slot * most + newer] as number)
        ofChanges[slot] = product / (this.#stepChanges[slot * most + slot] as number)
      }
      for (const [index, slot] of order.entries()) {
        let product = -(this.#changeSlopes[slot] as number)
        for (const other of order)
          product -= (ofChanges[other] as number) * (this.#changeChanges[slot * most + other] as number)
        product *= scale
        for (const older of order.slice(0, index))
          product += (ofSteps[older] as number) * (this.#stepChanges[older * most + slot] as number)
        ofSteps[slot] =
          (ofChanges[slot] as number) - product / (this.#stepChanges[slot * most + slot] as number)
      }
    }
    let slope = 0
    for (let start = 0; start < direction.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, direction.length)
      for (let at = start; at < end; at++) direction[at] = -scale * (gradient[at] as number)
      for (const slot of order) {
        const [step, change] = [this.#steps[slot] as Float32Array, this.#changes[slot] as Float32Array]
        const [ofStep, ofChange] = [ofSteps[slot] as number, scale * (ofChanges[slot] as number)]
        for (let at = start; at < end; at++)
          direction[at] =
            (direction[at] as number) + ofStep * (step[at] as number) - ofChange * (change[at] as number)
      }
      for (let at = start; at < end; at++) slope += (direction[at] as number) * (gradient[at] as number)
    }
    return slope
  }

  #freeSlot(): number {
    for (let slot = 0; ; slot++) if (!this.#order.includes(slot)) return slot
  }
}

/** In four sums, which do not wait for each other; always the same four. */
function productOf(a: Float32Array, b: Float32Array | Float64Array, start: number, end: number): number {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let at = start
  for (; at + 3 < end; at += 4) {
    first += (a[at] as number) * (b[at] as number)
    second += (a[at + 1] as number) * (b[at + 1] as number)
    third += (a[at + 2] as number) * (b[at + 2] as number)
    fourth += (a[at + 3] as number) * (b[at + 3] as number)
  }
  for (; at < end; at++) first += (a[at] as number) * (b[at] as number)
  return first + second + (third + fourth)
}

/** Label by index, and the natural logarithm of its probability as the library reports it. */
export interface Scored {
  readonly label: number
  readonly score: number
}

/**
 * The labels with the highest scores seen so far, at most `count` of them.
 *
 * A binary heap with the lowest score in front, whose steps are those of the library's: labels of equal score, which
 * models with a table of sigmoids give often, then come out in its order.
 */
export class BestLabels {
  readonly #count: number
  readonly #heap: Scored[] = []

  constructor(count: number) {
    this.#count = count
  }

  /** Whether a score can still get in. */
  admits(score: number): boolean {
    return this.#heap.length < this.#count || score >= (this.#heap[0]?.score ?? 0)
  }

  add(scored: Scored): void {
    this.#heap.push(scored)
    this.#rise(this.#heap.length - 1, scored)
    if (this.#heap.length > this.#count) {
      this.#toEnd(this.#heap.length)
      this.#heap.pop()
    }
  }

  /** The labels, best first. Ends the collecting. */
  sorted(): readonly Scored[] {
    for (let length = this.#heap.length; length > 1; length--) this.#toEnd(length)
    return this.#heap
  }

  /** Moves the first of the leading `length` to their end, and makes a heap of the others. */
  #toEnd(length: number): void {
    const heap = this.#heap
    const value = heap[length - 1] as Scored
    heap[length - 1] = heap[0] as Scored
    const rest = length - 1
    let hole = 0
    let child = 0
    while (child < (rest - 1) >> 1) {
      child = 2 * (child + 1)
      if ((heap[child]?.score ?? 0) > (heap[child - 1]?.score ?? 0)) child--
      heap[hole] = heap[child] as Scored
      hole = child
    }
    if (rest > 0 && rest % 2 === 0 && child === (rest - 2) >> 1) {
      heap[hole] = heap[2 * child + 1] as Scored
      hole = 2 * child + 1
    }
    if (rest > 0) this.#rise(hole, value)
  }

  #rise(from: number, value: Scored): void {
    const heap = this.#heap
    let hole = from
    for (
      let parent = (hole - 1) >> 1;
      hole > 0 && (heap[parent]?.score ?? 0) > value.score;
      parent = (hole - 1) >> 1
    ) {
      heap[hole] = heap[parent] as Scored
      hole = parent
    }
    heap[hole] = value
  }
}

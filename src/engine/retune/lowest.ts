/** An offer with its rank. */
export interface Ranked<T> {
  readonly rank: number
  readonly value: T
}

/** The few offers of the lowest rank, whatever the order they come in; ties go to the earlier place. */
export class Lowest<T> {
  readonly #size: number
  readonly #held: Ranked<T>[] = []

  constructor(size: number) {
    this.#size = size
  }

  /** `make` is called only when the offer is among the lowest so far. */
  offer(rank: number, make: () => T): void {
    const worst = this.#held.at(-1)
    if (this.#held.length === this.#size && worst !== undefined && rank >= worst.rank) return
    let place = this.#held.length
    while (place > 0 && (this.#held[place - 1]?.rank ?? 0) > rank) place--
    this.#held.splice(place, 0, { rank, value: make() })
    if (this.#held.length > this.#size) this.#held.pop()
  }

  /** What is held, lowest first. */
  get held(): readonly Ranked<T>[] {
    return this.#held
  }

  get values(): readonly T[] {
    return this.#held.map(({ value }) => value)
  }
}

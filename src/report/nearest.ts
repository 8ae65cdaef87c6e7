/** The `size` smallest offers by (distance, id), whatever the order they come in. O(size) memory. */
export class Nearest<T> {
  readonly #size: number
  readonly #best: { readonly distance: number; readonly id: string; readonly value: T }[] = []

  constructor(size: number) {
    this.#size = size
  }

  /** `make` is called only when the offer is among the nearest so far. */
  offer(distance: number, id: string, make: () => T): void {
    const worst = this.#best.at(-1)
    if (this.#best.length === this.#size && worst !== undefined && !before(distance, id, worst)) return
    let place = this.#best.length
    while (place > 0) {
      const other = this.#best[place - 1]
      if (other === undefined || !before(distance, id, other)) break
      place--
    }
    this.#best.splice(place, 0, { distance, id, value: make() })
    if (this.#best.length > this.#size) this.#best.pop()
  }

  /** Nearest first. */
  values(): readonly T[] {
    return this.#best.map((each) => each.value)
  }
}

function before(
  distance: number,
  id: string,
  other: { readonly distance: number; readonly id: string },
): boolean {
  return distance === other.distance ? id < other.id : distance < other.distance
}

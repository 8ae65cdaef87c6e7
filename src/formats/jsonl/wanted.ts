/** Says which positions are wanted, asked in rising order. */
export class Wanted {
  readonly #only: readonly number[] | Uint32Array | undefined
  #index = 0

  constructor(only: readonly number[] | Uint32Array | undefined) {
    this.#only = only
  }

  has(position: number): boolean {
    if (this.#only === undefined) return true
    while ((this.#only[this.#index] ?? Number.POSITIVE_INFINITY) < position) this.#index++
    return this.#only[this.#index] === position
  }

  /** None is wanted at `position` or behind. */
  isOver(position: number): boolean {
    return this.#only !== undefined && (this.#only.at(-1) ?? -1) < position
  }
}

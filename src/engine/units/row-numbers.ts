/** Numbers the rows of all units of an exchange, from 0: unit by unit, in their order. At most 2^32 - 1. */
export class RowNumbers {
  /** The first row of each unit, and behind the last the number of all. */
  readonly #bases: Float64Array

  /** @param counts rows of each unit. */
  constructor(counts: readonly number[]) {
    this.#bases = new Float64Array(counts.length + 1)
    for (const [unit, count] of counts.entries()) this.#bases[unit + 1] = (this.#bases[unit] ?? 0) + count
  }

  /** How many rows there are before a unit. */
  base(unit: number): number {
    return this.#bases[unit] ?? 0
  }

  get total(): number {
    return this.#bases.at(-1) ?? 0
  }

  /** The unit of a row. */
  unit(row: number): number {
    let low = 0
    let high = this.#bases.length - 1
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#bases[middle] ?? 0) <= row) low = middle
      else high = middle
    }
    return low
  }
}

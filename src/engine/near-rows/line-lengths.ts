/** Lengths of the lines of a file in bytes, their ends included: 4 bytes a line. */
export class LineLengths {
  #lengths = new Uint32Array(1 << 12)
  readonly #long = new Map<number, number>()
  count = 0

  add(length: number): void {
    if (this.count === this.#lengths.length) {
      const larger = new Uint32Array(2 * this.#lengths.length)
      larger.set(this.#lengths)
      this.#lengths = larger
    }
    if (length >= LONG) this.#long.set(this.count, length)
    this.#lengths[this.count++] = Math.min(length, LONG)
  }

  /** Length of a line by its number, from 0. */
  at(line: number): number {
    const length = this.#lengths[line] ?? 0
    return length === LONG ? (this.#long.get(line) ?? 0) : length
  }
}

const LONG = 0xffff_ffff

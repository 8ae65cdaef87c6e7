/** Ids that are gathered one after another. */
export class IdList {
  #ids = new Uint32Array(1024)
  #length = 0

  append(ids: ArrayLike<number>): void {
    const length = this.#length + ids.length
    if (length > this.#ids.length) {
      const larger = new Uint32Array(Math.max(length, this.#ids.length * 2))
      larger.set(this.#ids.subarray(0, this.#length))
      this.#ids = larger
    }
    this.#ids.set(ids, this.#length)
    this.#length = length
  }

  /** A copy of them. */
  toArray(): Uint32Array {
    return this.#ids.slice(0, this.#length)
  }
}

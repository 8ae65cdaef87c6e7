/**
 * Reads little-endian numbers one behind the other.
 *
 * @throws RangeError where the bytes end first.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    return this.#view.getUint8(this.#take(1))
  }

  flag(): boolean {
    return this.byte() !== 0
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true)
  }

  /** A 64-bit whole number as a double; exact up to 2^53. */
  int64(): number {
    return Number(this.#view.getBigInt64(this.#take(8), true))
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** A copy, so that the numbers lie where a typed array may begin; behind them stand `padding` zeros. */
  float32s(count: number, padding = 0): Float32Array {
    const from = this.#take(count * 4)
    const numbers = new Float32Array(count + padding)
    new Uint8Array(numbers.buffer).set(this.#bytes.subarray(from, from + count * 4))
    return numbers
  }

  bytes(count: number): Uint8Array {
    const from = this.#take(count)
    return this.#bytes.subarray(from, from + count)
  }

  /** Bytes up to a NUL, which is passed over. */
  name(): Uint8Array {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end === -1) throw new RangeError('the model ends in the middle of a word')
    const name = this.#bytes.subarray(this.#at, end)
    this.#at = end + 1
    return name
  }

  #take(count: number): number {
    const from = this.#at
    if (!(count >= 0) || from + count > this.#bytes.length)
      throw new RangeError('the model ends before its numbers do')
    this.#at = from + count
    return from
  }
}

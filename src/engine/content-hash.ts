import { hash } from 'node:crypto'
import { canonicalJson } from '../plan/canonical.ts'

/** Name of the specification of content hashes, for manifests. */
export const CONTENT_HASH_SPECIFICATION = 'sum-sha256-canonical-json-1'

/**
 * Content hash of a table: the sum modulo 2^256 of SHA-256 over the canonical JSON of each row, so
 * that it depends on neither order nor partition. 64 lower-case hex digits.
 */
export class ContentHash {
  /** Eight 32-bit limbs, least significant first, held as doubles below 2^53 between carries. */
  readonly #limbs = new Float64Array(8)
  #pending = 0

  add(row: unknown): void {
    const digest = hash('sha256', canonicalJson(row), 'buffer')
    for (let limb = 0; limb < 8; limb++) {
      this.#limbs[limb] = (this.#limbs[limb] ?? 0) + digest.readUInt32BE(28 - 4 * limb)
    }
    if (++this.#pending === 1 << 20) this.#carry()
  }

  /** Adds the sum of another part of the same table. */
  addSum(hex: string): void {
    for (let limb = 0; limb < 8; limb++) {
      const digits = hex.slice(56 - 8 * limb, 64 - 8 * limb)
      this.#limbs[limb] = (this.#limbs[limb] ?? 0) + Number.parseInt(digits, 16)
    }
    this.#carry()
  }

  get hex(): string {
    this.#carry()
    return [...this.#limbs]
      .reverse()
      .map((limb) => limb.toString(16).padStart(8, '0'))
      .join('')
  }

  #carry(): void {
    let carry = 0
    for (let limb = 0; limb < 8; limb++) {
      const value = (this.#limbs[limb] ?? 0) + carry
      carry = Math.floor(value / 2 ** 32)
      this.#limbs[limb] = value - carry * 2 ** 32
    }
    this.#pending = 0
  }
}

import type { Damage } from '../source/byte-window.ts'

/** A decoder refused a piece: some of what the piece decodes to before the damage was lost with it. */
export class BadPiece extends Error {
  readonly damage: Damage
  /** Byte of the source where the piece begins. */
  readonly at: number

  constructor(damage: Damage, at: number) {
    super(damage.message)
    this.damage = damage
    this.at = at
  }
}

/**
 * Decodes a source, and when a piece is bad decodes it once more, with the smallest pieces from there on:
 * so everything before the damage is given, and only damaged inputs pay for it.
 *
 * @param attempt decodes from the start; pieces that begin at `fineFrom` or behind are the smallest.
 */
export async function* recovered(
  attempt: (fineFrom: number) => AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let given = 0
  let bad: BadPiece | undefined
  try {
    for await (const chunk of attempt(Number.POSITIVE_INFINITY)) {
      given += chunk.length
      yield chunk
    }
  } catch (error) {
    if (!(error instanceof BadPiece)) throw error
    bad = error
  }
  if (bad === undefined) return
  let again = 0
  try {
    for await (const chunk of attempt(bad.at)) {
      again += chunk.length
      const fresh = Math.min(again - given, chunk.length)
      if (fresh > 0) yield chunk.subarray(chunk.length - fresh)
    }
  } catch (error) {
    if (!(error instanceof BadPiece)) throw error
  }
  throw bad.damage
}

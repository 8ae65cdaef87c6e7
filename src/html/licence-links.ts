import { ByteSearch } from './byte-search.ts'
import { isNamed } from './tag-table.ts'

const LICEN = new ByteSearch(['licen'], { anyCase: true })
/** Bytes of a relation that are read. */
export const MAX_RELATION = 100

/** Whether the relation of a link holds `license` or `licence`, or another word with the same letters in it. */
export function mayBeLicence(bytes: Uint8Array, from: number, to: number): boolean {
  return LICEN.isIn(bytes, from, Math.min(to, from + MAX_RELATION))
}

/** Whether an address begins as one of Creative Commons does, with or without a scheme and `www`. */
export function isCreativeCommons(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && (bytes[at] as number) <= 32) at++
  if (((bytes[at] as number) | 32) === 0x68) at += bytes[at + 4] === 0x3a ? 5 : 6
  if (bytes[at] !== 0x2f || bytes[at + 1] !== 0x2f) return false
  at += 2
  if (bytes[at + 3] === 0x2e) at += 4
  return at + NAME.length <= to && isNamed(bytes, at, at + NAME.length, NAME)
}

const NAME = 'creativecommons'

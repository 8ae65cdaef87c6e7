import { endianness } from 'node:os'

/** How an id, or a number beside it, is stored. All are little-endian. */
export type TokenType = 'uint8' | 'uint16' | 'int32' | 'uint32'

export function bytesOfType(type: TokenType): number {
  return type === 'uint8' ? 1 : type === 'uint16' ? 2 : 4
}

/** Ids as bytes. */
export function packed(ids: Uint32Array, type: TokenType): Uint8Array {
  if (type === 'uint8') return Uint8Array.from(ids)
  const array = type === 'uint16' ? Uint16Array.from(ids) : ids
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  if (endianness() === 'LE') return bytes
  const turned = Buffer.from(bytes)
  return type === 'uint16' ? turned.swap16() : turned.swap32()
}

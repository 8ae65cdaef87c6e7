import { frameMagic } from './zstd-frame.ts'

/** The compression that the first four bytes of a stream tell; `undefined` for none. */
export function magicOf(head: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  return frameMagic(head) === undefined ? undefined : 'zstd'
}

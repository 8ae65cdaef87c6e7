import { decodeHTML } from 'entities'
import type { Tree } from './tree.ts'

/** A text node's characters: decoded, with its references replaced, and no NUL. White space is as it stands. */
export function nodeText({ bytes, from, to }: Tree, node: number): string {
  return decodeText(bytes, from[node] as number, to[node] as number)
}

/** The same bytes, with the methods of a buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Text of markup between two bytes: decoded, with its references resolved, and no NUL. */
export function decodeText(
  bytes: Uint8Array,
  from: number,
  to: number,
  resolve: (text: string) => string = decodeHTML,
): string {
  const text = bufferOf(bytes).toString('utf8', from, to)
  const plain = text.includes('&') ? resolve(text) : text
  return plain.includes('\0') ? plain.replaceAll('\0', '') : plain
}

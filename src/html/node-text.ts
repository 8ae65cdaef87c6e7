import { decodeHTML } from 'entities'
import type { Tree } from './tree.ts'

/** A text node's characters: decoded, with its references replaced, and no NUL. White space is as it stands. */
export function nodeText({ bytes, from, to }: Tree, node: number): string {
  return decodeText(bytes, from[node] as number, to[node] as number)
}

/** Text of markup between two bytes, with its references replaced. */
export function decodeText(bytes: Uint8Array, from: number, to: number): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('utf8', from, to)
  const plain = text.includes('&') ? decodeHTML(text) : text
  return plain.includes('\0') ? plain.replaceAll('\0', '') : plain
}

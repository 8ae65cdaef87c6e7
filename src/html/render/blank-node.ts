import type { Tree } from '../tree.ts'

/** Whether a text node is nothing but white space. */
export function isBlankNode({ bytes, from, to }: Tree, node: number): boolean {
  const stop = to[node] as number
  for (let at = from[node] as number; at < stop; at++) if ((bytes[at] as number) > 32) return false
  return true
}

import type { ElementStates } from '../element-state.ts'
import type { Tree } from '../tree.ts'

/** Depth of the smallest element that holds both. O(depth). */
export function commonDepth({ parent }: Tree, { depth }: ElementStates, one: number, other: number): number {
  let a = one
  let b = other
  while (a !== b) {
    if (a > b) a = parent[a] as number
    else b = parent[b] as number
  }
  return depth[a] as number
}

import { AttributeCursor } from '../attributes.ts'
import { decodeText } from '../node-text.ts'
import type { Tree } from '../tree.ts'

/** An attribute's value; `undefined` where the element has none of that name. */
export function attribute(tree: Tree, node: number, name: string): string | undefined {
  const cursor = new AttributeCursor()
  cursor.start(tree.bytes, tree.from[node] as number, tree.to[node] as number)
  while (cursor.next()) {
    if (cursor.isNamed(name)) return decodeText(tree.bytes, cursor.valueFrom, cursor.valueTo)
  }
  return undefined
}

/** An attribute that is a whole number; `undefined` where it is none. */
export function numberAttribute(tree: Tree, node: number, name: string): number | undefined {
  const value = attribute(tree, node, name)
  if (value === undefined) return undefined
  const number = Number.parseInt(value, 10)
  return Number.isFinite(number) ? number : undefined
}

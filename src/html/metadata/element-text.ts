import { decodeText } from '../node-text.ts'
import { TAG, TEXT } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { MAX_VALUE, MAX_VALUE_BYTES } from './clean-value.ts'

const SCRIPT = TAG['script'] as number

/** All text in an element, as far as a value of metadata reaches. White space is as it stands, or one space at a gap. */
export function elementText(tree: Tree, node: number): string {
  const { tag, end, from, to, gap, bytes } = tree
  let text = ''
  const stop = Math.min(end[node] as number, node + MAX_VALUE)
  for (let at = node; at < stop && text.length < MAX_VALUE; at++) {
    if (tag[at] === SCRIPT) at = (end[at] as number) - 1
    else if (tag[at] === TEXT) {
      const start = from[at] as number
      const piece = decodeText(bytes, start, Math.min(to[at] as number, start + MAX_VALUE_BYTES))
      text += text !== '' && gap[at] !== 0 ? ` ${piece}` : piece
    }
  }
  return text
}

import type { Blocks } from './blocks.ts'
import { type ElementStates, State } from './element-state.ts'
import { nodeText } from './node-text.ts'
import { TEXT } from './tag-table.ts'
import { Gap, type Tree } from './tree.ts'

/** A block's text on one line, with white space collapsed. */
export function blockText(tree: Tree, { state }: ElementStates, blocks: Blocks, block: number): string {
  const last = blocks.last[block] as number
  let text = ''
  let gap = 0
  for (let node = blocks.first[block] as number; node <= last; node++) {
    if (tree.tag[node] !== TEXT) continue
    gap |= tree.gap[node] as number
    if ((state[tree.parent[node] as number] as number) & State.unread) continue
    if (gap & (Gap.space | Gap.line | Gap.cell)) text += ' '
    text += nodeText(tree, node)
    gap = 0
  }
  return text.replace(/\s+/g, ' ').trim()
}

import type { ContentBlock, ItemBlock } from '../extraction.ts'

/**
 * Blocks as plain text, parted by blank lines. Items are lines, nested ones indented; a table's rows are
 * lines with ` | ` between cells; a definition stands below its term; code stands as it is.
 */
export function plainText(blocks: readonly ContentBlock[]): string {
  let text = ''
  let before: ContentBlock | undefined
  for (const block of blocks) {
    if (before !== undefined) text += isTight(before, block) ? '\n' : '\n\n'
    text += textOf(block)
    before = block
  }
  return text
}

/** Whether two blocks are lines of one list. */
export function isTight(before: ContentBlock, block: ContentBlock): boolean {
  return (
    (before.type === 'item' && block.type === 'item') ||
    (before.type === 'term' && (block.type === 'term' || block.type === 'definition'))
  )
}

function textOf(block: ContentBlock): string {
  if (block.type === 'item') return itemText(block)
  if (block.type !== 'table') return block.text
  let text = ''
  for (const row of block.rows) text += text === '' ? row.join(' | ') : `\n${row.join(' | ')}`
  return text
}

function itemText({ depth, ordinal, continues, text }: ItemBlock): string {
  const indent = '  '.repeat(depth - 1)
  const marker = continues === true ? '  ' : ordinal === undefined ? '- ' : `${ordinal}. `
  const lines = text.includes('\n') ? text.replaceAll('\n', `\n${indent}  `) : text
  return indent + marker + lines
}

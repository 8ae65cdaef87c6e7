import type { ContentBlock, InlineText, ItemBlock, TableBlock } from '../extraction.ts'
import { escapeLines } from './markdown-escape.ts'
import { inlineMarkdown, longestRun } from './markdown-inline.ts'

/**
 * Blocks as CommonMark with the tables of GFM. Bold, italics, code and links are written where the blocks
 * have spans. Characters are escaped only where they would be read as markup.
 */
export function markdown(blocks: readonly ContentBlock[]): string {
  let text = ''
  let before: ContentBlock | undefined
  const lists = new ListWriter()
  for (const block of blocks) {
    if (block.type !== 'item') lists.clear()
    const shown = block.type === 'item' ? lists.item(block) : blockMarkdown(block)
    if (shown === '') continue
    if (before !== undefined) text += separator(before, block)
    text += shown
    before = block
  }
  return text
}

function separator(before: ContentBlock, block: ContentBlock): string {
  if (before.type === 'quote' && block.type === 'quote')
    return `\n${'>'.repeat(Math.min(before.depth, block.depth))}\n`
  if (before.type !== 'item' || block.type !== 'item' || block.continues === true) return '\n\n'
  // An ordered list that does not start at 1 cannot follow a line of text.
  const isNested = block.depth > before.depth
  return isNested && block.ordinal !== undefined && block.ordinal !== 1 ? '\n\n' : '\n'
}

function blockMarkdown(block: Exclude<ContentBlock, ItemBlock>): string {
  switch (block.type) {
    case 'heading':
      return headingMarkdown(block.level, block)
    case 'code': {
      const fence = '`'.repeat(Math.max(3, longestRun(block.text) + 1))
      return `${fence}${block.language ?? ''}\n${block.text}\n${fence}`
    }
    case 'table':
      return tableMarkdown(block)
    case 'quote': {
      const mark = `${'>'.repeat(block.depth)} `
      return mark + lines(block, `\n${mark}`)
    }
    default:
      return lines(block, '\n')
  }
}

function headingMarkdown(level: number, block: InlineText): string {
  const text = inlineMarkdown(block, { inTable: false, inHeading: true }).replaceAll('\n', ' ')
  // Number signs at the end would be taken for the heading's own.
  let end = text.length
  while (end > 0 && text[end - 1] === '#') end--
  const isClosed = end < text.length && (end === 0 || text[end - 1] === ' ')
  return `${'#'.repeat(level)} ${isClosed ? `${text.slice(0, end)}\\${text.slice(end)}` : text}`
}

/** A text's lines with hard breaks between, and `indent` before each but the first. */
function lines(block: InlineText, indent: string): string {
  const text = inlineMarkdown(block, { inTable: false, inHeading: false })
  return escapeLines(text).join(`  ${indent}`)
}

function tableMarkdown({ rows, spans, hasHeader }: TableBlock): string {
  const width = rows[0]?.length ?? 0
  const shown = rows.map((row, index) => {
    const cells = row.map((text, column) =>
      inlineMarkdown({ text, spans: spans?.[index]?.[column] ?? [] }, { inTable: true, inHeading: false }),
    )
    return rowMarkdown(cells)
  })
  const rule = rowMarkdown(Array.from({ length: width }, () => '---'))
  const head = hasHeader ? (shown.shift() as string) : rowMarkdown(Array.from({ length: width }, () => ''))
  return [head, rule, ...shown].join('\n')
}

function rowMarkdown(cells: readonly string[]): string {
  let row = '|'
  for (const cell of cells) row += cell === '' ? '  |' : ` ${cell} |`
  return row
}

interface OpenItem {
  /** Column at which the item's text begins. */
  readonly indent: number
  readonly ordinal: number | undefined
  readonly delimiter: string
}

/** Writes items one after the other, and knows how far each is indented. */
class ListWriter {
  readonly #open: OpenItem[] = []

  clear(): void {
    this.#open.length = 0
  }

  item(block: ItemBlock): string {
    if (block.continues === true) {
      this.#open.length = Math.min(this.#open.length, block.depth)
      const indent = ' '.repeat(this.#open.at(-1)?.indent ?? 0)
      return indent + lines(block, `\n${indent}`)
    }
    const before = this.#open[block.depth - 1]
    this.#open.length = Math.min(this.#open.length, block.depth - 1)
    const outer = this.#open.at(-1)?.indent ?? 0
    const delimiter = delimiterOf(before, block.ordinal)
    const marker = block.ordinal === undefined ? '- ' : `${block.ordinal}${delimiter} `
    const indent = outer + marker.length
    this.#open.push({ indent, ordinal: block.ordinal, delimiter })
    return ' '.repeat(outer) + marker + escapeTask(lines(block, `\n${' '.repeat(indent)}`))
  }
}

/** A number that does not follow on begins a new list, which another delimiter tells. */
function delimiterOf(before: OpenItem | undefined, ordinal: number | undefined): string {
  if (before?.ordinal === undefined || ordinal === undefined) return '.'
  if (ordinal === before.ordinal + 1) return before.delimiter
  return before.delimiter === '.' ? ')' : '.'
}

/** `[ ]` and `[x]` at the start of an item are boxes to tick. */
function escapeTask(text: string): string {
  return /^\[[ xX]\]\s/.test(text) ? `\\${text}` : text
}

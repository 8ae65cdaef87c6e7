import type { Blocks } from '../blocks.ts'
import { type ElementStates, State } from '../element-state.ts'
import type { ContentBlock, InlineText } from '../extraction.ts'
import { TAG, TEXT } from '../tag-table.ts'
import { Gap, type Tree } from '../tree.ts'
import { isBlankNode } from './blank-node.ts'
import { codeBlock, preformattedAround } from './code-text.ts'
import { InlineReader } from './inline-text.ts'
import { ListItems } from './list-items.ts'
import type { RenderOptions, Source } from './source.ts'
import { cellAround, isDataTable, tableAround, tableBlock } from './tables.ts'

const H1 = TAG['h1'] as number
const H6 = TAG['h6'] as number
const LI = TAG['li'] as number
const DD = TAG['dd'] as number
const DT = TAG['dt'] as number
const QUOTE = TAG['blockquote'] as number

/**
 * The kept blocks of a page as headings, paragraphs, items, quotes, code and tables, in the order of the
 * page. `kept` has 1 for each block that is shown.
 *
 * Items with a heading or many blocks of their own, and tables without rows of cells, are layout: what
 * they hold is rendered as if they were not there. Spans are made only where an option asks for them.
 */
export function contentBlocks(
  tree: Tree,
  states: ElementStates,
  blocks: Blocks,
  kept: Uint8Array,
  options: RenderOptions = {},
): ContentBlock[] {
  return new ContentReader({ tree, states, blocks, kept, options }).read()
}

class ContentReader {
  readonly #source: Source
  readonly #reader: InlineReader
  readonly #items: ListItems
  readonly #isData = new Map<number, boolean>()
  readonly #found: ContentBlock[] = []

  constructor(source: Source) {
    this.#source = source
    this.#reader = new InlineReader(source)
    this.#items = new ListItems(source)
  }

  read(): ContentBlock[] {
    const { blocks, kept } = this.#source
    for (let block = 0; block < blocks.count; ) {
      if (kept[block] === 1) block = this.#readBlock(block)
      else block++
    }
    return this.#found
  }

  /** Reads a block, and those that make one with it; gives the next. */
  #readBlock(block: number): number {
    const { tree, blocks } = this.#source
    const all = blocks.all[block] as number
    if (all & State.cell) {
      const next = this.#readTable(block)
      if (next > block) return next
    }
    if (all & State.preformatted) return this.#readCode(block)
    if (all & State.cell && this.#readCells(block)) return block + 1
    const first = this.#firstShown(block)
    this.#reader.start((all & State.heading) !== 0)
    this.#reader.addRange(blocks.first[block] as number, blocks.last[block] as number)
    const inline = this.#reader.finish()
    if (inline.text !== '') this.#found.push(this.#blockOf(block, tree.parent[first] as number, inline))
    return block + 1
  }

  /** Reads the whole table around a block, if it holds data; gives the block behind it. */
  #readTable(block: number): number {
    const source = this.#source
    const { tree, blocks } = source
    const element = tree.parent[this.#firstShown(block)] as number
    if (cellAround(source, element) === 0) return block
    const table = tableAround(source, element)
    if (table === 0) return block
    const known = this.#isData.get(table)
    const isData = known ?? isDataTable(source, table, block)
    if (known === undefined) this.#isData.set(table, isData)
    if (!isData) return block
    const found = tableBlock(source, table, block, this.#reader)
    if (found !== undefined) this.#found.push(found)
    const stop = tree.end[table] as number
    let next = block + 1
    while (next < blocks.count && (blocks.first[next] as number) < stop) next++
    return next
  }

  /** Reads a row of a layout table with much text as a paragraph a cell; false where it is short. */
  #readCells(block: number): boolean {
    const { tree, blocks } = this.#source
    const first = blocks.first[block] as number
    const last = blocks.last[block] as number
    if ((tree.to[last] as number) - (tree.from[first] as number) < SHORT_ROW) return false
    if (((blocks.all[block] as number) & (State.heading | State.list | State.quote | State.definition)) !== 0)
      return false
    const reader = this.#reader
    reader.start(false)
    for (let node = first; node <= last; node++) {
      if (tree.tag[node] !== TEXT) continue
      if (node > first && (tree.gap[node] as number) & Gap.cell) {
        this.#pushParagraph(reader.finish())
        reader.start(false)
      }
      reader.add(node)
    }
    this.#pushParagraph(reader.finish())
    return true
  }

  /** The first text node of a block that is shown and is not blank. */
  #firstShown(block: number): number {
    const { tree, states, blocks } = this.#source
    const last = blocks.last[block] as number
    for (let node = blocks.first[block] as number; node < last; node++) {
      if (tree.tag[node] !== TEXT || isBlankNode(tree, node)) continue
      if (((states.state[tree.parent[node] as number] as number) & State.unread) === 0) return node
    }
    return last
  }

  #pushParagraph(inline: InlineText): void {
    if (inline.text !== '') this.#found.push({ type: 'paragraph', ...inline })
  }

  /** Reads the blocks of one preformatted element as one. */
  #readCode(block: number): number {
    const { tree, blocks, kept } = this.#source
    const first = blocks.first[block] as number
    const element = preformattedAround(tree, tree.parent[this.#firstShown(block)] as number)
    const stop = tree.end[element] as number
    let next = block + 1
    while (next < blocks.count && kept[next] === 1 && (blocks.first[next] as number) < stop) next++
    const found = codeBlock(this.#source, element, first, blocks.last[next - 1] as number)
    // The numbers of the lines, in the cell beside them, are no code.
    const isGutter =
      found !== undefined && ((blocks.all[block] as number) & State.cell) !== 0 && isCount(found.text)
    if (found !== undefined && !isGutter) this.#found.push(found)
    return next
  }

  #blockOf(block: number, element: number, inline: InlineText): ContentBlock {
    const { tree, blocks } = this.#source
    const all = blocks.all[block] as number
    if ((all & STRUCTURE) === 0) return { type: 'paragraph', ...inline }
    for (let at = element; at > 0; at = tree.parent[at] as number) {
      const tag = tree.tag[at] as number
      if (tag >= H1 && tag <= H6) {
        this.#items.hasHeading(at)
        return { type: 'heading', level: (tag - H1 + 1) as 1 | 2 | 3 | 4 | 5 | 6, ...inline }
      }
      if (tag === LI) {
        if (!this.#items.isLayout(at, block)) return this.#itemOf(at, inline)
      } else if (tag === DT) return { type: 'term', ...inline }
      else if (tag === DD) return { type: 'definition', ...inline }
      else if (tag === QUOTE) return { type: 'quote', depth: this.#quoteDepth(at), ...inline }
    }
    return { type: 'paragraph', ...inline }
  }

  #itemOf(item: number, inline: InlineText): ContentBlock {
    const depth = this.#items.depth(item)
    if (this.#items.isMarked(item)) return { type: 'item', depth, continues: true, ...inline }
    this.#items.mark(item)
    const ordinal = this.#items.ordinal(item)
    return { type: 'item', depth, ...(ordinal !== undefined && { ordinal }), ...inline }
  }

  #quoteDepth(quote: number): number {
    const { tag, parent } = this.#source.tree
    let depth = 1
    for (let at = parent[quote] as number; at > 0; at = parent[at] as number) if (tag[at] === QUOTE) depth++
    return depth
  }
}

/** Whether a text is numbers, two at least, of which each is one more than the last. */
function isCount(text: string): boolean {
  if (!/^\s*\d+(?:\s+\d+)+\s*$/.test(text)) return false
  const numbers = text.trim().split(/\s+/).map(Number)
  return numbers.every((number, index) => index === 0 || number === (numbers[index - 1] as number) + 1)
}

/** Bits of what may be more than a paragraph. A `dt` or `dd` that has no `dl` is a paragraph. */
const STRUCTURE = State.heading | State.list | State.quote | State.definition

/** Bytes of a row of a layout table that is one line, whatever its cells. */
const SHORT_ROW = 100

import { numberAttribute } from '../attributes.ts'
import { State } from '../element-state.ts'
import type { Span, TableBlock } from '../extraction.ts'
import { TAG, TEXT } from '../tag-table.ts'
import { isBlankNode } from './blank-node.ts'
import type { InlineReader } from './inline-text.ts'
import type { Source } from './source.ts'

const TABLE = TAG['table'] as number
const TR = TAG['tr'] as number
const TD = TAG['td'] as number
const TH = TAG['th'] as number
const THEAD = TAG['thead'] as number

/** Columns that a cell may span; more are a slip. */
const MAX_SPAN = 32
/** Columns behind which no cell spans another. */
const MAX_SPANNED = 64
/** Text of a cell of data, in bytes of the page. */
const MAX_CELL = 1200

/** The innermost table around a node; 0 for none. */
export function tableAround({ tree }: Source, node: number): number {
  let at = node
  while (at > 0 && tree.tag[at] !== TABLE) at = tree.parent[at] as number
  return at
}

/** The innermost cell around a node within its table; 0 for none. */
export function cellAround({ tree }: Source, node: number): number {
  let at = node
  while (at > 0) {
    const tag = tree.tag[at] as number
    if (tag === TD || tag === TH) return at
    if (tag === TABLE) return 0
    at = tree.parent[at] as number
  }
  return 0
}

/**
 * Whether a table holds data, from the first kept block in its cells on: several rows of several cells,
 * few cells with several blocks, and no table, list, heading, code, quote or text that is in no cell.
 */
export function isDataTable(source: Source, table: number, firstBlock: number): boolean {
  const { tree, states, blocks, kept } = source
  const stop = tree.end[table] as number
  for (let node = table + 1; node < stop; node++) if (tree.tag[node] === TABLE) return false
  let rows = 0
  let wideRows = 0
  let fullCells = 0
  let headers = 0
  let row = -1
  let cell = -1
  let cellsInRow = 0
  for (let block = firstBlock; block < blocks.count && (blocks.first[block] as number) < stop; block++) {
    if (kept[block] !== 1) continue
    if ((blocks.some[block] as number) & NO_DATA) return false
    let isFirst = true
    for (let node = blocks.first[block] as number; node <= (blocks.last[block] as number); node++) {
      if (tree.tag[node] !== TEXT || isBlankNode(tree, node)) continue
      if ((states.state[tree.parent[node] as number] as number) & State.unread) continue
      const around = cellAround(source, tree.parent[node] as number)
      if (around === 0) return false
      if ((tree.end[around] as number) > around && cellSize(source, around) > MAX_CELL) return false
      if (around === cell) {
        if (isFirst) fullCells++
      } else {
        const rowAround = tree.parent[around] as number
        if (rowAround !== row) {
          row = rowAround
          rows++
          cellsInRow = 0
        }
        cell = around
        cellsInRow++
        if (cellsInRow === 2) wideRows++
        if (tree.tag[around] === TH) headers++
      }
      isFirst = false
    }
  }
  if (rows < 2 && headers === 0) return false
  return wideRows * 2 >= rows && wideRows > 0 && fullCells * 4 <= rows
}

const NO_DATA = State.list | State.heading | State.preformatted | State.quote | State.definition

function cellSize({ tree }: Source, cell: number): number {
  const last = (tree.end[cell] as number) - 1
  return last <= cell ? 0 : (tree.to[last] as number) - (tree.to[cell] as number)
}

/** The rows of a table, with the text of kept blocks from the first one on. `undefined` where none has text. */
export function tableBlock(
  source: Source,
  table: number,
  firstBlock: number,
  reader: InlineReader,
): TableBlock | undefined {
  const { tree, blocks, kept } = source
  const stop = tree.end[table] as number
  const rows: string[][] = []
  const spans: (readonly Span[])[][] = []
  let hasHeader = false
  let block = firstBlock
  let cells: string[] = []
  let cellSpans: (readonly Span[])[] = []
  let isHeader = true
  let hasText = false
  const endRow = () => {
    if (hasText) {
      while (cells.at(-1) === '') {
        cells.pop()
        cellSpans.pop()
      }
      if (rows.length === 0) hasHeader = isHeader
      rows.push(cells)
      spans.push(cellSpans)
    }
    cells = []
    cellSpans = []
    isHeader = true
    hasText = false
  }
  for (let node = table + 1; node < stop; ) {
    const tag = tree.tag[node] as number
    if (tag === TR) endRow()
    if (tag !== TD && tag !== TH) {
      node++
      continue
    }
    const end = tree.end[node] as number
    reader.start(true)
    for (let inner = node + 1; inner < end; inner++) {
      if (tree.tag[inner] !== TEXT) continue
      while (block < blocks.count && (blocks.last[block] as number) < inner) block++
      if (block < blocks.count && kept[block] === 1 && (blocks.first[block] as number) <= inner)
        reader.add(inner)
    }
    const { text, spans: found } = reader.finish()
    if (text !== '') {
      hasText = true
      if (tag !== TH && !isInHead(source, node)) isHeader = false
    }
    cells.push(text)
    cellSpans.push(found ?? [])
    const columns = Math.min(MAX_SPAN, numberAttribute(tree, node, 'colspan') ?? 1)
    for (let column = 1; column < columns && cells.length < MAX_SPANNED; column++) {
      cells.push('')
      cellSpans.push([])
    }
    node = end
  }
  endRow()
  if (rows.length === 0) return undefined
  pad(rows, spans)
  const isStyled = spans.some((row) => row.some((cell) => cell.length > 0))
  return { type: 'table', rows, hasHeader, ...(isStyled && { spans }) }
}

function isInHead({ tree }: Source, cell: number): boolean {
  const row = tree.parent[cell] as number
  return row > 0 && tree.tag[tree.parent[row] as number] === THEAD
}

/** Makes all rows as wide as the widest, and takes away columns at the end that are empty in all. */
function pad(rows: string[][], spans: (readonly Span[])[][]): void {
  let width = 0
  for (const row of rows) {
    const used = row.findLastIndex((cell) => cell !== '') + 1
    if (used > width) width = used
  }
  for (const [index, row] of rows.entries()) {
    const rowSpans = spans[index] as (readonly Span[])[]
    row.length = Math.min(row.length, width)
    rowSpans.length = row.length
    while (row.length < width) {
      row.push('')
      rowSpans.push([])
    }
  }
}

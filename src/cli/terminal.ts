import { isAbsolute, relative } from 'node:path'
import { visibleLine } from '../report/visible.ts'

export { bytes, count, counted, duration, percent, scaled } from '../report/numbers.ts'

/** How lines are drawn: handed in, so that nothing here asks the environment. */
export interface Style {
  readonly colour: boolean
  /** Columns of the terminal; `Infinity` where there is none, and nothing is cut. */
  readonly width: number
}

/** No colours, no cutting: for files, pipes and tests. */
export const PLAIN: Style = { colour: false, width: Number.POSITIVE_INFINITY }

/** The style of a stream: colours and cutting on a terminal only; `NO_COLOR` and `TERM=dumb` are heeded. */
export function styleOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  if (stream.isTTY !== true) return PLAIN
  const mute = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return { colour: !mute, width: stream.columns ?? Number.POSITIVE_INFINITY }
}

export type Tone = 'strong' | 'quiet' | 'good' | 'bad' | 'accent'

const CODES: Readonly<Record<Tone, readonly [number, number]>> = {
  strong: [1, 22],
  quiet: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  accent: [36, 39],
}

/** Text in a tone. The tone never says anything that the text does not. */
export function paint(text: string, tone: Tone, style: Style): string {
  if (!style.colour || text === '') return text
  const [on, off] = CODES[tone]
  return `\x1b[${on}m${text}\x1b[${off}m`
}

export interface TableColumn<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  /** Numbers go right. */
  readonly align?: 'left' | 'right'
  readonly tone?: (row: Row) => Tone | undefined
}

const GAP = '   '

/**
 * A table with a quiet title line, columns aligned by display width, three spaces between them.
 *
 * Cells are made one line and harmless first. A line longer than the terminal is cut with `…`.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  style: Style = PLAIN,
): string {
  const cells = rows.map((row) => columns.map((column) => visibleLine(column.cell(row))))
  const widths = columns.map((column, index) =>
    cells.reduce(
      (widest, row) => Math.max(widest, displayWidth(row[index] ?? '')),
      displayWidth(column.title),
    ),
  )
  const titles = columns.map((column) => column.title)
  const lines = [titles, ...cells].map((line, number) => {
    let room = style.width
    const parts: string[] = []
    for (const [index, column] of columns.entries()) {
      const last = index === columns.length - 1
      const padded = pad(line[index] ?? '', widths[index] ?? 0, column.align ?? 'left', last)
      const shown = cut(padded, room)
      room -= displayWidth(shown) + GAP.length
      const row = rows[number - 1]
      const tone = row === undefined ? 'quiet' : column.tone?.(row)
      parts.push(tone === undefined ? shown : paint(shown, tone, style))
      if (room <= 0) break
    }
    return parts.join(GAP).trimEnd()
  })
  return `${lines.join('\n')}\n`
}

function pad(text: string, width: number, align: 'left' | 'right', last: boolean): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)))
  if (align === 'right') return fill + text
  return last ? text : text + fill
}

/** Text cut to a display width, the last column taken by `…` when something is left out. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let shown = ''
  let used = 0
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme)
    if (used > width - 1) break
    shown += grapheme
  }
  return width < 1 ? '' : `${shown}…`
}

let segmenter: Intl.Segmenter | undefined

function graphemes(text: string): Iterable<string> {
  if (/^[\x20-\x7e]*$/.test(text)) return text
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' })
  return segmenter
    .segment(text)
    [Symbol.iterator]()
    .map((each) => each.segment)
}

/** East Asian wide and fullwidth blocks, and emoji shown as pictures (Unicode Annex 11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u

/** Columns that a text takes on a terminal: 2 for wide characters and emoji, 0 for marks and escapes. */
export function displayWidth(text: string): number {
  const bare = text.replace(/\x1b\[[0-9;]*m/g, '')
  let width = 0
  for (const grapheme of graphemes(bare)) width += graphemeWidth(grapheme)
  return width
}

function graphemeWidth(grapheme: string): number {
  if (ZERO_WIDTH.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}

/** A progress bar of a width in columns, in eighths, for a share from 0 to 1. */
export function bar(ratio: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, ratio)) * width * 8)
  const part = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8] ?? ''
  return ('█'.repeat(Math.floor(eighths / 8)) + part).padEnd(width)
}

/** A path relative to a directory when it is below it, else as it is. */
export function shortPath(path: string, from: string): string {
  const short = relative(from, path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}

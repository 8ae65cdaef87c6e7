/** Lines of a plain text between blank lines. */
export interface TextBlock {
  readonly lines: readonly string[]
  /** Blank lines before it. */
  readonly gap: number
}

/** Cuts lines into blocks at blank lines; trailing white space goes. */
export function blocksOf(lines: readonly string[]): TextBlock[] {
  const blocks: TextBlock[] = []
  let current: string[] = []
  let gap = 0
  let blank = 0
  for (const raw of lines) {
    const line = raw.trimEnd()
    if (line !== '') {
      if (current.length === 0) gap = blank
      current.push(line)
      blank = 0
      continue
    }
    if (current.length > 0) blocks.push({ lines: current, gap })
    current = []
    blank++
  }
  if (current.length > 0) blocks.push({ lines: current, gap })
  return blocks
}

/** Column at which a text's prose is wrapped: the length that 9 in 10 of its lines of 40 or more keep. */
export function wrapWidth(lines: readonly string[]): number {
  const lengths = lines.map((line) => line.trimEnd().length).filter((length) => length >= 40)
  const sorted = Float64Array.from(lengths).toSorted()
  return sorted[Math.floor((sorted.length - 1) * 0.9)] ?? 72
}

/** Columns by which a line of prose may fall short of the width although a word more would have fitted. */
const SLACK = 6

/**
 * Whether a block is hard-wrapped prose: beyond the indent common to all its lines none but the first
 * is indented, and lines end where the next word would not have fitted. One line alone is prose.
 */
export function isProse(block: TextBlock, width: number): boolean {
  const { lines } = block
  const indent = commonIndent(lines)
  let wrapped = 0
  for (let index = 0; index + 1 < lines.length; index++) {
    const next = (lines[index + 1] ?? '').slice(indent)
    if (/^\s/.test(next)) return false
    const word = /^\S{1,80}/.exec(next)?.[0] ?? ''
    if ((lines[index] ?? '').length + 1 + word.length > width - SLACK) wrapped++
  }
  return wrapped >= 0.7 * (lines.length - 1)
}

function commonIndent(lines: readonly string[]): number {
  return lines.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), Infinity)
}

/** Number of words. */
export function blockWords(block: TextBlock): number {
  return block.lines.reduce((sum, line) => sum + line.trim().split(/\s+/).length, 0)
}

/** A block as text: prose on one line when a `width` is given, else its lines without common indent. */
export function unwrapBlock(block: TextBlock, width: number | undefined): string {
  const { lines } = block
  if (width !== undefined && isProse(block, width)) return joinLines(lines)
  const indent = commonIndent(lines)
  return lines.map((line) => line.slice(indent)).join('\n')
}

/** Joins lines; none gets a space behind a dash or a hyphen that it ends with. */
function joinLines(lines: readonly string[]): string {
  let text = ''
  for (const line of lines) {
    const glued = text === '' || /--$|\p{L}-$/u.test(text.slice(-3))
    text += (glued ? '' : ' ') + line.trim()
  }
  return text.replace(/ {2,}/g, ' ')
}

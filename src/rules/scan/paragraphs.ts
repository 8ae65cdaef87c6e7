import { characterFlags, SPACE } from './character-flags.ts'
import type { TextScan } from './text-scan.ts'

/**
 * Paragraphs of a text without the white space around it: what stands between two or more line feeds in a row. A
 * line of spaces ends none. A blank text has one paragraph, the empty one.
 *
 * @param each is given the units of each paragraph.
 */
export function eachParagraph(scan: TextScan, each: (from: number, to: number) => void): void {
  const { start, end } = scan.content
  if (start === end) {
    each(start, end)
    return
  }
  const { lines } = scan
  let from = -1
  let to = start
  for (let line = 0; line < lines.count; line++) {
    const first = Math.max(lines.start[line] as number, start)
    const last = Math.min(lines.end[line] as number, end)
    if (last < first || (lines.end[line] as number) <= start) continue
    if ((lines.start[line] as number) >= end) break
    if (lines.start[line] === lines.end[line]) {
      if (from >= 0) each(from, to)
      from = -1
      continue
    }
    if (from < 0) from = first
    to = last
  }
  if (from >= 0) each(from, to)
}

/** The same paragraphs, each without the white space around it, blank ones left out. */
export function eachTrimmedParagraph(scan: TextScan, each: (from: number, to: number) => void): void {
  const flags = characterFlags()
  const { codes } = scan
  eachParagraph(scan, (from, to) => {
    let start = from
    let end = to
    while (start < end && ((flags[codes[start] as number] as number) & SPACE) !== 0) start++
    while (end > start && ((flags[codes[end - 1] as number] as number) & SPACE) !== 0) end--
    if (start < end) each(start, end)
  })
}

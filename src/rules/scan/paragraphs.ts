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
  let isOpen = false
  let from = 0
  let to = 0
  for (let line = 0; line < lines.count; line++) {
    const first = lines.start[line] as number
    const last = lines.end[line] as number
    // Lines of white space at both ends of the text are no part of it.
    if (last <= start) continue
    if (first >= end) {
      if (isOpen) each(from, to)
      return
    }
    if (first === last) {
      if (isOpen) each(from, to)
      isOpen = false
      continue
    }
    if (!isOpen) {
      isOpen = true
      from = Math.max(first, start)
    }
    to = Math.min(last, end)
  }
  if (isOpen) each(from, to)
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

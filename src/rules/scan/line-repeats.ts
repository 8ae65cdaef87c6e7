import { eachParagraph, eachTrimmedParagraph } from './paragraphs.ts'
import { RepeatCounter, type Repeats } from './repeats.ts'
import type { TextScan } from './text-scan.ts'

const COUNTER = new RepeatCounter()

/** Repeats among the lines that hold more than white space, each without the white space around it. */
export function trimmedLineRepeats(scan: TextScan): Repeats {
  return scan.once(trimmedLineRepeats, () => countTrimmedLineRepeats(scan))
}

function countTrimmedLineRepeats(scan: TextScan): Repeats {
  const { lines, ranges } = scan
  const numbers = lines.trimmedNumbers(ranges)
  COUNTER.reset()
  for (let line = 0; line < lines.count; line++) {
    const from = lines.trimmedStart[line] as number
    const to = lines.trimmedEnd[line] as number
    if (from < to) COUNTER.add(numbers[line] as number, scan.pointsIn(from, to))
  }
  return COUNTER.total(ranges.count)
}

/** Which of the lines between line feeds count, each as it stands. */
export type WholeLines = 'all' | 'not-blank' | 'between-runs'

/**
 * Repeats among lines as they stand, the white space at their ends included.
 *
 * `between-runs` are the pieces that Python's `re.split("\n+")` gives: no empty lines but one before a line feed
 * that begins the text and one behind a line feed that ends it.
 */
export function wholeLineRepeats(scan: TextScan, which: WholeLines): Repeats {
  return scan.once(which, () => countWholeLineRepeats(scan, which))
}

function countWholeLineRepeats(scan: TextScan, which: WholeLines): Repeats {
  const { lines, ranges } = scan
  const numbers = lines.numbers(ranges)
  const last = lines.count - 1
  COUNTER.reset()
  for (let line = 0; line <= last; line++) {
    const from = lines.start[line] as number
    const to = lines.end[line] as number
    if (which === 'not-blank' && lines.trimmedStart[line] === lines.trimmedEnd[line]) continue
    if (which === 'between-runs' && from === to && line !== 0 && line !== last) continue
    COUNTER.add(numbers[line] as number, scan.pointsIn(from, to))
  }
  return COUNTER.total(ranges.count)
}

/** Repeats among the paragraphs as {@link eachParagraph} gives them. */
export function paragraphRepeats(scan: TextScan): Repeats {
  return scan.once(paragraphRepeats, () => countParagraphRepeats(scan))
}

function countParagraphRepeats(scan: TextScan): Repeats {
  COUNTER.reset()
  eachParagraph(scan, (from, to) => {
    COUNTER.add(scan.ranges.numberOf(from, to), scan.pointsIn(from, to))
  })
  return COUNTER.total(scan.ranges.count)
}

/** Repeats among the paragraphs without the white space around them, blank ones left out. */
export function trimmedParagraphRepeats(scan: TextScan): Repeats {
  return scan.once(trimmedParagraphRepeats, () => countTrimmedParagraphRepeats(scan))
}

function countTrimmedParagraphRepeats(scan: TextScan): Repeats {
  COUNTER.reset()
  eachTrimmedParagraph(scan, (from, to) => {
    COUNTER.add(scan.ranges.numberOf(from, to), scan.pointsIn(from, to))
  })
  return COUNTER.total(scan.ranges.count)
}

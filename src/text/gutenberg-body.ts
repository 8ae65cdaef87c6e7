import { blockWords, isProse, type TextBlock } from './gutenberg-blocks.ts'

export interface BodyOptions {
  /** Column at which prose is wrapped. */
  readonly width: number
  readonly prefaces: boolean
}

export interface Body {
  readonly blocks: readonly TextBlock[]
  readonly notes: readonly TextBlock[]
  readonly chapters: number
}

/** The blocks of a book's text proper, from what stands between Project Gutenberg's header and footer. */
export function bodyBlocks(all: readonly TextBlock[], options: BodyOptions): Body {
  const produced = cutCredits(all)
  const { kept, notes } = liftNotes(dropBracketed(produced))
  const front = bodyStart(kept, options)
  const body = kept.slice(front, bodyEnd(kept, front))
  const blocks = notes.length > 0 ? body.map(withoutMarks) : body
  return { blocks, notes, chapters: blocks.filter(isUnitHeading).length }
}

const CREDITS =
  /^\W{0,3}(?:produced by|e-?(?:text|book) (?:was )?(?:prepared|produced) by|this e-?(?:text|book) was (?:produced|prepared|transcribed)|transcribed (?:from|by)|scanned (?:and proofed )?by|prepared by|digiti[sz]ed by|html version by|note: project gutenberg|credits:?\s)|distributed\s+proofread|www\.pgdp\.net/i
const TRANSCRIBER = /^\W{0,3}transcriber\W{0,2}s?\W{0,2}\s+notes?\b/i
const RULE = /^[-=*_~ ]{5,}$/
/** Blocks at the front in which credits are looked for, and words that a transcriber's note may have. */
const CREDIT_BLOCKS = 15
const NOTE_WORDS = 400

/** Cuts credits and transcriber's notes before the text, and a transcriber's note that ends it. */
function cutCredits(blocks: readonly TextBlock[]): readonly TextBlock[] {
  const dropped = new Set<number>()
  for (let index = 0; index < Math.min(CREDIT_BLOCKS, blocks.length); index++) {
    const text = textOf(blocks[index])
    if (CREDITS.test(text)) dropped.add(index)
    else if (TRANSCRIBER.test(text)) for (let at = index; at <= noteEnd(blocks, index); at++) dropped.add(at)
  }
  const tail = blocks.findLastIndex(
    (block, index) => index > blocks.length * 0.9 && TRANSCRIBER.test(textOf(block)),
  )
  return blocks.filter((_, index) => !dropped.has(index) && (tail === -1 || index < tail))
}

/** The last block of a transcriber's note: up to a rule or a wide gap, where one comes soon. */
function noteEnd(blocks: readonly TextBlock[], from: number): number {
  let words = 0
  for (let index = from; index < blocks.length && words <= NOTE_WORDS; index++) {
    const block = blocks[index]
    if (block === undefined) break
    if (index > from && RULE.test(textOf(block))) return index
    if (index > from && block.gap >= 3) return index - 1
    words += blockWords(block)
  }
  return from
}

/** Cuts `[Illustration: ...]` and the like, over several blocks where the bracket stays open. */
function dropBracketed(blocks: readonly TextBlock[]): readonly TextBlock[] {
  const kept: TextBlock[] = []
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]
    if (block === undefined) break
    if (/^\s*\[(?:illustrations?|transcriber|sidenote|blank page)\b/i.test(block.lines[0] ?? '')) {
      index = bracketEnd(blocks, index)
    } else kept.push(block)
  }
  return kept
}

/** Index of the block in which the bracket opened by block `from` closes; `from` when none does soon. */
function bracketEnd(blocks: readonly TextBlock[], from: number): number {
  let depth = 0
  for (let index = from; index < Math.min(blocks.length, from + 40); index++) {
    for (const character of textOf(blocks[index])) {
      if (character === '[') depth++
      else if (character === ']' && --depth === 0) return index
    }
  }
  return from
}

/** Takes `[Footnote 1: ...]` and the entries below a heading `FOOTNOTES` out of the text. */
function liftNotes(blocks: readonly TextBlock[]): {
  kept: readonly TextBlock[]
  notes: readonly TextBlock[]
} {
  const kept: TextBlock[] = []
  const notes: TextBlock[] = []
  let listed = false
  for (let index = 0; index < blocks.length; index++) {
    const block = blocks[index]
    if (block === undefined) break
    const text = textOf(block)
    if (/^\W{0,3}footnotes?\W{0,3}$/i.test(text)) {
      listed = true
    } else if (/^\s*\[footnote\b/i.test(text)) {
      const end = bracketEnd(blocks, index)
      notes.push(...blocks.slice(index, end + 1))
      index = end
    } else if (listed && /^\s*(?:\[(?:\d{1,4}|[A-Z*])\]|\d{1,4}[.)])\s/.test(text)) notes.push(block)
    else {
      listed &&= /^\s/.test(block.lines[0] ?? '') && !isUnitHeading(block)
      ;(listed ? notes : kept).push(block)
    }
  }
  return { kept, notes }
}

function withoutMarks(block: TextBlock): TextBlock {
  return { ...block, lines: block.lines.map((line) => line.replace(/ ?\[(?:\d{1,4}|[A-Z*])\]/g, '')) }
}

const NUMBER =
  '(?:[ivxlc]{1,8}|\\d{1,3}|(?:the )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last)|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)'
const UNIT = new RegExp(
  `^\\W{0,3}(chapter|chap\\.?|book|part|epoch|volume|vol\\.?|canto|act|letter|stave|section|scene) ${NUMBER}\\b`,
  'i',
)
const FIRST =
  /^\W{0,3}(?:(chapter|chap\.?|book|part|epoch|volume|vol\.?|canto|act|letter|stave|section) (?:i|1|one|(?:the )?first)\b|(prologue|proem)\b|(i|1)\.?$)/i
const PREFACE = /^\W{0,3}((?:author's |the )?(?:preface|foreword|introduction|introductory)\b)/i
/** Share of the words that may be cut at the front, and at the end. */
const MAX_FRONT_RATIO = 0.3
const MAX_BACK_RATIO = 0.3
const PROSE_WORDS = 40

function isUnitHeading(block: TextBlock): boolean {
  return block.lines.length <= 4 && UNIT.test(textOf(block))
}

/** Index of the first heading that text follows: what precedes it is title page, contents and lists. */
function bodyStart(blocks: readonly TextBlock[], { width, prefaces }: BodyOptions): number {
  const limit = wordsOf(blocks) * MAX_FRONT_RATIO
  let words = 0
  for (let index = 0; index < blocks.length && words <= limit; index++) {
    const block = blocks[index]
    if (block === undefined) break
    const text = textOf(block)
    const unit = (FIRST.exec(text) ?? (prefaces ? PREFACE.exec(text) : null))
      ?.slice(1)
      .find((name) => name !== undefined)
    if (
      unit !== undefined &&
      block.lines.length <= 4 &&
      opensText(blocks, index, unit.toLowerCase(), width)
    ) {
      return index
    }
    words += blockWords(block)
  }
  return afterContents(blocks, width)
}

/** Whether prose comes behind the heading at `index` before the same unit is named again. */
function opensText(blocks: readonly TextBlock[], index: number, unit: string, width: number): boolean {
  for (const block of blocks.slice(index + 1, index + 12)) {
    if (blockWords(block) >= PROSE_WORDS && isProse(block, width)) return true
    if (textOf(block).toLowerCase().startsWith(unit)) return false
  }
  return false
}

/** Without a first chapter: the block behind a table of contents near the front, else the first. */
function afterContents(blocks: readonly TextBlock[], width: number): number {
  const contents = blocks
    .slice(0, 40)
    .findIndex((block) => /^\W{0,3}(?:table of )?contents\W{0,3}$/i.test(textOf(block)))
  if (contents === -1) return 0
  for (let index = contents + 1; index < Math.min(blocks.length, contents + 200); index++) {
    const block = blocks[index]
    if (block === undefined || blockWords(block) < PROSE_WORDS || !isProse(block, width)) continue
    // The headings of the text stand behind the widest gap between contents and text.
    const between = blocks.slice(contents + 1, index + 1)
    const widest = Math.max(...between.slice(1).map(({ gap }) => gap), 0)
    const from = between.findLastIndex(({ gap }, at) => at > 0 && gap === widest)
    return from === -1 ? index : contents + 1 + from
  }
  return 0
}

/** Index behind the last block of the text: at `THE END`, unless chapters or too much follow. */
function bodyEnd(blocks: readonly TextBlock[], start: number): number {
  const limit = wordsOf(blocks) * MAX_BACK_RATIO
  let words = 0
  let cut = blocks.length
  for (let index = blocks.length - 1; index > start && words <= limit; index--) {
    const block = blocks[index]
    if (block === undefined || isUnitHeading(block)) break
    if (/^\W{0,3}(?:the end|finis|fin|ende)\W{0,3}$/i.test(textOf(block))) cut = index + 1
    words += blockWords(block)
  }
  return cut
}

function wordsOf(blocks: readonly TextBlock[]): number {
  return blocks.reduce((sum, block) => sum + blockWords(block), 0)
}

function textOf(block: TextBlock | undefined): string {
  return block?.lines.join(' ').trim() ?? ''
}

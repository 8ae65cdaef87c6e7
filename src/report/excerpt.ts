import type { Meta } from '../model/document.ts'
import { masked, TYPE_SLOT } from '../personal-data/mask.ts'
import { personalDataScanner } from '../personal-data/scan.ts'

/** The beginning of a text, bounded. */
export interface Excerpt {
  readonly text: string
  /** Characters of the whole text that are not shown. */
  readonly more: number
}

/** Longest excerpt in UTF-16 units: enough to judge a page, small enough for hundreds in one file. */
export const EXCERPT_LENGTH = 600

/** Most examples on each side of a rule, and of each reason. */
export const EXAMPLES = 20

/** How far behind an excerpt's end is looked for the rest of a value that begins in it, in UTF-16 units. */
const VALUE_REACH = 320
const PLACEHOLDER = `[${TYPE_SLOT}]`
const scan = personalDataScanner()

/**
 * The first units of a text, with placeholders for personal data and secrets: a report goes where the version does
 * not. Never half of a surrogate pair.
 */
export function opening(text: string, length = EXCERPT_LENGTH): Excerpt {
  const head = text.slice(0, length + VALUE_REACH)
  const findings = scan(head).filter(({ start }) => start < length)
  if (findings.length === 0) return cut(text, length)
  const end = Math.max(length, findings.at(-1)?.end ?? 0)
  const shown = cut(masked(head.slice(0, end), findings, PLACEHOLDER), length)
  return { text: shown.text, more: Math.max(0, text.length - length) }
}

/** The first units of a text as they are; never half of a surrogate pair. */
function cut(text: string, length: number): Excerpt {
  if (text.length <= length) return { text, more: 0 }
  const last = text.charCodeAt(length - 1)
  const end = last >= 0xd8_00 && last <= 0xdb_ff ? length - 1 : length
  return { text: text.slice(0, end), more: text.length - end }
}

/** What is known of a document besides its URL, on one bounded line: `title: A page; score: 3`. */
export function about(meta: Meta): string | null {
  const parts: string[] = []
  for (const [name, value] of Object.entries(meta)) {
    if (name === 'url') continue
    parts.push(
      `${bounded(name, 40)}: ${bounded(opening(typeof value === 'string' ? value : JSON.stringify(value)).text, 100)}`,
    )
    if (parts.length === 8) break
  }
  return parts.length === 0 ? null : bounded(parts.join('; '))
}

/** A URL, title or detail bounded to what a line can show; `…` where something is left out. */
export function bounded(text: string, length = 300): string {
  const { text: head, more } = cut(text, length)
  return more === 0 ? head : `${head}…`
}

/** {@link bounded} for what may be missing. */
export function boundedOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : bounded(text)
}

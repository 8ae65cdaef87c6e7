import { visible } from './visible.ts'

/** A piece of HTML that is safe to put between tags. Made by {@link html} only. */
export interface Markup {
  readonly markup: string
}

export type Part = Markup | string | number | readonly Part[]

/**
 * HTML from a template whose holes are escaped: texts for between tags and for quoted attributes alike
 * (a hole in an attribute must be in double quotes), with hidden characters made visible. Nested markup
 * and lists go in as they are.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let markup = strings[0] ?? ''
  for (const [index, part] of parts.entries()) markup += render(part) + (strings[index + 1] ?? '')
  return { markup }
}

function render(part: Part): string {
  if (typeof part === 'string') return escapeText(part)
  if (typeof part === 'number') return String(part)
  if ('markup' in part) return part.markup
  return part.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escapeText(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '')
}

/** Nothing. */
export const NOTHING: Markup = { markup: '' }

/** An element id made of names, equal names giving equal ids; letters, digits, `-`, `_` and `.` only. */
export function anchor(...names: readonly string[]): string {
  return names
    .map((name) => name.replace(/[^a-zA-Z0-9-]/gu, (each) => `_${(each.codePointAt(0) ?? 0).toString(16)}_`))
    .join('.')
}

/** A text that somebody else wrote, kept from turning its surroundings round. */
export function foreign(text: string): Markup {
  return html`<bdi>${text}</bdi>`
}

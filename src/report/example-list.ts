import type { Excerpt } from './excerpt.ts'
import { foreign, html, type Markup, NOTHING } from './markup.ts'
import { count, measured } from './numbers.ts'
import type { Example } from './report-data.ts'

/** Documents with what decided about them and the beginning of their texts. */
export function exampleList(examples: readonly (Example & { readonly detail?: string | null })[]): Markup {
  return html`<ol>${examples.map((example) => html`<li class="example">${exampleBody(example)}</li>`)}</ol>`
}

/** One document, without the list around it. */
export function exampleBody(example: Example & { readonly detail?: string | null }): Markup {
  const { value, margin, url, id, about, excerpt, detail } = example
  return html`<p class="facts">${value === null ? NOTHING : html`<b data-value="${value}">${measured(value)}</b>`}${margin === null ? NOTHING : html`<span>margin ${signed(margin)}</span>`}${url === null ? NOTHING : foreign(url)}<span class="id">${id}</span>${typeof detail === 'string' ? foreign(detail) : NOTHING}</p>${about === null ? NOTHING : html`<p class="facts">${foreign(about)}</p>`}
${textBlock(excerpt)}`
}

function textBlock(excerpt: Excerpt | null): Markup {
  if (excerpt === null) return html`<p class="facts">The version does not hold its text.</p>`
  const more =
    excerpt.more === 0 ? NOTHING : html` <span class="quiet">… ${count(excerpt.more)} more characters</span>`
  return html`<p class="text" dir="auto">${excerpt.text}${more}</p>`
}

function signed(margin: number): string {
  return margin > 0 ? `+${measured(margin)}` : measured(margin)
}

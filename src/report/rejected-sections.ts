import { exampleBody, exampleList } from './example-list.ts'
import { anchor, foreign, html, type Markup, NOTHING } from './markup.ts'
import { count } from './numbers.ts'
import type { Example, ReportData } from './report-data.ts'

/** Documents dropped without a limit, duplicates side by side, and what could not be read. */
export function rejectedSections(data: ReportData): Markup {
  return html`${otherReasons(data)}${duplicates(data)}${failures(data)}`
}

function otherReasons({ reasons, keptSample }: ReportData): Markup {
  if (reasons.length === 0 && keptSample.length === 0) return NOTHING
  return html`<section id="other"><h2>Dropped without a limit, and kept</h2>
<p class="quiet">Documents that a stage wanted nothing of; drawn by chance, which no limit orders. Below them, kept documents drawn the same way.</p>
${reasons.map(
  ({
    step,
    reason,
    documents,
    examples,
  }) => html`<details id="${anchor('reason', step, reason)}"><summary>${foreign(step)}: ${foreign(reason)} <span class="quiet">${examples.length} of ${count(documents)}</span></summary>${exampleList(examples)}</details>
`,
)}${keptSample.length === 0 ? NOTHING : html`<details id="kept-sample"><summary>kept <span class="quiet">${keptSample.length} drawn</span></summary>${exampleList(keptSample)}</details>`}</section>`
}

function duplicates({ duplicates: { documents, reasons } }: ReportData): Markup {
  if (documents === 0) return NOTHING
  return html`<section id="duplicates"><h2>Duplicates</h2>
<p class="quiet">${count(documents)} documents met one that was taken instead. The pairs are drawn by chance.</p>
${reasons.map(
  ({
    step,
    reason,
    documents,
    pairs,
  }) => html`<section id="${anchor('duplicates', step, reason)}"><h3>${foreign(`${step}: ${reason}`)} <span class="quiet">${count(documents)}</span></h3>
${pairs.map(
  ({
    loser,
    winner,
  }) => html`<details><summary>${foreign(loser.url ?? loser.id)}</summary><div class="pair"><div><h4>taken instead</h4>${isGone(winner) ? html`<p class="facts"><span class="id">${winner.id}</span>It went on as another document, as a link does that became its page.</p>` : exampleBody(winner)}</div><div><h4>dropped</h4>${exampleBody(loser)}</div></div></details>
`,
)}</section>`,
)}</section>`
}

function isGone({ url, excerpt, about }: Example): boolean {
  return url === null && excerpt === null && about === null
}

function failures({ failures: { documents, reasons } }: ReportData): Markup {
  return html`<section id="failures"><h2>Could not be read</h2>
${documents === 0 ? html`<p>Everything could be read.</p>` : NOTHING}
${reasons.map(
  ({
    step,
    reason,
    documents,
    examples,
  }) => html`<h3>${foreign(`${step}: ${reason}`)} <span class="quiet">${count(documents)}</span></h3>
<div class="wide"><table><thead><tr><th scope="col">input</th><th class="n" scope="col">record</th><th scope="col">what was found</th><th scope="col">URL</th></tr></thead><tbody>
${examples.map(
  (
    each,
  ) => html`<tr><td class="wrap">${foreign(each.source)}</td><td class="n">${count(each.record)}</td><td class="wrap">${foreign(each.detail ?? '-')}</td><td class="wrap">${foreign(each.url ?? '-')}</td></tr>
`,
)}</tbody></table></div>`,
)}</section>`
}

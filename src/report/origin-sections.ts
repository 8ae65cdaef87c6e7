import type { Origins } from './kept-pass.ts'
import { foreign, html, type Markup, NOTHING } from './markup.ts'
import { bytes, count, duration, percent } from './numbers.ts'
import type { ReportData } from './report-data.ts'

/** Where the kept documents come from: licences, domains, inputs, and what made them. */
export function originSections(data: ReportData): Markup {
  return html`${origins('licences', 'Licences', 'licence', data.licences, data.totals.documents)}
${origins('domains', 'Domains', 'domain', data.domains, data.totals.documents)}
${inputs(data)}`
}

function origins(id: string, title: string, column: string, tally: Origins, documents: number): Markup {
  const { top, others, unknown, exact } = tally
  const line = (name: Markup, each: { readonly documents: number; readonly bytes: number }): Markup =>
    html`<tr><td class="wrap">${name}</td><td class="n">${count(each.documents)}</td><td class="n">${documents === 0 ? '-' : percent(each.documents / documents)}</td><td class="n">${bytes(each.bytes)}</td></tr>
`
  return html`<section id="${id}"><h2>${title}</h2>
<p class="quiet">Of the kept documents.${exact ? '' : ' More names than are held at once: counts are lower bounds.'}</p>
<div class="wide"><table><thead><tr><th scope="col">${column}</th><th class="n" scope="col">documents</th><th class="n" scope="col">share</th><th class="n" scope="col">text</th></tr></thead><tbody>
${unknown.documents === 0 ? NOTHING : line(html`<i>not known</i>`, unknown)}${top.map((each) => line(foreign(each.name), each))}${others.names === 0 ? NOTHING : line(html`<i>${count(others.names)} more</i>`, others)}</tbody></table></div></section>`
}

function inputs(data: ReportData): Markup {
  const fact = (name: string, value: string): Markup =>
    html`<tr><th scope="row">${name}</th><td class="wrap"><code>${value}</code></td></tr>
`
  return html`<section id="inputs"><h2>Inputs and hashes</h2>
<div class="wide"><table><thead><tr><th scope="col">input</th><th scope="col">file</th><th class="n" scope="col">size</th><th scope="col">SHA-256</th></tr></thead><tbody>
${data.inputs.map(
  (
    input,
  ) => html`<tr><td>${foreign(input.input)}</td><td class="wrap">${foreign(input.uri)}</td><td class="n">${bytes(input.bytes)}</td><td class="wrap"><code>${input.hash}</code></td></tr>
`,
)}</tbody></table></div>
<div class="wide"><table><tbody>
${fact('plan', data.planId)}${fact('kept', data.hashes.kept)}${fact('rejected', data.hashes.rejected)}${fact('signals', data.hashes.signals)}${fact('parents', data.parents.length === 0 ? 'none' : data.parents.join(', '))}${fact('runtime', `Node ${data.runtime.node}, Unicode ${data.runtime.unicode}, ICU ${data.runtime.icu}`)}${fact('cost', `${duration(data.cost.seconds)}, ${duration(data.cost.cpuSeconds)} of CPU`)}</tbody></table></div></section>`
}

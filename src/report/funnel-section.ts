import { anchor, foreign, html, type Markup, NOTHING } from './markup.ts'
import { bytes, count, percent, scaled } from './numbers.ts'
import type { ReportData, ReportStep } from './report-data.ts'

/** The funnel: bars by documents and by tokens (bytes where tokens are not known), and its numbers. */
export function funnelSection(data: ReportData): Markup {
  return html`<section id="funnel"><h2>Funnel</h2>
${bars(data)}
${numbers(data)}
<p class="quiet">${tokenNote(data)}</p></section>
<section id="reasons"><h2>Reasons</h2>
${reasons(data)}</section>`
}

function bars({ steps, tokens }: ReportData): Markup {
  const size = (step: ReportStep, side: 'in' | 'out'): number => {
    if (tokens === null) return side === 'in' ? step.bytesIn : step.bytesOut
    // Where no text went in, the bar is of what came out alone.
    return (side === 'in' ? step.tokensIn : step.tokensOut) ?? step.tokensOut ?? 0
  }
  const mostDocuments = Math.max(1, ...steps.map((step) => Math.max(step.in, step.out)))
  const mostSize = Math.max(1, ...steps.map((step) => Math.max(size(step, 'in'), size(step, 'out'))))
  const unit = tokens === null ? 'text' : 'tokens'
  const shown = tokens === null ? bytes : scaled
  return html`<p class="legend quiet"><span><i class="key k-before"></i>went in</span><span><i class="key k-after"></i>came out</span></p>
<div class="bars"><span class="head">step</span><span class="head">documents</span><span class="head">${unit}${tokens === null ? '' : ' (estimate)'}</span>
${steps.map(
  (step) => html`<span class="name">${foreign(step.name)}</span>
${bar(step.in, step.out, mostDocuments, `${count(step.in)} documents in, ${count(step.out)} out`, count(step.out), ' docs')}
${bar(size(step, 'in'), size(step, 'out'), mostSize, `${tokens !== null && step.tokensIn === null ? 'no text' : `${shown(size(step, 'in'))} ${unit}`} in, ${shown(size(step, 'out'))} out`, shown(size(step, 'out')), ` ${unit}`)}`,
)}</div>`
}

function bar(
  before: number,
  after: number,
  most: number,
  label: string,
  shown: string,
  unit: string,
): Markup {
  const share = (value: number): string => `${((100 * value) / most).toFixed(3)}%`
  return html`<div class="cell"><svg role="img" aria-label="${label}"><title>${label}</title><rect class="before" width="${share(before)}" height="100%"/><rect class="after" width="${share(after)}" height="100%"/></svg><span data-unit="${unit}">${shown}</span></div>`
}

function numbers({ steps, tokens }: ReportData): Markup {
  const estimate = tokens === null ? NOTHING : html`<th class="n" scope="col">tokens out</th>`
  return html`<div class="wide"><table><thead><tr><th scope="col">step</th><th class="n" scope="col">in</th><th class="n" scope="col">kept</th><th class="n" scope="col">dropped</th><th class="n" scope="col">failed</th><th class="n" scope="col">share kept</th><th class="n" scope="col">bytes in</th><th class="n" scope="col">bytes out</th>${estimate}</tr></thead><tbody>
${steps.map(
  (
    step,
  ) => html`<tr data-step="${step.name}"><th scope="row">${foreign(step.name)}</th><td class="n">${count(step.in)}</td><td class="n">${count(step.kept)}</td><td class="n">${count(step.dropped)}</td><td class="n">${count(step.failed)}</td><td class="n">${step.in === 0 ? '-' : percent(step.kept / step.in)}</td><td class="n">${bytes(step.bytesIn)}</td><td class="n">${bytes(step.bytesOut)}</td>${tokens === null ? NOTHING : html`<td class="n">${scaled(step.tokensOut ?? 0)}</td>`}</tr>
`,
)}</tbody></table></div>`
}

function tokenNote({ tokens }: ReportData): string {
  if (tokens === null) return 'No text is held, so tokens could not be estimated.'
  if (tokens.encoding === 'given')
    return `Tokens are an estimate: ${tokens.kept.toFixed(4)} a byte, as given.`
  return `Tokens are an estimate by GPT-2's byte pair encoding (${tokens.encoding}): ${tokens.kept.toFixed(4)} tokens a byte of kept text and ${tokens.dropped.toFixed(4)} of dropped text, measured on ${bytes(tokens.sample.bytes)} of ${count(tokens.sample.documents)} documents drawn by id.`
}

function reasons(data: ReportData): Markup {
  const rows = data.steps.flatMap((step) =>
    Object.entries(step.reasons)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([reason, documents]) => ({ step, reason, documents })),
  )
  if (rows.length === 0) return html`<p>No document was dropped, and none failed.</p>`
  return html`<div class="wide"><table><thead><tr><th scope="col">step</th><th scope="col">reason</th><th class="n" scope="col">documents</th><th class="n" scope="col">of the step's input</th></tr></thead><tbody>
${rows.map(({ step, reason, documents }) => {
  const target = reasonAnchor(data, step.name, reason)
  const name = target === undefined ? foreign(reason) : html`<a href="#${target}">${foreign(reason)}</a>`
  return html`<tr data-reason="${reason}"><th scope="row">${foreign(step.name)}</th><td class="reason">${name}</td><td class="n">${count(documents)}</td><td class="n">${step.in === 0 ? '-' : percent(documents / step.in)}</td></tr>
`
})}</tbody></table></div>`
}

/** Where the report shows documents of a reason. */
function reasonAnchor(data: ReportData, step: string, reason: string): string | undefined {
  const isIt = (each: { readonly step: string; readonly reason: string }): boolean =>
    each.step === step && each.reason === reason
  for (const signal of data.signals) {
    if (signal.step !== step) continue
    const rule = signal.rules.find((each) => each.reason === reason)
    if (rule !== undefined) return anchor('rule', step, signal.signal, rule.reason)
  }
  if (data.reasons.some(isIt)) return anchor('reason', step, reason)
  if (data.failures.reasons.some(isIt)) return 'failures'
  return data.duplicates.reasons.some(isIt) ? anchor('duplicates', step, reason) : undefined
}

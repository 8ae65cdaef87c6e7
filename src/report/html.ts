import { classifierSection } from './classifier-section.ts'
import { copiesAnchor, copiesSections } from './copies-sections.ts'
import { funnelSection } from './funnel-section.ts'
import { anchor, foreign, html, type Markup, NOTHING } from './markup.ts'
import { bytes, count, counted, percent, scaled } from './numbers.ts'
import { originSections } from './origin-sections.ts'
import { PAGE_STYLE } from './page-style.ts'
import { rejectedSections } from './rejected-sections.ts'
import type { ReportData } from './report-data.ts'
import { signalSection } from './signal-section.ts'

/** No request of any kind, no script, no form, no base: whatever a document managed to say. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/** The report as one HTML file that needs neither network nor JavaScript. */
export function reportHtml(data: ReportData): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${{ markup: POLICY }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${data.ref}: report</title>
<link rel="icon" href="data:,">
<style>${{ markup: PAGE_STYLE }}</style>
</head>
<body><div class="page">
${contents(data)}
${head(data)}
<main>
${funnelSection(data)}
${signalSection(data)}
${classifierSection(data)}
${copiesSections(data)}
${rejectedSections(data)}
${originSections(data)}
<footer><p>One document: <code>tilth why ${data.ref} ID_OR_URL</code>, its text: <code>tilth show ${data.ref} ID_OR_URL</code>, this page as data: <code>tilth report ${data.ref} --json</code>.</p></footer>
</main></div></body></html>
`.markup
}

function contents(data: ReportData): Markup {
  const link = (id: string, text: string): Markup => html`<a href="#${id}">${foreign(text)}</a>`
  const signals = data.signals.map(
    ({ step, signal }) => html`<li>${link(anchor('signal', step, signal), `${step}.${signal}`)}</li>`,
  )
  const copies = data.groups.map(({ step }) => html`<li>${link(copiesAnchor(step), step)}</li>`)
  return html`<nav aria-label="Sections"><ul>
<li>${link('funnel', 'Funnel')}</li><li>${link('reasons', 'Reasons')}</li>${signals.length === 0 ? NOTHING : html`<li>${link('signals', 'Signals')}<ul>${signals}</ul></li>`}${data.classifiers.length === 0 ? NOTHING : html`<li>${link('classifiers', 'Classifiers')}</li>`}${copies.length === 0 ? NOTHING : html`<li>${link('copies', 'Copies')}<ul>${copies}</ul></li>`}${data.reasons.length + data.keptSample.length === 0 ? NOTHING : html`<li>${link('other', 'Without a limit')}</li>`}${data.duplicates.documents === 0 ? NOTHING : html`<li>${link('duplicates', 'Duplicates')}</li>`}<li>${link('failures', 'Could not be read')}</li><li>${link('licences', 'Licences')}</li><li>${link('domains', 'Domains')}</li><li>${link('inputs', 'Inputs and hashes')}</li>
</ul></nav>`
}

function head(data: ReportData): Markup {
  const { documents, bytes: size, tokens } = data.totals
  const sample =
    data.sampleRatio === 1
      ? NOTHING
      : html`<p>A sample: ${percent(data.sampleRatio)} of the main input was drawn.</p>`
  return html`<header><h1>${foreign(data.ref)}</h1>
<p class="total">${counted(documents, 'document')}, ${bytes(size)} of text${tokens === null ? '' : `, about ${scaled(tokens)} tokens`}</p>
<p class="quiet">Recipe ${foreign(data.recipe)}, plan <code>${data.planId.slice(0, 8)}</code>, made ${data.created.slice(0, 16).replace('T', ' ')} UTC</p>
${sample}${news(data)}
${data.warnings.length === 0 ? NOTHING : html`<ul class="warnings" aria-label="Warnings">${data.warnings.map(({ text, anchor }) => html`<li>Warning: <a href="#${anchor}">${foreign(text)}</a></li>`)}</ul>`}</header>`
}

function news({ previous }: ReportData): Markup {
  if (previous === null) return NOTHING
  const { ref, added, removed, changed, same } = previous
  return html`<p id="news">Since ${foreign(ref)}: ${counted(added, 'document')} added, ${count(removed)} removed, ${count(changed)} changed, ${count(same)} as they were.</p>`
}

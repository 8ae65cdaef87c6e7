import type { ReportClassifier } from './classifier-data.ts'
import { foreign, html, type Markup, NOTHING } from './markup.ts'
import { count } from './numbers.ts'
import type { ReportData } from './report-data.ts'

const HEIGHT = 40

/** Each classifier that chose: how well it tells its sources apart, and the scores of sources, crawl and kept documents. */
export function classifierSection({ classifiers }: ReportData): Markup {
  if (classifiers.length === 0) return NOTHING
  return html`<section id="classifiers"><h2>Classifiers</h2>${classifiers.map(classifier)}</section>`
}

function classifier({ step, ref, metrics, measured, kept }: ReportClassifier): Markup {
  const rows = [
    ...metrics.sources.map(({ name, role, auc, histogram }) => ({
      name: `${name}, ${role}, held out`,
      auc: role === 'positives' ? auc : null,
      histogram,
    })),
    { name: 'measured here', auc: null, histogram: measured },
    { name: 'kept', auc: null, histogram: kept },
  ]
  const auc = metrics.auc === null ? 'not known' : metrics.auc.toFixed(3)
  return html`<h3>${foreign(step)}: ${foreign(ref)}</h3>
<p>AUC on what was held out: ${auc}, where .5 is chance and 1 tells all apart.</p>
${metrics.warnings.length === 0 ? NOTHING : html`<ul class="warnings">${metrics.warnings.map((warning) => html`<li>Warning: ${foreign(warning)}</li>`)}</ul>`}
<div class="wide"><table><thead><tr><th scope="col">documents</th><th class="n" scope="col">how many</th><th class="n" scope="col">AUC</th><th scope="col">score, 0 to 1</th></tr></thead><tbody>
${rows.map(
  (row) =>
    html`<tr><th scope="row">${foreign(row.name)}</th><td class="n">${count(sum(row.histogram))}</td><td class="n">${row.auc === null ? '-' : row.auc.toFixed(3)}</td><td>${bars(row.name, row.histogram)}</td></tr>
`,
)}</tbody></table></div>`
}

/** A histogram as small bars, the highest of which fills the height. */
function bars(name: string, histogram: readonly number[]): Markup {
  const most = Math.max(1, ...histogram)
  const width = 100 / histogram.length
  return html`<svg role="img" aria-label="${`Scores: ${name}`}" width="200" height="${HEIGHT}" data-scores="${name}">
${histogram.map((n, bin) => {
  if (n === 0) return NOTHING
  const height = Math.max(1, (HEIGHT * n) / most)
  const title = `${(bin / histogram.length).toFixed(2)} to below ${((bin + 1) / histogram.length).toFixed(2)}: ${count(n)}`
  return html`<rect class="after" x="${`${(bin * width).toFixed(2)}%`}" width="${`${(width * 0.9).toFixed(2)}%`}" y="${(HEIGHT - height).toFixed(1)}" height="${height.toFixed(1)}"><title>${title}</title></rect>`
})}</svg>`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

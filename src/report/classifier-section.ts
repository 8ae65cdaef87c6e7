import { fewHeldOut, heldOutCounts } from '../model/held-out.ts'
import { calibrationDrawing } from './calibration-drawing.ts'
import type { ReportClassifier, TopWord } from './classifier-data.ts'
import { foreign, html, type Markup, NOTHING } from './markup.ts'
import { count } from './numbers.ts'
import type { ReportData } from './report-data.ts'

const HEIGHT = 40

/** Each classifier that chose: how well it tells its sources apart, and the scores of sources, crawl and kept documents. */
export function classifierSection({ classifiers }: ReportData): Markup {
  if (classifiers.length === 0) return NOTHING
  return html`<section id="classifiers"><h2>Classifiers</h2>${classifiers.map(classifier)}</section>`
}

function classifier({ step, ref, metrics, measured, selected, kept }: ReportClassifier): Markup {
  const rows = [
    ...metrics.sources.map(({ name, role, auc, histogram }) => ({
      name: `${name}, ${role}, held out`,
      auc: role === 'positives' ? auc : null,
      histogram,
    })),
    { name: 'measured here', auc: null, histogram: measured },
    ...selected.map(({ step: by, histogram }) => ({ name: `selected by ${by}`, auc: null, histogram })),
    { name: 'kept at the end', auc: null, histogram: kept },
  ]
  const auc = metrics.auc === null ? 'not known' : metrics.auc.toFixed(3)
  const { positives, negatives } = heldOutCounts(metrics.sources)
  const warnings = [...metrics.warnings, ...fewHeldOut(metrics.sources)]
  return html`<h3>${foreign(step)}: ${foreign(ref)}</h3>
<p>AUC on what was held out: ${auc}, where .5 is chance and 1 tells all apart; of ${count(positives)} positive and ${count(negatives)} negative documents.</p>
${warnings.length === 0 ? NOTHING : html`<ul class="warnings">${warnings.map((warning) => html`<li>Warning: ${foreign(warning)}</li>`)}</ul>`}
<div class="wide"><table><thead><tr><th scope="col">documents</th><th class="n" scope="col">how many</th><th class="n" scope="col">AUC</th><th scope="col">score, 0 to 1</th></tr></thead><tbody>
${rows.map(
  (row) =>
    html`<tr><th scope="row">${foreign(row.name)}</th><td class="n">${count(sum(row.histogram))}</td><td class="n">${row.auc === null ? '-' : row.auc.toFixed(3)}</td><td>${bars(row.name, row.histogram)}</td></tr>
`,
)}</tbody></table></div>
<h4>Calibration</h4>
<p>Mean score of held-out documents, and the share of positives among them, both classes as frequent as in the fit. On the line, a score is the chance to be a
positive. Brier score ${metrics.calibration.brier.toFixed(4)}, calibration error ${metrics.calibration.expectedError.toFixed(4)}.</p>
${calibrationDrawing(metrics.calibration)}
<h4>Words</h4>
<p>By how much scores move with each: log-odds of one more, times the standard deviation of its number. Words in brackets share the feature by chance of the hash.</p>
<div class="wide"><table><thead><tr><th scope="col">speaks for a positive</th><th class="n" scope="col">moves by</th><th scope="col">speaks against</th><th class="n" scope="col">moves by</th></tr></thead><tbody>
${wordRows(metrics.topFeatures.positive, metrics.topFeatures.negative)}</tbody></table></div>`
}

/** Words of each side that are shown, and of those that share a feature. */
const WORDS = 12
const SHARING = 3

function wordRows(positive: readonly TopWord[], negative: readonly TopWord[]): readonly Markup[] {
  const rows = Math.min(WORDS, Math.max(positive.length, negative.length))
  const cells = (each: TopWord | undefined): Markup =>
    each === undefined
      ? html`<td></td><td></td>`
      : html`<td>${foreign(named(each))}</td><td class="n">${(each.weight * each.deviation).toFixed(3)}</td>`
  return Array.from(
    { length: rows },
    (_, at) => html`<tr>${cells(positive[at])}${cells(negative[at])}</tr>
`,
  )
}

function named({ words }: TopWord): string {
  const [first, ...others] = words.map(({ word }) => (word === '' ? '(empty: two spaces)' : word))
  if (first === undefined) return '(rare)'
  return others.length === 0 ? first : `${first} (${others.slice(0, SHARING).join(', ')})`
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

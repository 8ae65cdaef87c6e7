import type { ClassifierMetrics } from './classifier-data.ts'
import { html, type Markup, NOTHING } from './markup.ts'
import { count } from './numbers.ts'

/** Side of the plot, in pixels. */
const SIDE = 180

/** Scores of held-out documents beside how many of them were positives: a point a bin, on the diagonal where scores are what they claim. */
export function calibrationDrawing({ bins }: ClassifierMetrics['calibration']): Markup {
  const drawn = bins.filter(({ rows }) => rows > 0)
  const at = (value: number): string => (SIDE * value).toFixed(1)
  const below = (value: number): string => at(1 - value)
  const label = 'Calibration: mean score of held-out documents, and the share of positives among them'
  return html`<figure><svg role="img" aria-label="${label}" width="${SIDE}" height="${SIDE}" data-calibration>
<line class="axis" x1="0" y1="${SIDE}" x2="${SIDE}" y2="0"/>
<line class="axis" x1="0" y1="${SIDE}" x2="${SIDE}" y2="${SIDE}"/>
${drawn.map(({ meanScore, positiveRatio, rows }) => {
  if (meanScore === null || positiveRatio === null) return NOTHING
  const title = `mean score ${meanScore.toFixed(3)}: ${positiveRatio.toFixed(3)} positives of ${count(rows)}`
  return html`<circle class="after" cx="${at(meanScore)}" cy="${below(positiveRatio)}" r="4"><title>${title}</title></circle>`
})}</svg></figure>
<div class="wide"><table><thead><tr><th scope="col">score</th><th class="n" scope="col">documents</th><th class="n" scope="col">mean score</th><th class="n" scope="col">positives</th></tr></thead><tbody>
${drawn.map(
  ({ from, to, rows, meanScore, positiveRatio }) =>
    html`<tr><th scope="row">${from.toFixed(1)} to ${to.toFixed(1)}</th><td class="n">${count(rows)}</td><td class="n">${(meanScore ?? 0).toFixed(3)}</td><td class="n">${(positiveRatio ?? 0).toFixed(3)}</td></tr>
`,
)}</tbody></table></div>`
}

import type { Rule } from '../model/stage.ts'
import { type Histogram, niceStep, onScale } from './histogram.ts'
import { html, type Markup, NOTHING } from './markup.ts'
import { count, measured } from './numbers.ts'

/** Plot area, in pixels from the top; widths are shares of the drawing, so that letters never scale. */
const TOP = 54
const BOTTOM = 184
const LABELS = 202

/** A limit that is drawn into a histogram, and on which side of it the `verb` holds. */
export type DrawnLimit = Pick<Rule, 'keep' | 'limit'>

/** A histogram as inline SVG: all measured documents, the kept ones over them, and each rule's limit. */
export function histogramDrawing(
  name: string,
  histogram: Histogram,
  rules: readonly DrawnLimit[],
  verb = 'keep',
): Markup {
  const { edges, before, after, scale } = histogram
  const first = onScale(scale, edges[0] ?? 0)
  const last = onScale(scale, edges.at(-1) ?? 1)
  const place = (value: number): number => (100 * (onScale(scale, value) - first)) / (last - first)
  const most = Math.max(1, ...before)
  const bars = (counts: readonly number[], style: 'before' | 'after'): Markup[] =>
    counts.map((n, bin) => {
      if (n === 0) return NOTHING
      const [from = 0, to = 0] = [edges[bin], edges[bin + 1]]
      const left = place(from)
      // One pixel at least: a single document among a million is there.
      const cell = place(to) - left
      const width = scale === 'whole' ? Math.min(cell * 0.94, 12) : cell * 0.94
      const inset = scale === 'whole' ? (cell - width) / 2 : 0
      const height = Math.max(1, ((BOTTOM - TOP) * n) / most)
      const title = `${scale === 'whole' ? measured(from) : `${measured(from)} to below ${measured(to)}`}: ${count(before[bin] ?? 0)} measured, ${count(after[bin] ?? 0)} kept`
      return html`<rect class="${style}" x="${percentage(left + inset)}" width="${percentage(width)}" y="${(BOTTOM - height).toFixed(1)}" height="${height.toFixed(1)}"><title>${title}</title></rect>`
    })
  const label = `Histogram of ${name}: measured documents, and the kept ones among them`
  return html`<figure><div class="plot"><svg role="img" aria-label="${label}" data-histogram="${name}">
${bars(before, 'before')}${bars(after, 'after')}
<line class="axis" x1="0" x2="100%" y1="${BOTTOM}" y2="${BOTTOM}"/>
${ticks(histogram).map((tick) => html`<text x="${percentage(place(scale === 'whole' ? tick + 0.5 : tick))}" y="${LABELS}" text-anchor="middle">${measured(tick)}</text>`)}
${rules.map((rule, index) => limit(rule, place(border(rule, scale)), 12 + 16 * (index % 2), verb))}
<text x="0" y="${TOP - 6}">${count(most)} documents</text>
</svg></div></figure>`
}

/** Signs of {@link Rule.keep} as mathematics writes them. */
export const SIGNS = { 'at-least': '≥', 'at-most': '≤', above: '>', below: '<' } as const

/** Where the line goes: a bin of one whole number is wholly on one side of it. */
function border(rule: DrawnLimit, scale: Histogram['scale']): number {
  if (scale !== 'whole') return rule.limit
  switch (rule.keep) {
    case 'at-least':
    case 'below':
      return Math.ceil(rule.limit)
    case 'at-most':
    case 'above':
      return Math.floor(rule.limit) + 1
  }
}

function limit(rule: DrawnLimit, place: number, height: number, verb: string): Markup {
  const sign = SIGNS[rule.keep]
  const label = `${verb} ${sign} ${measured(rule.limit)}`
  if (place < -1e-6) return html`<text class="limit" x="0" y="${height}">← ${label}</text>`
  if (place > 100 + 1e-6)
    return html`<text class="limit" x="100%" y="${height}" text-anchor="end">${label} →</text>`
  const side = place > 60 ? 'end' : 'start'
  const gap = side === 'end' ? -5 : 5
  return html`<line class="limit" data-limit="${rule.limit}" x1="${percentage(place)}" x2="${percentage(place)}" y1="${height - 10}" y2="${BOTTOM}"/><text class="limit" x="${percentage(place)}" dx="${gap}" y="${height}" text-anchor="${side}">${label}</text>`
}

/** Values to write under the axis: at most six, inside the range. */
export function ticks({ scale, edges }: Pick<Histogram, 'scale' | 'edges'>): readonly number[] {
  const low = edges[0] ?? 0
  const high = edges.at(-1) ?? 1
  if (scale === 'log') {
    const powers = [0, ...Array.from({ length: 16 }, (_, power) => 10 ** power)].filter(
      (value) => value >= low && value <= high,
    )
    const every = Math.ceil(powers.length / 6)
    return powers.filter((_, index) => index % every === 0)
  }
  const step = Math.max(niceStep((high - low) / 5) || 1, scale === 'whole' ? 1 : 0)
  const first = Math.ceil(low / step - 1e-9)
  // The last border of whole numbers is no value.
  const end = scale === 'whole' ? high - 1 : high
  const values: number[] = []
  for (let n = first; n * step <= end + step * 1e-9 && values.length < 7; n++) values.push(n * step + 0)
  return values
}

function percentage(value: number): string {
  return `${value.toFixed(3)}%`
}

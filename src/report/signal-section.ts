import { exampleList } from './example-list.ts'
import { EXAMPLES } from './excerpt.ts'
import { histogramDrawing, SIGNS } from './histogram-drawing.ts'
import { anchor, foreign, html, type Markup, NOTHING } from './markup.ts'
import { count, measured } from './numbers.ts'
import type { ReportData, ReportRule, ReportSignal } from './report-data.ts'

/** Every signal: its histogram, its rules with the numbers on both sides, and texts from both sides. */
export function signalSection({ signals }: ReportData): Markup {
  if (signals.length === 0) return NOTHING
  return html`<section id="signals"><h2>Signals</h2>
<p class="legend quiet"><span><i class="key k-before"></i>all that were measured</span><span><i class="key k-after"></i>kept</span></p>
${signals.map(signalPart)}</section>`
}

function signalPart(signal: ReportSignal): Markup {
  const { step, signal: name, histogram, rules } = signal
  const { below, above } = histogram.outside
  const [low, high] = [histogram.edges[0] ?? 0, histogram.edges.at(-1) ?? 0]
  const outside = [
    ...(below > 0 ? [`${count(below)} below ${measured(low)}`] : []),
    ...(above > 0 ? [`${count(above)} from ${measured(high)} up`] : []),
  ]
  const notes = [
    `${count(signal.measured)} measured, ${count(signal.keptMeasured)} of them kept`,
    ...(histogram.scale === 'log' ? ['the axis is logarithmic'] : []),
    ...(outside.length > 0 ? [`not drawn: ${outside.join(', ')}`] : []),
  ]
  return html`<section id="${anchor('signal', step, name)}"><h3>${foreign(`${step}.${name}`)}</h3>
<p class="quiet">${foreign(signal.meaning)}</p>
${signal.measured === 0 ? html`<p>No document was measured.</p>` : histogramDrawing(`${step}.${name}`, histogram, rules)}
<p class="quiet">${notes.join('; ')}.</p>
${rules.length === 0 ? NOTHING : ruleTable(rules)}
${rules.map((rule) => ruleExamples(step, rule))}</section>`
}

function ruleTable(rules: readonly ReportRule[]): Markup {
  const sources = [...new Set(rules.map((rule) => rule.source))]
  return html`<div class="wide"><table><thead><tr><th scope="col">rule</th><th scope="col">keeps</th><th class="n" scope="col">inside</th><th class="n" scope="col">kept of these</th><th class="n" scope="col">outside</th><th class="n" scope="col">kept of these</th><th class="n" scope="col">dropped by it</th><th scope="col">option</th></tr></thead><tbody>
${rules.map(
  (
    rule,
  ) => html`<tr><th scope="row">${foreign(rule.reason)}</th><td class="limit">${SIGNS[rule.keep]} ${measured(rule.limit)}</td><td class="n">${count(rule.sides.passed)}</td><td class="n">${count(rule.keptSides.passed)}</td><td class="n">${count(rule.sides.broken)}</td><td class="n">${count(rule.keptSides.broken)}</td><td class="n">${count(rule.dropped)}</td><td>${foreign(rule.option ?? '-')}</td></tr>
`,
)}</tbody></table></div>
${sources.map((source) => {
  const of =
    sources.length === 1
      ? ''
      : ` of ${rules
          .filter((rule) => rule.source === source)
          .map(({ reason }) => reason)
          .join(', ')}`
  return html`<p class="quiet">Limit${of} from: ${foreign(source)}</p>`
})}`
}

function ruleExamples(step: string, rule: ReportRule): Markup {
  const side = (kind: 'dropped' | 'kept', examples: ReportRule['keptExamples'], all: number): Markup => {
    if (examples.length === 0) return NOTHING
    const which = examples.length < EXAMPLES ? `all ${examples.length}` : `the ${examples.length} nearest`
    return html`<details data-examples="${kind}" data-rule="${rule.reason}"><summary>${which} ${kind === 'dropped' ? html`dropped for ${foreign(rule.reason)}` : html`kept by ${foreign(rule.reason)}`} <span class="quiet">of ${count(all)}</span></summary>${exampleList(examples)}</details>
`
  }
  return html`<div id="${anchor('rule', step, rule.signal, rule.reason)}">${side('dropped', rule.droppedExamples, rule.dropped)}${side('kept', rule.keptExamples, rule.keptSides.passed + rule.keptSides.broken)}</div>`
}

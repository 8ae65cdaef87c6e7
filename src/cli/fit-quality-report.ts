import type { QualityMetrics, SourceMetrics, TopFeature } from '../engine/fit/quality-metrics.ts'
import { fewHeldOut } from '../model/held-out.ts'
import { bar, bytes, count, paint, type Style, table } from './terminal.ts'

/** Features that are shown of each side. */
const SHOWN = 12
const BAR = 24

/** What was measured of a quality classifier, for a person. */
export function qualityLines(metrics: QualityMetrics, style: Style): string {
  const { sources, auc, calibration, fit, warnings } = metrics
  const heldOut = sources.reduce((sum, source) => sum + source.heldOut, 0)
  const parts = [
    table(
      sources,
      [
        { title: 'source', cell: ({ name, role }) => `${role === 'positives' ? '+' : '-'} ${name}` },
        { title: 'documents', align: 'right', cell: ({ documents }) => count(documents) },
        { title: 'text', align: 'right', cell: (source) => bytes(source.bytes) },
        { title: 'copies', align: 'right', cell: copiesCell },
        { title: 'train', align: 'right', cell: ({ train }) => count(train) },
        { title: 'held out', align: 'right', cell: (source) => count(source.heldOut) },
        { title: 'by', cell: heldOutBy },
        { title: 'AUC', align: 'right', cell: (source) => areaCell(source.auc) },
      ],
      style,
    ),
    `\nOn the ${count(heldOut)} documents held out: AUC ${areaCell(auc)}, Brier score ${numberCell(calibration.brier)}, calibration error ${numberCell(calibration.expectedError)}.\n`,
    `${count(fit.iterations)} passes, the best ${fit.best}; ended by ${fit.stopped}.\n`,
    `\nScore of held-out documents, and the share of each source there:\n${histograms(sources)}`,
    `\nCalibration: mean score, and the share of positives, both classes as frequent as in the fit:\n${reliability(metrics, style)}`,
    `\nWords that speak for a positive:\n${features(metrics.topFeatures.positive, style)}`,
    `\nWords that speak against:\n${features(metrics.topFeatures.negative, style)}`,
  ]
  for (const warning of [...warnings, ...fewHeldOut(sources)])
    parts.push(`\n${paint(`warning: ${warning}`, 'bad', style)}\n`)
  return parts.join('')
}

function copiesCell({ role, copies: { exact, near } }: SourceMetrics): string {
  return role === 'positives' ? '' : `${count(exact)} same, ${count(near)} near`
}

function heldOutBy({ domains, partedDomains }: SourceMetrics): string {
  const [first] = partedDomains
  if (first === undefined) return `domain (${count(domains)})`
  const others = partedDomains.length > 1 ? ` and ${partedDomains.length - 1} more` : ''
  return `domain (${count(domains)}); document in ${first}${others}`
}

function areaCell(auc: number | null): string {
  return auc === null ? '-' : auc.toFixed(4)
}

function numberCell(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : '-'
}

/** Ten rows of two bins each, a column a source. */
function histograms(sources: readonly SourceMetrics[]): string {
  const rows = Array.from({ length: 10 }, (_, at) => at)
  const share = ({ histogram, heldOut }: SourceMetrics, at: number): number =>
    heldOut === 0 ? 0 : ((histogram[2 * at] ?? 0) + (histogram[2 * at + 1] ?? 0)) / heldOut
  return table(rows, [
    { title: 'score', cell: (at) => `${(at / 10).toFixed(1)}-${((at + 1) / 10).toFixed(1)}` },
    ...sources.map((source) => ({
      title: source.name,
      cell: (at: number) =>
        `${bar(share(source, at), 12)} ${(100 * share(source, at)).toFixed(1).padStart(5)} %`,
    })),
  ])
}

function reliability({ calibration }: QualityMetrics, style: Style): string {
  return table(
    calibration.bins.filter(({ rows }) => rows > 0),
    [
      { title: 'score', cell: ({ from, to }) => `${from.toFixed(1)}-${to.toFixed(1)}` },
      { title: 'documents', align: 'right', cell: ({ rows }) => count(rows) },
      { title: 'mean score', align: 'right', cell: ({ meanScore }) => (meanScore ?? 0).toFixed(3) },
      { title: 'positives', align: 'right', cell: ({ positiveRatio }) => (positiveRatio ?? 0).toFixed(3) },
      { title: '', cell: ({ positiveRatio }) => bar(positiveRatio ?? 0, BAR).trimEnd() },
    ],
    style,
  )
}

function features(top: readonly TopFeature[], style: Style): string {
  return table(
    top.slice(0, SHOWN),
    [
      { title: 'word', cell: nameOf },
      { title: 'log-odds each', align: 'right', cell: ({ weight }) => weight.toFixed(4) },
      { title: 'moves scores by', align: 'right', cell: (each) => (each.weight * each.deviation).toFixed(3) },
      { title: 'feature', align: 'right', cell: ({ feature }) => String(feature) },
      { title: 'also there', cell: othersOf },
    ],
    style,
  )
}

/** The most frequent word of a feature, as it stands in texts. */
function nameOf({ words }: TopFeature): string {
  const [first] = words
  return first === undefined ? '(rare)' : first.word === '' ? '(empty: two spaces)' : first.word
}

/** Words that share the feature by chance of the hash. */
function othersOf({ words, different }: TopFeature): string {
  if (different < 2) return ''
  const shown = words.slice(1).map(({ word, count: times }) => `${word} (${count(times)})`)
  const more = different - words.length
  return `${shown.join(', ')}${more > 0 ? `, ${count(more)} more` : ''}`
}

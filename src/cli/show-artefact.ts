import { QUALITY_KIND } from '../engine/fit/make-quality.ts'
import type { QualityMetrics } from '../engine/fit/quality-metrics.ts'
import { MIXTURE_KIND, openMixture } from '../engine/tokens/mix.ts'
import { openTokenSet, TOKEN_SET_KIND } from '../engine/tokens/token-set.ts'
import { visibleLine } from '../report/visible.ts'
import { type Artefact, openArtefact } from '../store/artefact.ts'
import { artefactUsers } from '../store/artefact-users.ts'
import { diskUse, type Store } from '../store/store.ts'
import { qualityLines } from './fit-quality-report.ts'
import { mixtureTable } from './mixture-table.ts'
import { bytes, count, duration, paint, type Style, shortPath, table } from './terminal.ts'
import { tokenSetTable } from './token-set-table.ts'

/** An artefact as JSON: its manifest, and what its kind says of itself. */
export function artefactJson(store: Store, ref: string): object {
  const artefact = openArtefact(store, ref)
  const { kind } = artefact.manifest
  return {
    artefact: artefact.ref,
    diskBytes: diskUse(artefact.dir),
    usedBy: artefactUsers(store).get(artefact.ref) ?? [],
    manifest: artefact.manifest,
    ...(kind === TOKEN_SET_KIND ? { set: openTokenSet(store, artefact.ref).set } : {}),
    ...(kind === MIXTURE_KIND ? { mixture: openMixture(store, artefact.ref).mixture } : {}),
  }
}

/** What an artefact is, what it was made of and what was measured of it, for a person. */
export function artefactText(store: Store, ref: string, style: Style): string {
  const artefact = openArtefact(store, ref)
  const { dir, manifest } = artefact
  const { kind, data, options, cost, created } = manifest
  const head = [paint(artefact.ref, 'strong', style), kind, bytes(diskUse(dir)), duration(cost.seconds)]
  const users = artefactUsers(store).get(artefact.ref) ?? []
  const facts = [
    ['made', `${created.slice(0, 16).replace('T', ' ')} UTC`],
    ['options', optionsLine(options)],
    ['used by', users.length === 0 ? 'nothing that is still there' : users.join(', ')],
    ['directory', shortPath(dir, process.cwd())],
  ]
  const of = table(
    data,
    [
      { title: 'made of', cell: (each) => each.ref },
      { title: 'as', cell: (each) => each.role },
      { title: 'documents', cell: (each) => count(each.documents), align: 'right' },
      { title: 'text', cell: (each) => bytes(each.bytes), align: 'right' },
    ],
    style,
  )
  const lines = facts.map(([name = '', value = '']) => `${name.padEnd(10)} ${visibleLine(value)}\n`)
  return `${head.join('   ')}\n\n${whatOf(store, artefact, style)}\n${of}\n${lines.join('')}`
}

function whatOf(store: Store, { ref, manifest }: Artefact, style: Style): string {
  const { kind, metrics } = manifest
  if (kind === QUALITY_KIND) return qualityLines(metrics as unknown as QualityMetrics, style)
  if (kind === MIXTURE_KIND) return mixtureTable(openMixture(store, ref).mixture, style)
  if (kind === TOKEN_SET_KIND) return tokenSetTable(openTokenSet(store, ref).set, style)
  return `${JSON.stringify(metrics)}\n`
}

function optionsLine(options: Artefact['manifest']['options']): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

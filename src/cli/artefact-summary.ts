import type { Artefact } from '../store/artefact.ts'
import { counted } from './terminal.ts'

/** How much an artefact is, or how well it does, in a few words. */
export function artefactSummary({ manifest: { kind, metrics } }: Artefact): string {
  const given = metrics as {
    readonly auc?: number | null
    readonly tokens?: number
    readonly sequences?: number
  }
  if (kind === 'quality-classifier')
    return `AUC ${typeof given.auc !== 'number' ? 'not known' : given.auc.toFixed(3)}`
  const tokens = counted(given.tokens ?? 0, 'token')
  if (kind === 'tokens') return tokens
  return kind === 'mixture' ? `${tokens}, ${counted(given.sequences ?? 0, 'sequence')}` : ''
}

import { TilthError } from '../../model/error.ts'

/** What makes scores of a model's numbers. */
export const ACTIVATIONS = ['softmax', 'sigmoid', 'none'] as const
export type Activation = (typeof ACTIVATIONS)[number]

/** What the `config.json` of a model says, where it says it. */
export interface ModelConfig {
  /** Names of the labels, in the order of the outputs. */
  readonly labels: readonly string[] | undefined
  readonly activation: Activation | undefined
  /** Tokens of a text, at most, those around it included. */
  readonly positions: number | undefined
  readonly padding: number | undefined
}

/** Models whose first positions are kept for padding. */
const OFFSET_POSITIONS = new Set([
  'camembert',
  'data2vec-text',
  'longformer',
  'mpnet',
  'roberta',
  'roberta-prelayernorm',
  'xlm-roberta',
  'xlm-roberta-xl',
  'xmod',
])

const BY_PROBLEM: Readonly<Record<string, Activation>> = {
  regression: 'none',
  single_label_classification: 'softmax',
  multi_label_classification: 'sigmoid',
}

/** Reads a `config.json` as `transformers` writes it. @throws TilthError `input` where it is no JSON object. */
export function modelConfig(file: Uint8Array | undefined): ModelConfig {
  if (file === undefined)
    return { labels: undefined, activation: undefined, positions: undefined, padding: undefined }
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(file.buffer, file.byteOffset, file.length).toString())
  } catch (cause) {
    throw new TilthError('input', 'config.json: is not JSON', { cause })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new TilthError('input', 'config.json: expected an object')
  const config = json as Readonly<Record<string, unknown>>
  const padding = wholeOf(config['pad_token_id'])
  const positions = wholeOf(config['max_position_embeddings'])
  const kept = OFFSET_POSITIONS.has(String(config['model_type'])) ? (padding ?? 1) + 1 : 0
  return {
    labels: labelsOf(config['id2label']),
    activation: BY_PROBLEM[String(config['problem_type'])],
    positions: positions === undefined || positions <= kept ? undefined : positions - kept,
    padding,
  }
}

function labelsOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value).map(([id, label]) => [Number(id), String(label)] as const)
  const names = entries.toSorted(([a], [b]) => a - b)
  return names.length > 0 && names.every(([id], at) => id === at) ? names.map(([, name]) => name) : undefined
}

function wholeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

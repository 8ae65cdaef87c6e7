import { TilthError } from '../../model/error.ts'
import { sigmoid } from './logistic-loss.ts'
import { marginOf } from './packed-rows.ts'
import { type FeatureSpec, TextFeatures } from './text-features.ts'

/** A linear classifier of texts as a file holds it. */
export interface LinearModel {
  readonly spec: FeatureSpec
  readonly intercept: number
  readonly weights: Float32Array
}

/** What a model file begins with. */
const MAGIC = 'TILTHLM1'
const HEADER_AT = 12
/** Weights start at a multiple of this. Bytes. */
const ALIGNMENT = 8
const FEATURES = { spark: 'spark-tokenizer-hashing-tf', ngram: 'spark-tokens-1-2-grams-unit-length' } as const

/**
 * A model as a file: `TILTHLM1`; the length of the header as 32-bit integer; the header, JSON in UTF-8, filled up with spaces to a
 * multiple of 8 bytes; the weights as 32-bit floats. All numbers little-endian. The header has `features` (what they are),
 * `numFeatures` and `intercept`, and whatever `notes` say of the fit.
 */
export function writeLinearModel(
  model: LinearModel,
  notes: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  const { spec, intercept, weights } = model
  const header = { features: FEATURES[spec.kind], numFeatures: spec.features, intercept, ...notes }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const start = Math.ceil((HEADER_AT + json.length) / ALIGNMENT) * ALIGNMENT
  const bytes = new Uint8Array(start + 4 * weights.length).fill(0x20, 0, start)
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint32(8, start - HEADER_AT, true)
  bytes.set(json, HEADER_AT)
  for (const [at, weight] of weights.entries()) view.setFloat32(start + 4 * at, weight, true)
  return bytes
}

/** Whether bytes begin as a file of {@link writeLinearModel}. */
export function isLinearModel(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_AT && new TextDecoder('latin1').decode(bytes.subarray(0, 8)) === MAGIC
}

/** @throws TilthError `input` where the bytes are no such file, or not a whole one. */
export function readLinearModel(bytes: Uint8Array): LinearModel {
  if (!isLinearModel(bytes)) throw damaged('it does not begin as one')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = HEADER_AT + view.getUint32(8, true)
  let header: { features?: unknown; numFeatures?: unknown; intercept?: unknown }
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_AT, start)))
  } catch {
    throw damaged('its header is no JSON')
  }
  const { features, numFeatures, intercept } = header
  const kind = (Object.keys(FEATURES) as FeatureSpec['kind'][]).find((each) => FEATURES[each] === features)
  if (kind === undefined)
    throw damaged(`its features are "${String(features)}", which this Tilth does not know`)
  if (typeof numFeatures !== 'number' || typeof intercept !== 'number' || !Number.isFinite(intercept))
    throw damaged('its header has no numFeatures or no intercept')
  if (bytes.length !== start + 4 * numFeatures)
    throw damaged(`it has ${bytes.length - start} bytes of weights, not ${4 * numFeatures}`)
  const weights = Float32Array.from({ length: numFeatures }, (_, at) => view.getFloat32(start + 4 * at, true))
  return { spec: { kind, features: numFeatures }, intercept, weights }
}

/** What the header of a model's file holds beside the model: the settings of its fit. Nothing of a file that is none. */
export function notesOfLinearModel(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (!isLinearModel(bytes)) return {}
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const json = bytes.subarray(HEADER_AT, HEADER_AT + view.getUint32(8, true))
  return JSON.parse(new TextDecoder().decode(json)) as Readonly<Record<string, unknown>>
}

/** Scores texts: the chance, 0 to 1, that one is of the positives, where both classes were made as frequent as in the fit. */
export function linearScorer({ spec, intercept, weights }: LinearModel): (text: string) => number {
  const features = new TextFeatures(spec)
  return (text) => {
    const { entries, scale } = features.row(text)
    return sigmoid(intercept + marginOf(entries, 0, entries.length, scale, weights))
  }
}

function damaged(what: string): TilthError {
  return new TilthError('input', `not a whole linear model of Tilth: ${what}`, {
    hint: 'give the file that tilth fit quality wrote',
  })
}

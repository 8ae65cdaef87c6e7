import { TilthError } from '../../model/error.ts'
import { huggingFaceTokenizer } from '../../tokenizers/hugging-face/tokenizer-json.ts'
import type { Frame } from '../../tokenizers/tokenizer.ts'
import { labelScore, type ScoreOptions } from './label-score.ts'
import { type ModelConfig, modelConfig } from './model-config.ts'
import { type ModelInputs, modelInputs, type TokenRow } from './model-inputs.ts'
import { loadOnnx, type RuntimeName, type Session } from './runtime.ts'

/** The files of a classifier, as `transformers` and `optimum` name them. */
export interface ClassifierFiles {
  readonly model: Uint8Array
  readonly tokenizer: Uint8Array
  readonly config: Uint8Array | undefined
}

export interface ClassifierOptions extends ScoreOptions {
  readonly runtime: RuntimeName
  /** Tokens that are looked at, those around a text included; left out: as many as the model takes. */
  readonly maxTokens?: number | undefined
}

/** What models take where no file says how much. */
const USUAL_TOKENS = 512

/**
 * A classifier of texts, or a regression over them, from an ONNX file.
 *
 * Each text is run by itself and is not padded, for the sums of a batch depend on its size: so a text has the same score whatever it
 * is measured with. Of a longer text the first tokens count, or the last where the tokenizer's file says so.
 *
 * @returns the score of a text; `null` where there is none: no token, or a model that gives no number.
 * @throws TilthError `input` for files that cannot be used, `recipe` for options that do not fit the model.
 */
export async function onnxClassifier(
  files: ClassifierFiles,
  options: ClassifierOptions,
): Promise<(text: string) => Promise<number | null>> {
  const tokenizer = huggingFaceTokenizer('tokenizer.json', files.tokenizer)
  const frame = tokenizer.frame?.() ?? { before: [], type: 0, behind: [] }
  const { limit, fromEnd, padding } = tokenizerLimits(files.tokenizer)
  const config = modelConfig(files.config)
  const loaded = await loadOnnx(options.runtime, files.model)
  const inputs = modelInputs(loaded, padding ?? config.padding ?? 0)
  const most = mostTokens(options.maxTokens, limit, config, inputs)
  const room = most - frame.before.length - frame.behind.length
  if (room < 1)
    throw new TilthError('recipe', `maxTokens: ${most} have no room for a text`, {
      hint: `the tokenizer puts ${most - room} around it`,
    })
  const output = outputOf(loaded.session)
  const run = async (row: TokenRow): Promise<ArrayLike<number>> =>
    logitsOf((await loaded.session.run(inputs.feeds(row)))[output], output)
  // Says before the first document what is wrong with the model, and how many labels it has.
  const probe = (await run(framed(frame, [0]))).length
  const score = labelScore(probe, config.labels, config.activation, options)
  return async (text) => {
    const ids = tokenizer.encode(text)
    const row = framed(frame, fromEnd ? ids.slice(-room) : ids.subarray(0, room))
    return row.ids.length === 0 ? null : score(await run(row))
  }
}

function framed({ before, type, behind }: Frame, text: ArrayLike<number>): TokenRow {
  const all = [...before, ...Array.from(text, (id) => ({ id, type })), ...behind]
  return { ids: all.map(({ id }) => id), types: all.map((each) => each.type) }
}

/** How `tokenizer.json` would cut and fill up a text. */
function tokenizerLimits(file: Uint8Array): {
  readonly limit: number | undefined
  readonly fromEnd: boolean
  readonly padding: number | undefined
} {
  const json = JSON.parse(Buffer.from(file.buffer, file.byteOffset, file.length).toString()) as {
    readonly truncation?: { readonly max_length?: unknown; readonly direction?: unknown } | null
    readonly padding?: { readonly pad_id?: unknown } | null
  }
  const { max_length: limit, direction } = json.truncation ?? {}
  const padding = json.padding?.pad_id
  return {
    limit: typeof limit === 'number' ? limit : undefined,
    fromEnd: direction === 'Left',
    padding: typeof padding === 'number' ? padding : undefined,
  }
}

function mostTokens(
  wanted: number | undefined,
  limit: number | undefined,
  { positions }: ModelConfig,
  { fixedLength }: ModelInputs,
): number {
  const able = Math.min(positions ?? Number.POSITIVE_INFINITY, fixedLength ?? Number.POSITIVE_INFINITY)
  if (wanted === undefined) {
    const usual = Math.min(able, limit ?? Number.POSITIVE_INFINITY)
    return Number.isFinite(usual) ? usual : USUAL_TOKENS
  }
  if (wanted <= able) return wanted
  throw new TilthError('recipe', `maxTokens: the model takes ${able} tokens at most, and ${wanted} are given`)
}

/** The one output, or the one that is named `logits`. */
function outputOf({ outputMetadata }: Session): string {
  const names = outputMetadata.map(({ name }) => name)
  const name = names.length === 1 ? names[0] : names.find((each) => each === 'logits')
  if (name !== undefined) return name
  throw new TilthError('input', `the model has the outputs ${names.join(', ')}, and none is named logits`, {
    hint: 'export a model for sequence classification',
  })
}

function logitsOf(
  output: { readonly type: string; readonly data: unknown; readonly dims: readonly number[] } | undefined,
  name: string,
): ArrayLike<number> {
  if (output?.type !== 'float32' || !(output.data instanceof Float32Array))
    throw new TilthError('input', `its output ${name} is of type ${output?.type}, and not float32`)
  const { dims, data } = output
  if (data.length === 0 || dims.length > 2 || dims.slice(0, -1).some((each) => each !== 1))
    throw new TilthError('input', `its output ${name} is of shape [${dims.join(', ')}] for one text`, {
      hint: 'expected [texts, labels]: export a model for sequence classification',
    })
  return data
}

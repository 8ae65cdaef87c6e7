import { z } from 'zod'
import { type FastText, readFastText } from '../../learn/fasttext/fasttext.ts'
import {
  isLinearModel,
  type LinearModel,
  linearScorer,
  readLinearModel,
} from '../../learn/linear/linear-model.ts'
import { ACTIVATIONS } from '../../learn/onnx/model-config.ts'
import { RUNTIMES } from '../../learn/onnx/runtime.ts'
import { nearest, TilthError } from '../../model/error.ts'
import { type BatchMeasure, defineAnnotate, type StageFiles } from '../../model/stage.ts'
import { modelReader } from '../model-file.ts'

const options = z.strictObject({
  model: z
    .string()
    .default('')
    .describe(
      'The model: `fit:NAME` for one that `tilth fit quality` made, or the path of such a file, of a supervised fastText model (`.bin`, `.ftz`) or of an ONNX text classifier (`.onnx`, with its `tokenizer.json` and, where there is one, its `config.json` beside it); a recipe must give it',
    ),
  label: z
    .string()
    .min(1)
    .default('hq')
    .describe(
      'The label of good texts. fastText: with or without `__label__`; DCLM calls it `hq`. ONNX: its name in `config.json`, or its number from 0; of no matter to a model of one output',
    ),
  runtime: z
    .enum(RUNTIMES)
    .optional()
    .describe(
      'ONNX: the package that runs the model, which you install. `onnxruntime-web`, the default, is WebAssembly and gives the same bits on every machine; `onnxruntime-node` is three to four times as fast, and its last digits depend on the processor',
    ),
  maxTokens: z
    .int()
    .min(1)
    .optional()
    .describe(
      'ONNX: tokens of a text that the model sees, those put around it included; the rest is left out. Left out: what `tokenizer.json` truncates to or `config.json` has positions for, whichever is less, else 512',
    ),
  activation: z
    .enum(ACTIVATIONS)
    .optional()
    .describe(
      'ONNX: what makes a score of the model’s outputs. Left out: as `problem_type` in `config.json` has it, else `softmax` for several outputs and `none` for one',
    ),
  outOf: z
    .number()
    .positive()
    .optional()
    .describe(
      'ONNX with activation `none`: the number that becomes a score of 1, such as 5 for FineWeb-Edu’s; below 0 is 0. Left out: the score is the model’s own number',
    ),
})

type Options = z.output<typeof options>

const LABEL = '__label__'
const ONNX_ONLY = ['runtime', 'maxTokens', 'activation', 'outOf'] as const
const TOKENIZER = 'tokenizer.json'
const CONFIG = 'config.json'
/** Texts between two answers: each is run by itself, and may take seconds. */
const ONNX_BATCH = { documents: 8, bytes: 1 << 20 }

function isOnnx(model: string): boolean {
  return model.toLowerCase().endsWith('.onnx')
}

/** The path of another file in the folder of one. */
function beside(path: string, name: string): string {
  return path.replace(/[^/\\]*$/, '') + name
}

type Model = { readonly linear: LinearModel } | { readonly fastText: FastText }

const modelOf = modelReader((bytes): Model => {
  if (isLinearModel(bytes)) return { linear: readLinearModel(bytes) }
  try {
    return { fastText: readFastText(bytes) }
  } catch (cause) {
    if (!(cause instanceof TilthError)) throw cause
    throw new TilthError('input', `no quality model: neither of Tilth, nor of fastText (${cause.message})`, {
      hint: 'give what tilth fit quality wrote, a supervised .bin or .ftz of fastText, or an ONNX model whose name ends in .onnx',
      cause,
    })
  }
})

/** Measures how much a text is like the good ones that a classifier was fitted on; drops nothing. */
export const quality = defineAnnotate({
  name: 'quality',
  revision: 1,
  description:
    'Scores each text by a quality classifier: one that tilth fit quality made, a fastText model, or an ONNX text classifier.',
  options,
  reasons: {},
  files: (given) => {
    const { model } = given
    const idle = isOnnx(model) ? undefined : ONNX_ONLY.find((option) => given[option] !== undefined)
    if (idle !== undefined)
      throw new TilthError('recipe', `${idle}: only an ONNX model has it, and ${model || 'none'} is given`, {
        hint: 'leave it out, or name a file that ends in .onnx',
      })
    if (model !== '') return [model]
    throw new TilthError('recipe', 'quality: model must be given', {
      hint: 'for a run: --set steps.STEP.model=MODEL; MODEL is fit:NAME for one that tilth fit quality made, or the path of a fastText model, such as DCLM’s from huggingface.co/mlfoundations/fasttext-oh-eli5',
    })
  },
  filesIfThere: ({ model }) => (isOnnx(model) ? [beside(model, TOKENIZER), beside(model, CONFIG)] : []),
  signals: {
    quality:
      'Chance, 0 to 1, that the text is of the good ones, as the model has it; of an ONNX model of one output the number that it gives, in its own units. null for a text in which a fastText model knows nothing, or of no token.',
  },
  measureBatch: async (given, files) => (isOnnx(given.model) ? onnxBatch(given, files) : undefined),
  measure: ({ model, label }, files) => {
    if (model === '') return () => ({ quality: null })
    const loaded = modelOf(model, files)
    const score =
      'linear' in loaded ? linearScorer(loaded.linear) : labelScorer(loaded.fastText, model, label)
    return ({ text }) => ({ quality: score(text) })
  },
})

/** @throws TilthError that begins with the model's path, for files or options that cannot be used. */
async function onnxBatch({ model, ...given }: Options, files: StageFiles | undefined): Promise<BatchMeasure> {
  const bytesOf = (path: string): Uint8Array | undefined => files?.get(path)?.[0]?.bytes
  const [bytes, tokenizer] = [bytesOf(model), bytesOf(beside(model, TOKENIZER))]
  if (bytes === undefined) throw new TilthError('input', `${model}: no model was read`)
  if (tokenizer === undefined)
    throw new TilthError('input', `${model}: there is no ${beside(model, TOKENIZER)}`, {
      hint: 'an ONNX model of texts needs its tokenizer.json beside it, as on the page that it is from',
    })
  try {
    // Tokenizers are loaded where they are asked for.
    const { onnxClassifier } = await import('../../learn/onnx/text-classifier.ts')
    const config = bytesOf(beside(model, CONFIG))
    const options = { ...given, runtime: given.runtime ?? RUNTIMES[0] }
    return oneByOne(await onnxClassifier({ model: bytes, tokenizer, config }, options))
  } catch (cause) {
    if (!(cause instanceof TilthError)) throw cause
    const { code, message, hint } = cause
    throw new TilthError(code, `${model}: ${message}`, { ...(hint === undefined ? {} : { hint }), cause })
  }
}

/** Apart from where the files are at hand: a function made there would keep them, and a model may be of half a gigabyte. */
function oneByOne(score: (text: string) => Promise<number | null>): BatchMeasure {
  return {
    ...ONNX_BATCH,
    measure: async (documents) => {
      const signals: { quality: number | null }[] = []
      for (const { text } of documents) signals.push({ quality: await score(text) })
      return signals
    },
  }
}

/** @throws TilthError `recipe` where the model has no such label. */
function labelScorer(fastText: FastText, model: string, given: string): (text: string) => number | null {
  const label = given.startsWith(LABEL) ? given.slice(LABEL.length) : given
  const { labels } = fastText
  if (!labels.includes(label)) {
    const guess = nearest(label, labels)
    const has = `it has ${labels.slice(0, 20).join(', ')}`
    throw new TilthError('recipe', `label: ${model} has no label "${label}"`, {
      hint: guess === undefined ? has : `did you mean "${guess}"? ${has}`,
    })
  }
  return (text) => {
    // fastText reads a line.
    const found = fastText.predict(text.replace(/[\n\v\f\r\u0085\u2028\u2029]+/g, ' '), labels.length)
    if (found.length === 0) return null
    return Math.min(1, found.find((each) => each.label === label)?.probability ?? 0)
  }
}

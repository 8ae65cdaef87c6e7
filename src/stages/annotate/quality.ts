import { z } from 'zod'
import { type FastText, readFastText } from '../../learn/fasttext/fasttext.ts'
import {
  isLinearModel,
  type LinearModel,
  linearScorer,
  readLinearModel,
} from '../../learn/linear/linear-model.ts'
import { nearest, TilthError } from '../../model/error.ts'
import { defineAnnotate } from '../../model/stage.ts'
import { modelReader } from '../model-file.ts'

const options = z.strictObject({
  model: z
    .string()
    .default('')
    .describe(
      'The model: `fit:NAME` for one that `tilth fit quality` made, or the path of such a file or of a supervised fastText model (`.bin`, `.ftz`); a recipe must give it',
    ),
  label: z
    .string()
    .min(1)
    .default('hq')
    .describe('fastText: the label of good texts, with or without `__label__`; DCLM calls it `hq`'),
})

const LABEL = '__label__'

type Model = { readonly linear: LinearModel } | { readonly fastText: FastText }

const modelOf = modelReader((bytes): Model => {
  if (isLinearModel(bytes)) return { linear: readLinearModel(bytes) }
  try {
    return { fastText: readFastText(bytes) }
  } catch (cause) {
    if (!(cause instanceof TilthError)) throw cause
    throw new TilthError('input', `no quality model: neither of Tilth, nor of fastText (${cause.message})`, {
      hint: 'give what tilth fit quality wrote, or a supervised .bin or .ftz of fastText',
      cause,
    })
  }
})

/** Measures how much a text is like the good ones that a classifier was fitted on; drops nothing. */
export const quality = defineAnnotate({
  name: 'quality',
  revision: 1,
  description:
    'Scores each text by a quality classifier: one that tilth fit quality made, or a fastText model.',
  options,
  reasons: {},
  files: ({ model }) => {
    if (model !== '') return [model]
    throw new TilthError('recipe', 'quality: model must be given', {
      hint: 'for a run: --set steps.STEP.model=MODEL; MODEL is fit:NAME for one that tilth fit quality made, or the path of a fastText model, such as DCLM’s from huggingface.co/mlfoundations/fasttext-oh-eli5',
    })
  },
  signals: {
    quality:
      'Chance, 0 to 1, that the text is of the good ones, as the model has it; null for a text in which a fastText model knows nothing.',
  },
  measure: ({ model, label }, files) => {
    if (model === '') return () => ({ quality: null })
    const loaded = modelOf(model, files)
    const score =
      'linear' in loaded ? linearScorer(loaded.linear) : labelScorer(loaded.fastText, model, label)
    return ({ text }) => ({ quality: score(text) })
  },
})

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

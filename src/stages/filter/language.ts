import { z } from 'zod'
import { defineFilter, type Rule } from '../../model/stage.ts'
import {
  detectorOf,
  detectorOptions,
  languagesByLine,
  loadDetector,
  modelFiles,
  refuseUnknownLanguages,
} from '../language-detector.ts'

const ALL = 'all'

const options = z
  .strictObject({
    languages: z
      .union([z.literal(ALL), z.array(z.string())])
      .default(ALL)
      .describe(
        'Languages to keep, as the model names them (`en`, or `eng_Latn`); `all`: any that is told surely enough; empty: the step is off, asks nothing of the model and keeps everything',
      ),
    minConfidence: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(
        'Least confidence in the language, 0 to 1; 0.65 for a fastText model when left out, and no limit for eld, whose scores are no probabilities',
      ),
    minLineRatio: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe(
        'Least share of characters in lines of the languages wanted, or of the one told when all are, 0 to 1',
      ),
    ...detectorOptions,
  })
  .refine((given) => !isOff(given) || (given.minConfidence === undefined && given.minLineRatio === 0), {
    path: ['languages'],
    message: 'an empty list asks nothing, so that no limit can hold; expected languages, or `all`',
  })

/** An empty list says that no document is asked for its language. */
function isOff({ languages }: { readonly languages: 'all' | readonly string[] }): boolean {
  return languages.length === 0
}

/**
 * Keeps documents in the languages wanted, told surely enough, and mixed pages where enough of their lines are.
 *
 * An empty list of languages switches the step off without taking it out of a recipe: no model is loaded, and every
 * signal is null. The detail of a verdict names the language that was told. To keep the name with each document, use
 * `identify-language`.
 */
export const language = defineFilter({
  name: 'language',
  revision: 3,
  description: 'Keeps documents in the languages wanted, by eld or a fastText model.',
  options,
  reasons: {},
  files: (given) => (isOff(given) ? [] : modelFiles(given)),
  load: async (given) => {
    if (!isOff(given)) await loadDetector(given)
  },
  signals: {
    wanted: '1 where the language told is one of those wanted, else 0; null where all are.',
    confidence: 'Confidence in the language told, 0 to 1; null where none could be told.',
    lineRatio:
      'Share of characters in lines of the languages wanted, or of the one told when all are, among lines long enough to tell, 0 to 1; null where there is no such line.',
  },
  measure: (given, files) => {
    if (isOff(given)) return () => NOT_ASKED
    const { languages, minLineCharacters, model } = given
    const detect = detectorOf({ model }, files)
    if (languages !== ALL) refuseUnknownLanguages(languages, { model }, files)
    const wanted = languages === ALL ? undefined : new Set(languages)
    return ({ text }) => {
      const told = detect(text)
      const lines = languagesByLine(text, detect, minLineCharacters)
      let all = 0
      let right = 0
      for (const [name, characters] of lines) {
        all += characters
        if (wanted === undefined ? name === told.language : wanted.has(name)) right += characters
      }
      return {
        wanted: wanted === undefined ? null : Number(wanted.has(told.language)),
        confidence: told.language === '' ? null : told.confidence,
        lineRatio: all === 0 ? null : right / all,
      }
    }
  },
  rules: (given) => (isOff(given) ? [] : rulesOf(given)),
  detail: (given, files) => {
    if (isOff(given)) return () => undefined
    const detect = detectorOf(given, files)
    return ({ text }) => detect(text).language || 'none'
  },
})

const NOT_ASKED = { wanted: null, confidence: null, lineRatio: null }

function rulesOf({ minConfidence, minLineRatio, model }: z.output<typeof options>): readonly Rule[] {
  return [
    {
      signal: 'wanted',
      keep: 'at-least',
      limit: 1,
      reason: 'other-language',
      source: 'the languages that the recipe names',
    },
    {
      signal: 'confidence',
      keep: 'at-least',
      limit: minConfidence ?? (model === 'eld' ? 0 : 0.65),
      ...(minConfidence === undefined ? {} : { option: 'minConfidence' }),
      reason: 'unsure-language',
      source: confidenceSource(model, minConfidence),
    },
    {
      signal: 'lineRatio',
      keep: 'at-least',
      limit: minLineRatio,
      option: 'minLineRatio',
      reason: 'mixed-languages',
      source: 'set by the recipe',
    },
  ]
}

/** Where the limit on confidence comes from. */
function confidenceSource(model: string, minConfidence: number | undefined): string {
  if (minConfidence !== undefined) return 'set by the recipe'
  return model === 'eld'
    ? "none is set: eld's scores are no probabilities"
    : 'FineWeb and RefinedWeb: 0.65 with lid.176'
}

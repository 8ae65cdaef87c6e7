import { z } from 'zod'
import { defineFilter } from '../../model/stage.ts'
import {
  detectorOf,
  detectorOptions,
  languagesByLine,
  loadDetector,
  modelFiles,
  refuseUnknownLanguages,
} from '../language-detector.ts'

/**
 * Keeps documents in the languages wanted, told surely enough, and mixed pages where enough of their lines are.
 *
 * The detail of a verdict names the language that was told. To keep the name with each document, use
 * `identify-language`.
 */
export const language = defineFilter({
  name: 'language',
  revision: 2,
  description: 'Keeps documents in the languages wanted, by eld or a fastText model.',
  options: z.strictObject({
    languages: z
      .array(z.string())
      .default([])
      .describe('Languages to keep, as the model names them (`en`, or `eng_Latn`); all when empty'),
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
  }),
  reasons: {},
  files: modelFiles,
  load: loadDetector,
  signals: {
    wanted: '1 where the language told is one of those wanted, else 0; null where none are named.',
    confidence: 'Confidence in the language told, 0 to 1; null where none could be told.',
    lineRatio:
      'Share of characters in lines of the languages wanted, or of the one told when none are named, among lines long enough to tell, 0 to 1; null where there is no such line.',
  },
  measure: ({ languages, minLineCharacters, model }, files) => {
    const detect = detectorOf({ model }, files)
    refuseUnknownLanguages(languages, { model }, files)
    const wanted = new Set(languages)
    return ({ text }) => {
      const told = detect(text)
      const lines = languagesByLine(text, detect, minLineCharacters)
      let all = 0
      let right = 0
      for (const [name, characters] of lines) {
        all += characters
        if (wanted.size === 0 ? name === told.language : wanted.has(name)) right += characters
      }
      return {
        wanted: wanted.size === 0 ? null : Number(wanted.has(told.language)),
        confidence: told.language === '' ? null : told.confidence,
        lineRatio: all === 0 ? null : right / all,
      }
    }
  },
  rules: ({ minConfidence, minLineRatio, model }) => [
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
  ],
  detail: ({ model }, files) => {
    const detect = detectorOf({ model }, files)
    return ({ text }) => detect(text).language || 'none'
  },
})

/** Where the limit on confidence comes from. */
function confidenceSource(model: string, minConfidence: number | undefined): string {
  if (minConfidence !== undefined) return 'set by the recipe'
  return model === 'eld'
    ? "none is set: eld's scores are no probabilities"
    : 'FineWeb and RefinedWeb: 0.65 with lid.176'
}

import { z } from 'zod'
import { defineRewrite } from '../../model/stage.ts'
import {
  detectorOf,
  detectorOptions,
  languagesByLine,
  loadDetector,
  modelFiles,
} from '../language-detector.ts'

/** Languages of lines that are listed of one document, those with the most characters. */
const MAX_LISTED = 10

/**
 * Writes down the language of each document in `meta.identifiedLanguage`, and of a mixed page the share of each in
 * `meta.lineLanguages`, such as `{"de": 0.9, "en": 0.1}`. What a page declares in `meta.language` stays.
 */
export const identifyLanguage = defineRewrite({
  name: 'identify-language',
  revision: 1,
  description: 'Writes down the language of each document, and of its lines, by eld or a fastText model.',
  options: z.strictObject({ ...detectorOptions }),
  reasons: {},
  files: modelFiles,
  load: loadDetector,
  signals: {
    confidence: 'Confidence in the language told, 0 to 1; null where none could be told.',
    languages: 'Different languages of lines long enough to tell.',
  },
  create: ({ minLineCharacters, model }, files) => {
    const detect = detectorOf({ model }, files)
    return ({ text, meta }) => {
      const { language, confidence } = detect(text)
      const lines = languagesByLine(text, detect, minLineCharacters)
      const all = [...lines.values()].reduce((sum, characters) => sum + characters, 0)
      const shares = [...lines]
        .slice(0, MAX_LISTED)
        .map(([name, characters]) => [name, rounded(characters / all)])
      return [
        {
          text,
          meta: {
            ...meta,
            ...(language === '' ? {} : { identifiedLanguage: language }),
            ...(lines.size < 2 ? {} : { lineLanguages: Object.fromEntries(shares) }),
          },
          signals: { confidence: language === '' ? null : confidence, languages: lines.size },
        },
      ]
    }
  },
})

/** A share to a thousandth: more is noise. */
function rounded(share: number): number {
  return Math.round(share * 1000) / 1000
}

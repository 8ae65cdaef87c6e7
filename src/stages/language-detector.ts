import { z } from 'zod'
import { type FastText, readFastText } from '../learn/fasttext/fasttext.ts'
import { nearest, TilthError } from '../model/error.ts'
import type { StageFiles } from '../model/stage.ts'
import { modelReader } from './model-file.ts'

/** A language, and how sure the detector is of it. */
export interface Detection {
  /** As the detector names it: ISO 639-1 for eld, the label for a fastText model; empty for none. */
  readonly language: string
  /** 0 to 1. A probability from fastText; from eld a score, which is lower for languages like others. */
  readonly confidence: number
}

export type Detect = (text: string) => Detection

/** Options of every stage that tells languages. */
export const detectorOptions = {
  model: z
    .string()
    .default('eld')
    .describe(
      'What tells the language: `eld` (60 languages, comes with Tilth), or the path of a fastText model such as `lid.176.ftz`',
    ),
  minLineCharacters: z
    .int()
    .min(1)
    .default(20)
    .describe('Least characters of a line whose language is told; shorter ones say too little'),
}

const ELD = 'eld'

/** Paths that the engine must read for a `model`. */
export function modelFiles({ model }: { readonly model: string }): readonly string[] {
  return model === ELD ? [] : [model]
}

let eld:
  | {
      detect(text: string): { language: string; getScores(): Record<string, number> }
      info(): { readonly Languages: Readonly<Record<string, string>> }
    }
  | undefined

/** Loads eld's largest table, 4.5 MB of code, where it is what tells the language. */
export async function loadDetector({ model }: { readonly model: string }): Promise<void> {
  if (model === ELD) eld ??= (await import('eld/large')).eld
}

/**
 * The detector that a `model` names, over one line or many.
 *
 * eld reads the first 1,000 UTF-16 units of a text. A fastText model reads all of it as one line.
 *
 * @throws TilthError `input` where the file is no fastText model.
 */
export function detectorOf({ model }: { readonly model: string }, files: StageFiles | undefined): Detect {
  if (model !== ELD) return fastTextDetector(fastTextModel(model, files))
  const loaded = eld
  if (loaded === undefined) throw new Error('eld is not loaded: await load() first')
  return (text) => {
    const result = loaded.detect(text)
    // Scores take as long as the answer, and of most lines nobody asks for them.
    return {
      language: result.language,
      get confidence() {
        return result.getScores()[result.language] ?? 0
      },
    }
  }
}

const fastTextModel = modelReader(readFastText)

/**
 * Refuses languages that a `model` never tells: a step that wants `english` of eld, which says `en`, would drop all.
 *
 * @throws TilthError `recipe` with the nearest name, or with the first ones.
 */
export function refuseUnknownLanguages(
  languages: readonly string[],
  { model }: { readonly model: string },
  files: StageFiles | undefined,
): void {
  if (languages.length === 0) return
  const known =
    model === ELD ? Object.values(eld?.info().Languages ?? {}) : fastTextModel(model, files).labels
  const unknown = languages.find((language) => !known.includes(language))
  if (unknown === undefined) return
  const near = nearest(unknown, known)
  throw new TilthError('recipe', `languages: ${model} tells no language "${unknown}"`, {
    hint: near === undefined ? `it tells ${some(known)}` : `did you mean "${near}"? it tells ${some(known)}`,
  })
}

/** All of a few names, and the first of many. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 100)
  return `${shown.join(', ')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}`
}

function fastTextDetector(model: FastText): Detect {
  return (text) => {
    const [best] = model.predict(text.replace(/[\n\v\f\r\u0085\u2028\u2029]+/g, ' '))
    return best === undefined
      ? { language: '', confidence: 0 }
      : { language: best.label, confidence: Math.min(1, best.probability) }
  }
}

/** Characters of a text's lines by language, most first; lines shorter than `least` are left out. */
export function languagesByLine(text: string, detect: Detect, least: number): ReadonlyMap<string, number> {
  const characters = new Map<string, number>()
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line.length < least) continue
    const { language } = detect(line)
    characters.set(language, (characters.get(language) ?? 0) + line.length)
  }
  return new Map([...characters].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)))
}

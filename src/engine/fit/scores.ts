import { TilthError } from '../../model/error.ts'
import { quality } from '../../stages/annotate/quality.ts'
import type { Store } from '../../store/store.ts'
import { signalNames, signalRows } from '../../store/version.ts'
import { measuring } from '../batches.ts'
import { filesNow } from '../stage-files.ts'
import { type FitFields, fitSource, unitTexts } from './fit-source.ts'

/** Where scores come from: a model that is asked now, or a signal that a run has stored. */
export type ScoresFrom =
  | { readonly model: string; readonly label?: string; readonly fields: FitFields }
  | { readonly signal: string | undefined }

export interface Scored {
  /** `NAME@NUMBER`, or the path as given. */
  readonly ref: string
  /** What was read: `model MODEL` or a signal's name. */
  readonly by: string
}

/**
 * Scores of the texts of a version, or of files, one after another.
 *
 * A stored signal is that of every document that came to its step, also of those that were dropped later; of `kept` ones
 * only where asked for. A document without a score is passed over.
 *
 * @throws TilthError `not-found` where the version has no such signal, or several that could be meant.
 */
export async function readScores(
  given: string,
  from: ScoresFrom,
  store: Store,
  keptOnly: boolean,
  take: (score: number) => void,
): Promise<Scored> {
  if ('model' in from) return modelScores(given, from, store, take)
  const version = await store.open(given)
  const names = signalNames(version.plan)
  const signal = from.signal ?? onlyOne(names, version.ref)
  if (!names.includes(signal)) {
    throw new TilthError('not-found', `${version.ref} has no signal ${signal}`, {
      hint: names.length === 0 ? SCORE_IT : `it has ${names.join(', ')}; ${SCORE_IT}`,
    })
  }
  for await (const row of signalRows(version)) {
    const score = row.signals[signal]
    if (typeof score === 'number' && (row.kept || !keptOnly)) take(score)
  }
  return { ref: version.ref, by: signal }
}

const SCORE_IT = 'give --model to score its texts now'

function onlyOne(names: readonly string[], ref: string): string {
  const found = names.filter((name) => name.endsWith('.quality'))
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  throw new TilthError(
    'not-found',
    `${ref}: ${found.length === 0 ? 'no quality was measured' : 'several scores'}`,
    {
      hint: found.length === 0 ? SCORE_IT : `name one with --signal: ${found.join(', ')}`,
    },
  )
}

async function modelScores(
  given: string,
  { model, label, fields }: Extract<ScoresFrom, { readonly model: string }>,
  store: Store,
  take: (score: number) => void,
): Promise<Scored> {
  const options = quality.options.parse({ model, ...(label === undefined ? {} : { label }) })
  const measure = await measuring(quality, options, filesNow(quality, options, process.cwd(), store))
  const source = await fitSource(given, store, fields, process.cwd())
  for (const unit of source.units) {
    for await (const batch of unitTexts(unit)) {
      const documents = batch.map(({ id, text }) => ({ id, text, meta: {}, origin: NOWHERE }))
      for (const { quality: score } of await measure(documents)) {
        if (typeof score === 'number') take(score)
      }
    }
  }
  return { ref: source.ref, by: `model ${model}` }
}

const NOWHERE = { uri: '', input: '', record: 0 }

import { notesOfLinearModel } from '../../learn/linear/linear-model.ts'
import { TilthError } from '../../model/error.ts'
import { planOfRecord } from '../../plan/plan.ts'
import { quality } from '../../stages/annotate/quality.ts'
import type { Store } from '../../store/store.ts'
import { signalNames, type Version } from '../../store/version.ts'
import { measuring } from '../batches.ts'
import { fileHashesNow, filesNow } from '../stage-files.ts'
import { type FitFields, type FitSource, fitSource, unitTexts } from './fit-source.ts'
import { fittedPositives, unlearntTexts } from './fitted-positives.ts'
import { Refusals, refuseWithoutText } from './refusals.ts'
import { type StoredCounts, storedScores } from './stored-scores.ts'

/** Where scores come from: a model that is asked now, or a signal that a run has stored. */
export type ScoresFrom =
  | { readonly model: string; readonly label?: string; readonly fields: FitFields }
  | { readonly signal: string | undefined }

export interface Scored {
  /** `NAME@NUMBER`, or the path as given. */
  readonly ref: string
  /** What was read: `model MODEL` or a signal's name. */
  readonly by: string
  /** Where a run's scores were read: of how many documents that are in the version, and of how many that came to the step and are not. */
  readonly stored?: StoredCounts
  /** Where a model was asked of a version: documents that the version dropped, whose texts were not scored. */
  readonly notScored?: number
  /** Where the model has learnt from these very texts: how many there are, of which those that it held out were taken. */
  readonly heldOutOf?: number
  /** Texts that were read, for a model that was asked; of a stored signal none are. */
  readonly texts: number
  /** Rows of files that could not be read or have no text, by reason. */
  readonly refused: Readonly<Record<string, number>>
}

/**
 * Scores of the documents that are to be selected from, one after another.
 *
 * Of a version whose run has measured them (by that model, where one is named), these are the stored ones of every document that
 * came to the step, also of those that it or a later step dropped. Else the model is asked, of texts that are kept or in files. A
 * document without a score is passed over.
 *
 * @throws TilthError `not-found` where the version has no such signal, or several that could be meant.
 */
export async function readScores(
  given: string,
  from: ScoresFrom,
  store: Store,
  take: (score: number) => void,
): Promise<Scored> {
  if (!('model' in from)) return storedOf(await store.open(given), from.signal, false, take)
  const source = await fitSource(given, store, from.fields, process.cwd())
  const version = source.units[0]?.kind === 'rows' ? undefined : await store.open(source.ref)
  const signal = version === undefined ? undefined : signalOfModel(version, from, store)
  if (version !== undefined && signal !== undefined) return storedOf(version, signal, false, take)
  const scored = await modelScores(source, from, store, undefined, take)
  const dropped = version?.manifest.steps.reduce((sum, step) => sum + step.dropped, 0) ?? 0
  return dropped === 0 ? scored : { ...scored, notScored: dropped }
}

/**
 * Scores of good texts. Of texts that the model has learnt from, only those that it held out: it scores the others higher than any
 * that it has not seen. Stored scores are those of kept documents.
 *
 * @throws TilthError as {@link readScores}.
 */
export async function readPositives(
  given: string,
  from: ScoresFrom,
  store: Store,
  take: (score: number) => void,
): Promise<Scored> {
  if (!('model' in from)) return storedOf(await store.open(given), from.signal, true, take)
  const source = await fitSource(given, store, from.fields, process.cwd())
  const [files] = filesNow(quality, optionsOf(from), process.cwd(), store).values()
  const fitted = fittedPositives(notesOfLinearModel(files?.[0]?.bytes ?? new Uint8Array()))
  const held = fitted === undefined ? undefined : await unlearntTexts(source, fitted)
  // What was too little to hold any of it out is all there is.
  return modelScores(source, from, store, held?.includes(1) === true ? held : undefined, take)
}

const SCORE_IT = 'give --model to score its texts now'

async function storedOf(
  version: Version,
  given: string | undefined,
  keptOnly: boolean,
  take: (score: number) => void,
): Promise<Scored> {
  const names = signalNames(version.plan)
  const signal = given ?? onlyOne(names, version.ref)
  if (!names.includes(signal)) {
    throw new TilthError('not-found', `${version.ref} has no signal ${signal}`, {
      hint: names.length === 0 ? SCORE_IT : `it has ${names.join(', ')}; ${SCORE_IT}`,
    })
  }
  const stored = await storedScores(version, signal, keptOnly, take)
  return { ref: version.ref, by: signal, stored, texts: 0, refused: {} }
}

type FromModel = Extract<ScoresFrom, { readonly model: string }>

/** The signal that a version's run has measured by this very model. */
function signalOfModel(version: Version, from: FromModel, store: Store): string | undefined {
  const options = optionsOf(from)
  const [hash] = fileHashesNow(quality, options, process.cwd(), store)
  const step = planOfRecord(version.plan).steps.find(
    (each) =>
      each.stage === quality.name &&
      each.files?.[0]?.sha256 === hash &&
      quality.options.parse(each.options).label === options.label,
  )
  return step === undefined ? undefined : `${step.name}.quality`
}

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

function optionsOf({ model, label }: FromModel) {
  return quality.options.parse({ model, ...(label === undefined ? {} : { label }) })
}

/** @param wanted 1 for each text that is scored; all where left out. */
async function modelScores(
  source: FitSource,
  from: FromModel,
  store: Store,
  wanted: Uint8Array | undefined,
  take: (score: number) => void,
): Promise<Scored> {
  const options = optionsOf(from)
  const measure = await measuring(quality, options, filesNow(quality, options, process.cwd(), store))
  const refusals = new Refusals()
  let texts = 0
  for (const unit of source.units) {
    for await (const batch of unitTexts(unit, refusals)) {
      const first = texts
      texts += batch.length
      const chosen = batch.filter((_, at) => wanted === undefined || wanted[first + at] === 1)
      const documents = chosen.map(({ id, text }) => ({ id, text, meta: {}, origin: NOWHERE }))
      for (const { quality: score } of await measure(documents)) {
        if (typeof score === 'number') take(score)
      }
    }
  }
  refuseWithoutText(source.ref, texts, refusals.found, from.fields)
  return {
    ref: source.ref,
    by: `model ${from.model}`,
    texts,
    refused: refusals.found.reasons,
    ...(wanted === undefined ? {} : { heldOutOf: texts }),
  }
}

const NOWHERE = { uri: '', input: '', record: 0 }

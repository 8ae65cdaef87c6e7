import { makeTokenSet, tokenSetOptions } from '../engine/tokens/make-token-set.ts'
import { TilthError } from '../model/error.ts'
import { storeOf, wholeNumber } from './options.ts'
import { rowProgress } from './row-progress.ts'
import { count, counted, percent } from './terminal.ts'

/** Flags of `tilth tokenize --into`. */
export interface SetFlags {
  readonly store: string
  readonly encoding: string
  readonly into?: string
  readonly to?: string
  readonly out?: string
  readonly separator?: string
  readonly packing?: string
  readonly sequence?: string
  readonly seed?: string
  readonly workers?: string
  readonly json?: boolean
}

/** Makes a token set of a version in the store. */
export async function tokenizeVersion(inputs: readonly string[], flags: SetFlags): Promise<void> {
  const [of, ...more] = inputs
  if (of === undefined || more.length > 0 || flags.to !== undefined || flags.out !== undefined) {
    throw new TilthError('usage', '--into takes one version, and neither --to nor --out', {
      hint: 'tilth tokenize VERSION --encoding NAME --into NAME',
    })
  }
  const { separator, packing } = flags
  if (separator !== undefined && separator !== 'none') {
    throw new TilthError('usage', `--separator ${separator}: with --into it is the end of text, or none`)
  }
  const store = storeOf(flags)
  const version = await store.open(of)
  const number = (text: string | undefined, option: string, least: number): object =>
    text === undefined ? {} : { [option]: wholeNumber(text, `--${option}`, least, 2 ** 32 - 1) }
  const options = tokenSetOptions.parse({
    of,
    encoding: flags.encoding,
    ...(separator === undefined ? {} : { separator }),
    ...(packing === undefined
      ? {}
      : { packing: packing === 'whole' ? ('whole' as const) : ('none' as const) }),
    ...number(flags.sequence, 'sequence', 2),
    ...number(flags.seed, 'seed', 0),
  })
  const bounds =
    flags.workers === undefined ? {} : { workers: wholeNumber(flags.workers, '--workers', 1, 1024) }
  const view = rowProgress()
  const made = await makeTokenSet(flags.into ?? '', version, options, { store, bounds, progress: view.show })
  view.end()
  const { artefact, set, upToDate } = made
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ ref: artefact.ref, dir: artefact.files, upToDate, ...set })}\n`)
    return
  }
  const filled = set.padding === 0 ? '' : `, ${percent(set.padding / set.tokens)} of it padding`
  const what = `${count(set.tokens)} tokens of ${counted(set.documents, 'document')} of ${set.from}${filled}`
  process.stdout.write(
    upToDate ? `${artefact.ref} is up to date: ${what}\n` : `${artefact.ref}   ${what}   ${artefact.files}\n`,
  )
}

import { closeSync, openSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { npyHeader } from '../../formats/tokens/npy-header.ts'
import { TilthError } from '../../model/error.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Artefact, openArtefact, writeArtefact } from '../../store/artefact.ts'
import { type Store, writeWholeFile } from '../../store/store.ts'
import { writeWhole } from '../../store/write-whole.ts'
import { MixOrder } from '../../tokens/mix-order.ts'
import { GPT3_MIXTURE, type MixtureShare, planMixture } from '../../tokens/mixture.ts'
import type { TokenSetContext } from './make-token-set.ts'
import { tokenPool } from './token-pool.ts'
import { type OpenTokenSet, openTokenSet, type TokenSet } from './token-set.ts'

/** Raised whenever the same sources would give another mixture. */
const REVISION = 2

export const MIXTURE_KIND = 'mixture'
export const MIXTURE_FILE = 'mixture.json'
/** The order as a NumPy array: a row of two `uint32` for each sequence, number of its source and of the sequence in it. */
export const ORDER_FILE = 'order.npy'

/** Tokens of a shard of a mixture that is written out. */
const SHARD_TOKENS = 64 << 20

const sourceOptions = z.strictObject({
  of: z.string().describe('A token set: NAME or NAME@NUMBER.'),
  name: z.string().optional().describe('What to call it; the name of the token set when left out.'),
  weight: z.number().min(0).optional().describe('Its share, in any unit: weights are divided by their sum.'),
  epochs: z.number().min(0).optional().describe('How often its tokens are seen, in place of a weight.'),
})

export const mixtureOptions = z.strictObject({
  sources: z.array(sourceOptions).min(1).describe('Token sets of one encoding.'),
  preset: z
    .enum(['gpt3'])
    .optional()
    .describe(
      'Published weights by the names of the sources. gpt3 (Brown et al. 2020, table 2.2): common-crawl .6, webtext .22, books1 .08, books2 .08, wikipedia .03, and books .16 for both',
    ),
  budget: z
    .number()
    .positive()
    .optional()
    .describe('Tokens of the mixture; all that the sources have when left out, or as many as epochs make.'),
  sequence: z
    .int()
    .min(1)
    .max(1 << 20)
    .default(2048)
    .describe('Tokens of a sequence; GPT-3 took 2,048.'),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe('Without weights: sources weigh as their tokens to the power of 1 / temperature.'),
  maxEpochs: z
    .number()
    .positive()
    .optional()
    .describe('No source is seen more often; what is over goes to the others by weight.'),
  seed: z.int().min(0).max(0xffff_ffff).default(0).describe('Seed of the order.'),
  write: z
    .enum(['order', 'bin'])
    .default('order')
    .describe(
      'order: which sequence comes when, over shards that stay where they are; bin: the tokens in that order as well.',
    ),
})

export type MixtureOptions = z.output<typeof mixtureOptions>

/** A source of a mixture as it is kept. */
export interface MixedSource extends MixtureShare {
  /** The token set, as `NAME@NUMBER`. */
  readonly of: string
}

/** What `mixture.json` holds: stable from the first release. */
export interface MixtureFile {
  readonly formatVersion: 1
  readonly encoding: string
  readonly specification: string
  readonly type: TokenSet['type']
  /** Tokens of a sequence. */
  readonly sequence: number
  readonly seed: number
  readonly sources: readonly MixedSource[]
  readonly sequences: number
  readonly tokens: number
  /** Files of the tokens in order, where they were written. */
  readonly shards: readonly { readonly file: string; readonly sequences: number }[]
  readonly warnings: readonly string[]
}

export interface OpenMixture extends Artefact {
  readonly mixture: MixtureFile
}

/** Opens a mixture of the store. @throws TilthError `not-found`, `usage`, `damaged`. */
export function openMixture(store: Store, ref: string): OpenMixture {
  const artefact = openArtefact(store, ref)
  if (artefact.manifest.kind !== MIXTURE_KIND)
    throw new TilthError('usage', `${artefact.ref} is no mixture: it is a ${artefact.manifest.kind}`)
  const path = join(artefact.files, MIXTURE_FILE)
  try {
    return { ...artefact, mixture: JSON.parse(readFileSync(path, 'utf8')) as MixtureFile }
  } catch (cause) {
    throw new TilthError('damaged', `${path}: not readable as JSON`, { cause })
  }
}

/** The order of a mixture's sequences. */
export function orderOf({ sources, seed }: Pick<MixtureFile, 'sources' | 'seed'>): MixOrder {
  return new MixOrder(sources, seed)
}

/**
 * Plans a mixture of token sets: what each gives, in whole sequences.
 *
 * @throws TilthError `usage` where the sets do not fit together or the numbers are none.
 */
export function planMix(
  store: Store,
  options: MixtureOptions,
): { readonly file: MixtureFile; readonly sets: readonly OpenTokenSet[] } {
  const sets = options.sources.map(({ of }) => openTokenSet(store, of))
  const [first] = sets
  if (first === undefined) throw new TilthError('usage', 'a mixture of no sources')
  const other = sets.find(
    ({ set }) => set.specification !== first.set.specification || set.type !== first.set.type,
  )
  if (other !== undefined) {
    throw new TilthError(
      'usage',
      `${other.ref} is in ${other.set.encoding}, ${first.ref} in ${first.set.encoding}`,
      {
        hint: 'make tokens of all sources with one encoding',
      },
    )
  }
  const { sequence, budget, temperature, maxEpochs, seed } = options
  const given = options.sources.map(({ name, weight, epochs }, at) => {
    const own = sets[at] ?? first
    const called = name ?? own.manifest.name
    return {
      name: called,
      tokens: own.set.tokens,
      ...(options.preset === undefined ? {} : { weight: gpt3Weight(called) }),
      ...(weight === undefined ? {} : { weight }),
      ...(epochs === undefined ? {} : { epochs }),
    }
  })
  const packed = sets.find(({ set }) => set.sequence !== null && set.sequence !== sequence)
  if (packed !== undefined) {
    throw new TilthError(
      'usage',
      `${packed.ref} is packed in sequences of ${packed.set.sequence} tokens, not ${sequence}`,
      {
        hint: `take sequences of ${packed.set.sequence}, or pack it anew`,
      },
    )
  }
  const short = sets.find(({ set }) => set.tokens < sequence)
  if (short !== undefined) {
    throw new TilthError(
      'usage',
      `${short.ref} has ${short.set.tokens} tokens, less than a sequence of ${sequence}`,
      {
        hint: 'take shorter sequences, or leave it out',
      },
    )
  }
  refuseTwice(given.map(({ name }, at) => ({ name, set: sets[at] ?? first })))
  const { shares, sequences, warnings } = planned(given, {
    sequence,
    temperature,
    ...(budget === undefined ? {} : { budget }),
    ...(maxEpochs === undefined ? {} : { maxEpochs }),
  })
  const sources = shares.map((share, at): MixedSource => ({ of: (sets[at] ?? first).ref, ...share }))
  if (sequences === 0)
    throw new TilthError('usage', `a budget of less than one sequence of ${sequence} tokens`)
  const { encoding, specification, type } = first.set
  const file: MixtureFile = {
    formatVersion: 1,
    encoding,
    specification,
    type,
    sequence,
    seed,
    sources,
    sequences,
    tokens: sequences * sequence,
    shards: [],
    warnings,
  }
  return { file, sets }
}

/** A set that is given twice would be repeated without a word of it, and of two sources with one name no table could tell which is which. */
function refuseTwice(sources: readonly { readonly name: string; readonly set: OpenTokenSet }[]): void {
  for (const [at, { name, set }] of sources.entries()) {
    const before = sources.slice(0, at)
    const same = before.find((other) => other.set.manifest.key === set.manifest.key)
    if (same !== undefined) {
      throw new TilthError(
        'usage',
        same.set.ref === set.ref
          ? `${set.ref} is given twice`
          : `${same.set.ref} and ${set.ref} hold the same tokens`,
        { hint: 'give it once, with the sum of the weights; epochs say how often it is seen' },
      )
    }
    if (before.some((other) => other.name === name))
      throw new TilthError('usage', `two sources are called ${name}`, { hint: 'name one of them: NAME=SET' })
  }
}

function planned(...args: Parameters<typeof planMixture>): ReturnType<typeof planMixture> {
  try {
    return planMixture(...args)
  } catch (error) {
    if (error instanceof RangeError) throw new TilthError('usage', error.message)
    throw error
  }
}

/** The published weight of a source by its name. @throws TilthError `usage` where it has none. */
export function gpt3Weight(name: string): number {
  const weights = new Map<string, number>(GPT3_MIXTURE.map((each) => [each.name, each.weight]))
  weights.set('books', (weights.get('books1') ?? 0) + (weights.get('books2') ?? 0))
  const weight = weights.get(name)
  if (weight !== undefined) return weight
  throw new TilthError('usage', `preset gpt3 has no weight for ${name}`, {
    hint: `name the sources ${[...weights.keys()].join(', ')}: --source webtext=${name}; or give weights`,
  })
}

/**
 * Makes a mixture: the order in which sequences of token sets come, and with `write: bin` the tokens in that order. Sets stay as they
 * are, so that other weights cost no tokenising.
 */
export async function makeMixture(
  name: string,
  options: MixtureOptions,
  { store, bounds, progress }: TokenSetContext,
): Promise<{ readonly artefact: Artefact; readonly mixture: MixtureFile; readonly upToDate: boolean }> {
  const { file, sets } = planMix(store, options)
  const { write } = options
  const key = contentKey({ sets: sets.map(({ manifest }) => manifest.key), file, write, revision: REVISION })
  const { artefact, upToDate } = await writeArtefact(store, name, MIXTURE_KIND, key, async (dir) => {
    writeOrder(join(dir, ORDER_FILE), file)
    const shards = write === 'bin' ? await writeShards(dir, file, sets, bounds, progress) : []
    const whole: MixtureFile = { ...file, shards }
    await writeWholeFile(join(dir, MIXTURE_FILE), `${JSON.stringify(whole, undefined, 2)}\n`)
    const data = sets.map(({ ref, manifest, set }) => ({
      role: 'source',
      ref,
      hash: manifest.key,
      documents: set.documents,
      bytes: set.textBytes,
    }))
    const { sources, budget = null, temperature, maxEpochs = null, sequence, seed } = options
    const kept = {
      sources: sources.map((source) => JSON.stringify(source)),
      budget,
      temperature,
      maxEpochs,
      sequence,
      seed,
      write,
    }
    return { data, options: kept, metrics: { tokens: file.tokens, sequences: file.sequences } }
  })
  return { artefact, mixture: openMixture(store, artefact.ref).mixture, upToDate }
}

const ORDER_ROWS = 1 << 16

function writeOrder(path: string, file: MixtureFile): void {
  const order = orderOf(file)
  const partial = `${path}.partial`
  const out = openSync(partial, 'w')
  try {
    writeWhole(out, npyHeader('<u4', [order.length, 2]))
    for (let from = 0; from < order.length; from += ORDER_ROWS) {
      const rows = new Uint32Array(2 * Math.min(ORDER_ROWS, order.length - from))
      for (let at = 0; at < rows.length; at += 2) {
        const { source, sequence } = order.at(from + at / 2)
        rows[at] = source
        rows[at + 1] = sequence
      }
      writeWhole(out, new Uint8Array(rows.buffer))
    }
  } finally {
    closeSync(out)
  }
  renameSync(partial, path)
}

async function writeShards(
  dir: string,
  file: MixtureFile,
  sets: readonly OpenTokenSet[],
  bounds: TokenSetContext['bounds'],
  progress: TokenSetContext['progress'],
): Promise<MixtureFile['shards']> {
  const each = Math.max(1, Math.floor(SHARD_TOKENS / file.sequence))
  const tasks = Array.from({ length: Math.ceil(file.sequences / each) }, (_, at) => ({
    mixture: file,
    sets: sets.map(({ files, set }) => ({ files, set })),
    from: at * each,
    to: Math.min(file.sequences, (at + 1) * each),
    out: join(dir, `mix-${String(at).padStart(5, '0')}.bin`),
  }))
  let done = 0
  progress('sequences', 0, file.sequences)
  const pool = tokenPool(bounds)
  try {
    await pool.each('writeMix', tasks, (_, at) => {
      const task = tasks[at]
      progress('sequences', (done += task === undefined ? 0 : task.to - task.from), file.sequences)
    })
  } finally {
    await pool.close()
  }
  return tasks.map(({ from, to }, at) => ({
    file: `mix-${String(at).padStart(5, '0')}.bin`,
    sequences: to - from,
  }))
}

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TilthError } from '../../model/error.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Artefact, writeArtefact } from '../../store/artefact.ts'
import { type Store, writeWholeFile } from '../../store/store.ts'
import type { Version } from '../../store/version.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import type { RunOptions } from '../engine.ts'
import { inWorkers } from '../local/in-workers.ts'
import {
  openTokenSet,
  TOKEN_SET_FILE,
  TOKEN_SET_KIND,
  type TokenSet,
  type TokenShard,
  widthOf,
} from './token-set.ts'
import type { GatherTask, Tokenized } from './tokenize-tasks.ts'
import { tokenizerOf } from './tokenizer-of.ts'

/** Raised whenever the same version would give other files. */
const REVISION = 1

/** A shard holds the ids of about so many bytes of text; twice as much is in memory while it is written. */
const SHARD_TEXT_BYTES = 128 << 20

export const tokenSetOptions = z.strictObject({
  of: z.string().describe('The version: NAME, NAME@NUMBER or NAME@TAG.'),
  encoding: z.string().default('gpt2').describe('Name of an encoding, or path of a tokenizer.json.'),
  separator: z
    .enum(['end-of-text', 'none'])
    .default('end-of-text')
    .describe('What stands behind each document.'),
  seed: z.int().min(0).default(0).describe('Seed of the order of documents.'),
  packing: z
    .enum(['none', 'whole'])
    .default('none')
    .describe(
      'none: documents stand one behind another, and sequences cut them; whole: sequences hold whole documents (best fit), and are filled up with the end of text; only what is longer than one is cut',
    ),
  sequence: z
    .int()
    .min(2)
    .max(1 << 20)
    .default(2048)
    .describe('With packing: tokens of a sequence.'),
})

export type TokenSetOptions = z.output<typeof tokenSetOptions>

export interface TokenSetContext {
  readonly store: Store
  readonly bounds: Pick<RunOptions, 'workers' | 'memoryBytes' | 'signal'>
  readonly progress: (what: string, done: number, total: number) => void
}

/**
 * Makes the ids of all documents of a version, in an order by chance that depends on nothing but the seed and their ids. What has the same
 * documents, encoding and options as one before is that one.
 *
 * Memory: the ids of one shard for each worker; documents are dealt out to shards by chance and sorted within them.
 */
export async function makeTokenSet(
  name: string,
  version: Version,
  options: TokenSetOptions,
  { store, bounds, progress }: TokenSetContext,
): Promise<{ readonly artefact: Artefact; readonly set: TokenSet; readonly upToDate: boolean }> {
  const tokenizer = tokenizerOf(options.encoding)
  const separator = options.separator === 'none' ? null : endOfText(tokenizer)
  const { hashes, shards: kept } = version.manifest
  const { encoding, seed } = options
  const sequence = options.packing === 'none' ? null : options.sequence
  const { specification, vocabularySize } = tokenizer
  const key = contentKey({ kept: hashes.kept, specification, separator, seed, sequence, revision: REVISION })
  const type = vocabularySize <= 1 << 16 ? 'uint16' : 'uint32'
  const textBytes = version.manifest.steps.at(-1)?.bytesOut ?? 0
  const buckets = Math.max(1, Math.ceil(textBytes / SHARD_TEXT_BYTES))
  let set: TokenSet | undefined
  const padding: number[] = []
  const { artefact, upToDate } = await writeArtefact(store, name, TOKEN_SET_KIND, key, async (dir) => {
    const inputs = kept.filter(({ table }) => table === 'kept').map(({ file }) => join(version.dir, file))
    const shards = await inWorkers(bounds, async (pool) => {
      const spill = (at: number): string => join(dir, `${at}.spill`)
      const tasks = inputs.map((shard, at) => ({ shard, encoding, separator, seed, buckets, out: spill(at) }))
      const sections = Array.from({ length: buckets }, (): GatherTask['sections'][number][] => [])
      let done = 0
      progress('texts to tokens', done, tasks.length)
      const made: Tokenized[] = []
      await pool.each('tokenizeShard', tasks, (output, at) => {
        made[at] = output
        progress('texts to tokens', ++done, tasks.length)
      })
      for (const [at, each] of made.entries())
        for (const section of each.sections) sections[section.bucket]?.push({ ...section, path: spill(at) })
      const written: TokenShard[] = []
      progress('shards', 0, buckets)
      await pool.each(
        'gatherTokens',
        sections.map((list, at) => ({
          sections: list,
          width: widthOf({ type }),
          sequence,
          filler: separator ?? tokenizer.endOfText ?? 0,
          seed: seed + at,
          out: join(dir, fileOf(at, 'bin')),
          index: join(dir, fileOf(at, 'parquet')),
        })),
        ({ padding: filled, ...output }, at) => {
          padding.push(filled)
          written[at] = { file: fileOf(at, 'bin'), index: fileOf(at, 'parquet'), ...output }
          progress('shards', written.filter(Boolean).length, buckets)
        },
      )
      for (const at of inputs.keys())
        for (const end of ['', '.json']) rmSync(`${spill(at)}${end}`, { force: true })
      return written
    })
    const sum = (of: (shard: TokenShard) => number): number =>
      shards.reduce((all, shard) => all + of(shard), 0)
    set = {
      formatVersion: 1,
      encoding,
      specification,
      type,
      separator,
      seed,
      sequence,
      padding: padding.reduce((all, each) => all + each, 0),
      from: version.ref,
      shards,
      tokens: sum(({ tokens }) => tokens),
      documents: sum(({ documents }) => documents),
      textBytes,
    }
    await writeWholeFile(join(dir, TOKEN_SET_FILE), `${JSON.stringify(set, undefined, 2)}\n`)
    const data = {
      role: 'documents',
      ref: version.ref,
      hash: hashes.kept,
      documents: set.documents,
      bytes: textBytes,
    }
    const { tokens, documents } = set
    const metrics = {
      tokens,
      documents,
      padding: set.padding,
      bytesPerToken: textBytes / (tokens - set.padding),
    }
    return { data: [data], options: { ...options, encoding }, metrics }
  })
  return { artefact, set: set ?? openTokenSet(store, artefact.ref).set, upToDate }
}

function fileOf(number: number, ending: string): string {
  return `tokens-${String(number).padStart(5, '0')}.${ending}`
}

function endOfText({ name, endOfText: id }: Tokenizer): number {
  if (id !== undefined) return id
  throw new TilthError('usage', `${name} has no token that ends a document`, { hint: 'separator: none' })
}

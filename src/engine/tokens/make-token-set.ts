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
import { tokenPool } from './token-pool.ts'
import {
  openTokenSet,
  TOKEN_SET_FILE,
  TOKEN_SET_KIND,
  type TokenSet,
  type TokenShard,
  widthOf,
} from './token-set.ts'
import type { GatherTask, TokenizeTask } from './tokenize-tasks.ts'
import { tokenizerOf } from './tokenizer-of.ts'

/** Raised whenever the same version would give other files. */
const REVISION = 2

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
  const separator = separatorOf(options)
  const { hashes, shards: kept } = version.manifest
  const { encoding, seed } = options
  const sequence = options.packing === 'none' ? null : options.sequence
  const { specification, vocabularySize } = tokenizer
  const key = contentKey({ kept: hashes.kept, specification, separator, seed, sequence, revision: REVISION })
  const type = vocabularySize <= 1 << 16 ? 'uint16' : 'uint32'
  const textBytes = version.manifest.steps.at(-1)?.bytesOut ?? 0
  const buckets = Math.max(1, Math.ceil(textBytes / SHARD_TEXT_BYTES))
  const { artefact, upToDate } = await writeArtefact(store, name, TOKEN_SET_KIND, key, async (dir) => {
    const inputs = kept.filter(({ table }) => table === 'kept').map(({ file }) => join(version.dir, file))
    const filler = separator ?? tokenizer.endOfText ?? 0
    const settings = {
      dir,
      inputs,
      encoding,
      separator,
      seed,
      buckets,
      width: widthOf({ type }),
      sequence,
      filler,
    }
    const { shards, padding } = await makeShards(settings, { bounds, progress })
    const sum = (of: (shard: TokenShard) => number): number =>
      shards.reduce((all, shard) => all + of(shard), 0)
    const set: TokenSet = {
      formatVersion: 1,
      encoding,
      specification,
      type,
      separator,
      seed,
      sequence,
      padding,
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
  return { artefact, set: openTokenSet(store, artefact.ref).set, upToDate }
}

interface ShardSettings
  extends Omit<TokenizeTask, 'shard' | 'out'>,
    Pick<GatherTask, 'width' | 'sequence' | 'filler' | 'seed'> {
  readonly dir: string
  /** Shards of the version's kept documents. */
  readonly inputs: readonly string[]
}

/** Deals ids of all texts out to shards, and then writes each of them. */
async function makeShards(
  { dir, inputs, encoding, separator, seed, buckets, width, sequence, filler }: ShardSettings,
  { bounds, progress }: Omit<TokenSetContext, 'store'>,
): Promise<{ readonly shards: readonly TokenShard[]; readonly padding: number }> {
  const counted = (what: string, total: number): (() => void) => {
    let done = 0
    progress(what, done, total)
    return () => progress(what, ++done, total)
  }
  const spill = (at: number): string => join(dir, `${at}.spill`)
  const pool = tokenPool(bounds)
  try {
    const dealt = await pool.each(
      'tokenizeShard',
      inputs.map((shard, at) => ({ shard, encoding, separator, seed, buckets, out: spill(at) })),
      counted('texts to tokens', inputs.length),
    )
    const sections = dealt.flatMap((list, at) => list.map((section) => ({ ...section, path: spill(at) })))
    const written = await pool.each(
      'gatherTokens',
      Array.from({ length: buckets }, (_, at) => ({
        sections: sections.filter(({ bucket }) => bucket === at),
        width,
        sequence,
        filler,
        seed: seed + at,
        out: join(dir, fileOf(at, 'bin')),
        index: join(dir, fileOf(at, 'parquet')),
      })),
      counted('shards', buckets),
    )
    for (const at of inputs.keys())
      for (const end of ['', '.json']) rmSync(`${spill(at)}${end}`, { force: true })
    return {
      shards: written.map(({ tokens, documents }, at) => ({
        file: fileOf(at, 'bin'),
        index: fileOf(at, 'parquet'),
        tokens,
        documents,
      })),
      padding: written.reduce((all, { padding }) => all + padding, 0),
    }
  } finally {
    await pool.close()
  }
}

function fileOf(number: number, ending: string): string {
  return `tokens-${String(number).padStart(5, '0')}.${ending}`
}

/**
 * The token that stands behind each document.
 *
 * @throws TilthError `usage` where there is no such encoding, or it has no end of text.
 */
export function separatorOf({
  encoding,
  separator,
}: Pick<TokenSetOptions, 'encoding' | 'separator'>): number | null {
  return separator === 'none' ? null : endOfText(tokenizerOf(encoding))
}

function endOfText({ name, endOfText: id }: Tokenizer): number {
  if (id !== undefined) return id
  throw new TilthError('usage', `${name} has no token that ends a document`, { hint: 'separator: none' })
}

import { join } from 'node:path'
import { TilthError } from '../../model/error.ts'
import type { Store } from '../../store/store.ts'
import { readTable } from '../../store/table.ts'
import { type OpenMixture, orderOf } from './mix.ts'
import { TokenReader } from './token-reader.ts'
import { type OpenTokenSet, openTokenSet } from './token-set.ts'
import { tokenizerOf } from './tokenizer-of.ts'

/** Tokens before and behind the one that is asked for, to be shown. */
const AROUND = 24

/** The document that a token is of. */
export interface TracedToken {
  /** The token set, as `NAME@NUMBER`, and where the token is in it. */
  readonly set: string
  readonly shard: number
  readonly offset: number
  /** The version, as `NAME@NUMBER`, and the id of the document in it. */
  readonly version: string
  readonly document: string
  /** Number of the token in its document; of the separator behind it that of tokens. */
  readonly token: number
  readonly isSeparator: boolean
  readonly url: string | null
  /** URI of the file that the document was first read from, through however many versions, and number of its record there. */
  readonly source: string
  readonly record: number
  readonly id: number
  /** Text of the token, and what stands around it in the document. */
  readonly text: string
  readonly before: string
  readonly after: string
}

/** Where a token of a mixture is from. */
export interface MixedToken extends TracedToken {
  /** Number of the sequence in the order of the mixture, and of the token in it. */
  readonly place: number
  readonly at: number
  readonly sourceName: string
  /** 0 where the sequence is seen for the first time. */
  readonly epoch: number
}

/**
 * Says which document a token of a token set is of.
 *
 * @throws TilthError `usage` where there is no such token.
 */
export async function traceToken(open: OpenTokenSet, shard: number, offset: number): Promise<TracedToken> {
  const { set, files } = open
  const own = set.shards[shard]
  if (own === undefined)
    throw new TilthError('usage', `${open.ref} has shards 0 to ${set.shards.length - 1}, not ${shard}`)
  if (!(Number.isInteger(offset) && offset >= 0 && offset < own.tokens))
    throw new TilthError(
      'usage',
      `shard ${shard} of ${open.ref} has tokens 0 to ${own.tokens - 1}, not ${offset}`,
    )
  const row = await documentAt(join(files, own.index), offset)
  const reader = new TokenReader(files, set)
  try {
    const first = set.shards.slice(0, shard).reduce((sum, { tokens }) => sum + tokens, 0)
    const token = row.first + offset - row.start
    const [from, to] = [
      Math.max(row.start, offset - AROUND),
      Math.min(row.start + row.tokens, offset + 1 + AROUND),
    ]
    const ids = [...reader.ids(first + from, first + to)]
    const tokenizer = tokenizerOf(set.encoding)
    const isSeparator =
      set.separator !== null && offset === row.start + row.tokens - 1 && ids[offset - from] === set.separator
    return {
      set: open.ref,
      shard,
      offset,
      version: set.from,
      document: row.id,
      token,
      isSeparator,
      url: row.url,
      source: row.source,
      record: row.record,
      id: ids[offset - from] ?? 0,
      text: tokenizer.decode(ids.slice(offset - from, offset - from + 1)),
      before: tokenizer.decode(ids.slice(0, offset - from)),
      after: tokenizer.decode(ids.slice(offset - from + 1)),
    }
  } finally {
    reader.close()
  }
}

interface DocumentRow {
  readonly id: string
  readonly start: number
  readonly first: number
  readonly tokens: number
  readonly url: string | null
  readonly source: string
  readonly record: number
}

async function documentAt(path: string, offset: number): Promise<DocumentRow> {
  for await (const batch of readTable(path)) {
    for (const row of batch) {
      const [start, tokens] = [Number(row['start']), Number(row['tokens'])]
      if (offset >= start + tokens) continue
      if (offset < start)
        throw new TilthError('usage', `token ${offset} fills a sequence up, and is of no document`)
      const url = typeof row['url'] === 'string' ? row['url'] : null
      return {
        id: String(row['id']),
        first: Number(row['first']),
        start,
        tokens,
        url,
        source: String(row['source']),
        record: Number(row['record']),
      }
    }
  }
  throw new TilthError('usage', `token ${offset} fills a sequence up, and is of no document`)
}

/**
 * Says which document a token of a mixture is of.
 *
 * @param place number of the sequence in the order.
 * @param at number of the token in the sequence.
 */
export async function traceMixed(
  store: Store,
  open: OpenMixture,
  place: number,
  at: number,
): Promise<MixedToken> {
  const { mixture } = open
  if (!(Number.isInteger(place) && place >= 0 && place < mixture.sequences))
    throw new TilthError('usage', `${open.ref} has sequences 0 to ${mixture.sequences - 1}, not ${place}`)
  if (!(Number.isInteger(at) && at >= 0 && at < mixture.sequence))
    throw new TilthError(
      'usage',
      `a sequence of ${open.ref} has tokens 0 to ${mixture.sequence - 1}, not ${at}`,
    )
  const { source, sequence, epoch } = orderOf(mixture).at(place)
  const from = mixture.sources[source]
  if (from === undefined) throw new Error(`no source ${source}`)
  const set = openTokenSet(store, from.of)
  const { shard, offset } = new TokenReader(set.files, set.set).placeOf(sequence * mixture.sequence + at)
  return { place, at, sourceName: from.name, epoch, ...(await traceToken(set, shard, offset)) }
}

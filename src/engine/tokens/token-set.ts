import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TilthError } from '../../model/error.ts'
import { type Artefact, artefactNames, openArtefact } from '../../store/artefact.ts'
import type { Store } from '../../store/store.ts'
import type { Column } from '../../store/table.ts'

/** Kind of the artefact that a token set is. */
export const TOKEN_SET_KIND = 'tokens'

/** File of a token set that says what it is. */
export const TOKEN_SET_FILE = 'token-set.json'

/** A file of ids, and the one beside it that says which are whose. */
export interface TokenShard {
  /** Ids, little-endian, without a header. */
  readonly file: string
  /** A Parquet table: see {@link DOCUMENT_COLUMNS}. */
  readonly index: string
  readonly tokens: number
  readonly documents: number
}

/** The documents of a version as ids of tokens, in an order by chance. Stable from the first release. */
export interface TokenSet {
  readonly formatVersion: 1
  /** Name of the encoding, or path of a tokenizer. */
  readonly encoding: string
  /** SHA-256 of all that decides ids, as the tokenizer says it. */
  readonly specification: string
  readonly type: 'uint16' | 'uint32'
  /** Id that stands behind each document; `null` = none does. */
  readonly separator: number | null
  readonly seed: number
  /** Where no document is cut: tokens of a sequence, of which each shard has whole ones. `null` = documents stand one behind another. */
  readonly sequence: number | null
  /** Tokens that fill sequences up, and stand for nothing; {@link TokenSet.tokens} counts them. */
  readonly padding: number
  /** The version, as `NAME@NUMBER`. */
  readonly from: string
  readonly shards: readonly TokenShard[]
  /** Separators counted. */
  readonly tokens: number
  readonly documents: number
  /** UTF-8 bytes of the texts. */
  readonly textBytes: number
}

/** Columns of a shard's index, a row for each document or piece of one, in the order of the shard. What no row has is padding. */
export const DOCUMENT_COLUMNS: readonly Column[] = [
  { name: 'id', type: 'STRING', nullable: false },
  // Number of its first token in the shard.
  { name: 'start', type: 'INT64', nullable: false },
  // Number of that token in the document: above 0 in the later pieces of one that is longer than a sequence.
  { name: 'first', type: 'INT64', nullable: false },
  // Separator counted.
  { name: 'tokens', type: 'INT64', nullable: false },
  { name: 'url', type: 'STRING', nullable: true },
  // The file that it was first read from, through however many versions, and its record there.
  { name: 'source', type: 'STRING', nullable: false },
  { name: 'record', type: 'INT64', nullable: false },
]

export interface OpenTokenSet extends Artefact {
  readonly set: TokenSet
}

/**
 * Opens a token set of the store.
 *
 * @throws TilthError `not-found`, `usage` where the artefact is something else, `damaged`.
 */
export function openTokenSet(store: Store, ref: string): OpenTokenSet {
  const name = ref.replace(/@.*$/, '')
  if (!artefactNames(store).includes(name) && store.datasets().includes(name)) {
    throw new TilthError('usage', `${ref} is a dataset, and holds texts, not tokens`, {
      hint: `tilth tokenize ${ref} --encoding gpt2 --into ${name}-tokens`,
    })
  }
  const artefact = openArtefact(store, ref)
  const { kind } = artefact.manifest
  if (kind !== TOKEN_SET_KIND) {
    throw new TilthError('usage', `${artefact.ref} holds no tokens: it is a ${kind}`, {
      hint: 'make tokens of a version with tilth tokenize VERSION --encoding NAME --into NAME',
    })
  }
  const path = join(artefact.files, TOKEN_SET_FILE)
  try {
    return { ...artefact, set: JSON.parse(readFileSync(path, 'utf8')) as TokenSet }
  } catch (cause) {
    throw new TilthError('damaged', `${path}: not readable as JSON`, { cause })
  }
}

/** Bytes of an id. */
export function widthOf({ type }: Pick<TokenSet, 'type'>): 2 | 4 {
  return type === 'uint16' ? 2 : 4
}

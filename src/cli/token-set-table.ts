import type { TokenSet } from '../engine/tokens/token-set.ts'
import { bytes, count, counted, percent, type Style, table } from './terminal.ts'

/** Shards that are listed. */
const SHOWN = 20

/** The shards of a token set, and how much it is. */
export function tokenSetTable(set: TokenSet, style: Style): string {
  const rows = table(
    set.shards.slice(0, SHOWN),
    [
      { title: 'shard', cell: ({ file }) => file },
      { title: 'tokens', cell: (shard) => count(shard.tokens), align: 'right' },
      { title: 'documents', cell: (shard) => count(shard.documents), align: 'right' },
    ],
    style,
  )
  const more = set.shards.length > SHOWN ? `and ${count(set.shards.length - SHOWN)} more\n` : ''
  const perToken = (set.textBytes / Math.max(1, set.tokens - set.padding)).toFixed(2)
  const packed =
    set.sequence === null
      ? 'one document behind another'
      : `whole documents in sequences of ${count(set.sequence)}, ${percent(set.padding / set.tokens)} of it padding`
  const separator = set.separator === null ? 'no separator' : `${set.separator} behind each document`
  return [
    `${rows}${more}`,
    `${count(set.tokens)} tokens of ${counted(set.documents, 'document')} of ${set.from}, ${bytes(set.textBytes)} of text, ${perToken} bytes a token\n`,
    `${set.encoding}, ${set.type}, ${separator}; ${packed}\n`,
  ].join('')
}

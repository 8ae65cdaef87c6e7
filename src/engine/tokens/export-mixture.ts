import type { TokenFormat } from '../../formats/tokens/token-file.ts'
import type { Column, TableWriter } from '../../store/table.ts'
import type { TokenExport } from './export-token-set.ts'
import type { TokenSetContext } from './make-token-set.ts'
import { type OpenMixture, orderOf } from './mix.ts'
import type { ExportMixTask } from './mix-task.ts'
import { TokenFolder } from './token-folder.ts'
import { tokenPool } from './token-pool.ts'
import { openTokenSet } from './token-set.ts'

/** Tokens of a shard: 128 or 256 MB of ids. */
const SHARD_TOKENS = 64 << 20

/** Columns of the index, a row for each sequence in the order in which they stand. */
const SEQUENCE_COLUMNS: readonly Column[] = [
  { name: 'place', type: 'INT64', nullable: false },
  { name: 'shard', type: 'INT64', nullable: false },
  // Number of its first token in the shard.
  { name: 'start', type: 'INT64', nullable: false },
  { name: 'source', type: 'STRING', nullable: false },
  // Number of the sequence in its token set, and how often that had been through before.
  { name: 'sequence', type: 'INT64', nullable: false },
  { name: 'epoch', type: 'INT64', nullable: false },
]

/**
 * Writes the tokens of a mixture in its order, in a layout that training programs read: into a folder that has its name only when all of it is
 * there. A row is a sequence, called by its place in the order. The index says of which source each is, `tokens.json` what the folder holds.
 *
 * Memory: a few megabytes and a row group for each worker, however long the mixture is.
 *
 * @throws TilthError `usage` where there is something of that name already; `not-found` where a token set is gone; `damaged`.
 */
export async function exportMixture(
  open: OpenMixture,
  format: TokenFormat,
  out: string,
  { store, bounds, progress }: TokenSetContext,
): Promise<TokenExport> {
  const { mixture } = open
  const sets = mixture.sources.map(({ of }) => openTokenSet(store, of))
  const folder = new TokenFolder(out, SEQUENCE_COLUMNS)
  const each = Math.max(1, Math.floor(SHARD_TOKENS / mixture.sequence))
  const tasks = Array.from(
    { length: Math.ceil(mixture.sequences / each) },
    (_, at): ExportMixTask => ({
      mixture,
      sets: sets.map(({ files, set }) => ({ files, set })),
      from: at * each,
      to: Math.min(mixture.sequences, (at + 1) * each),
      dir: folder.partial,
      number: at,
      format,
    }),
  )
  const pool = tokenPool(bounds)
  let done = 0
  progress('sequences', 0, mixture.sequences)
  try {
    const written = await pool.each('exportMix', tasks, (_, at) => {
      const task = tasks[at]
      progress('sequences', (done += task === undefined ? 0 : task.to - task.from), mixture.sequences)
    })
    writeIndex(folder.index, open, each)
    const { formatVersion: _, type: __, shards: ___, ...about } = mixture
    const shards = written.map((files, at) => ({ sequences: (tasks[at]?.to ?? 0) - at * each, files }))
    folder.finish({ mixture: open.ref, format, ...about, shards })
    return { dir: folder.dir, files: written.flat() }
  } finally {
    await pool.close()
    folder.abandon()
  }
}

/** Says of which source each sequence is; `each` sequences are in a shard. */
function writeIndex(index: TableWriter, { mixture }: OpenMixture, each: number): void {
  const order = orderOf(mixture)
  for (let place = 0; place < order.length; place++) {
    const { source, sequence, epoch } = order.at(place)
    const shard = Math.floor(place / each)
    const start = (place - shard * each) * mixture.sequence
    index.append({ place, shard, start, source: mixture.sources[source]?.name ?? '', sequence, epoch })
  }
}

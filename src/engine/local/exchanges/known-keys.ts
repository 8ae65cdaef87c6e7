import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptRow } from '../../../model/version.ts'
import { contentKey } from '../../../plan/canonical.ts'
import type { PlanIndex } from '../../../plan/plan.ts'
import { checkRoom } from '../../../store/room.ts'
import type { Store } from '../../../store/store.ts'
import { readTable } from '../../../store/table.ts'
import { openVersion } from '../../../store/version.ts'
import { keyMaker, type TaskContext } from '../../units/context.ts'
import { PackWriter, type UnitAddress, UnitWriter } from '../unit-file.ts'
import { type Exchange, each } from './exchange.ts'

/** Documents of another version, whose keys meet those of a run: a shard, and its keys as a unit without rows. */
export interface KnownShard {
  readonly keys: UnitAddress
  readonly shard: string
}

/**
 * The keys of the kept documents of a version. They are made once and stay in the cache: a shard's are there when their file is, so that a
 * stopped run goes on behind the last.
 *
 * @param averageBytes of a document's keys, as far as is known: whether there is room for those that are missing.
 */
export async function knownKeys(
  exchange: Pick<Exchange, 'step' | 'name' | 'pool' | 'progress'>,
  store: Store,
  { version, key }: PlanIndex,
  averageBytes: number,
): Promise<readonly KnownShard[]> {
  const { manifest } = await openVersion(version)
  const kept = manifest.shards.filter(({ table }) => table === 'kept')
  // Versions of the same documents may be cut into other shards, and a key says in which row of its shard it is.
  const dir = store.ensure(
    'cache',
    'exchanges',
    contentKey({ key, shards: kept.map(({ sha256 }) => sha256) }),
  )
  const shards = kept.map(({ file, rows }, at) => ({
    shard: join(version, file),
    rows,
    out: `${dir}/${at}.keys`,
  }))
  const missing = shards.filter(({ out }) => !existsSync(out))
  const rows = missing.reduce((sum, shard) => sum + shard.rows, 0)
  checkRoom(dir, `${exchange.name}: keys of other versions`, rows * averageBytes)
  await each(
    exchange,
    'keysOfShard',
    'keys of other versions',
    missing.map(({ shard, out }) => ({ step: exchange.step, shard, out })),
  )
  return shards.map(({ shard, out }) => ({
    shard,
    keys: { path: out, start: 0, length: statSync(out).size },
  }))
}

export interface KeysOfShardTask {
  /** Number of the group among the plan's steps. */
  readonly step: number
  /** A shard of the kept documents of a version. */
  readonly shard: string
  readonly out: string
}

/** Writes what the documents of a shard bring to a group. They win whatever is preferred, so that no rank is kept. */
export async function keysOfShard(
  context: TaskContext,
  { step, shard, out }: KeysOfShardTask,
): Promise<void> {
  const keyOf = keyMaker(context, step)
  const pack = new PackWriter(out)
  const writer = new UnitWriter(pack)
  try {
    let ordinal = 0
    for await (const { id, text, meta, source, input, record } of shardRows(shard)) {
      const brought = keyOf({ id, text, meta, record, signals: {} }, { uri: source, input })
      if (brought?.kind === 'key') writer.key({ ...brought.key, rank: 0, ordinal })
      else if (brought?.kind === 'parts') writer.parts(ordinal, id, brought.parts)
      ordinal++
    }
    writer.finish({ counts: [], textBytes: 0, bytesRead: 0 })
    pack.finish()
  } finally {
    pack.abandon()
  }
}

/** The documents of a shard, in its order. */
export async function* shardRows(shard: string): AsyncGenerator<KeptRow> {
  for await (const batch of readTable(shard)) yield* batch as unknown as readonly KeptRow[]
}

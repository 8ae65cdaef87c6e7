import { create, toBinary } from '@bufbuild/protobuf'
import { Binary, makeVector, Table, tableToIPC, Utf8, type Vector, vectorFromArray } from 'apache-arrow'
import { TilthError } from '../../../model/error.ts'
import { LocalRelationSchema, RelationSchema } from './gen/relations_pb.ts'
import type { SparkRelation } from './plans.ts'

/** Columns of one length by name: numbers in typed arrays, text, or bytes. */
export type LocalColumns = Readonly<
  Record<string, BigInt64Array | Float64Array | Int32Array | readonly string[] | readonly Uint8Array[]>
>

/** Bytes that travel inside a request; servers take 128 MiB, and every retry sends them again. */
const INLINE_BYTES = 8 * 1024 * 1024
/** The server makes an object of every value and keeps them: 32 MB of numbers took it 10 s to 30 s, and much of a heap of 1 GB. */
export const MAX_LOCAL_BYTES = 64 * 1024 * 1024

/** Columns as one stream of Arrow. @throws RangeError when they differ in length. */
export function arrowOf(columns: LocalColumns): Uint8Array {
  const lengths = new Set(Object.values(columns).map((column) => column.length))
  if (lengths.size !== 1)
    throw new RangeError(`columns of ${[...lengths].join(', ')} rows: expected one length`)
  const vectors: Record<string, Vector> = {}
  for (const [name, column] of Object.entries(columns)) vectors[name] = vectorOf(column)
  return tableToIPC(new Table(vectors), 'stream')
}

/**
 * Rows of this process as a relation. What is too large for a request goes up once by `cache`, which gives the name of what it was handed.
 *
 * @throws TilthError `spark` above {@link MAX_LOCAL_BYTES}.
 */
export async function localRelation(
  columns: LocalColumns,
  cache: (bytes: Uint8Array) => Promise<string>,
): Promise<SparkRelation> {
  const data = arrowOf(columns)
  if (data.length > MAX_LOCAL_BYTES) {
    const mebibytes = Math.ceil(data.length / 1024 ** 2)
    throw new TilthError('spark', `${mebibytes} MiB of rows are too many to be sent in one piece`, {
      hint: 'write them as Parquet where the executors can read, or send them in parts and unite them',
    })
  }
  const value = create(LocalRelationSchema, { data })
  if (data.length <= INLINE_BYTES)
    return create(RelationSchema, { relType: { case: 'localRelation', value } })
  const hash = await cache(toBinary(LocalRelationSchema, value))
  return create(RelationSchema, { relType: { case: 'cachedLocalRelation', value: { hash } } })
}

function vectorOf(column: LocalColumns[string]): Vector {
  if (column instanceof BigInt64Array) return makeVector(column)
  if (column instanceof Float64Array) return makeVector(column)
  if (column instanceof Int32Array) return makeVector(column)
  if (isBytes(column)) return vectorFromArray(column, new Binary())
  return vectorFromArray(column as readonly string[], new Utf8())
}

function isBytes(column: readonly string[] | readonly Uint8Array[]): column is readonly Uint8Array[] {
  return column[0] instanceof Uint8Array
}

import { type RecordBatch, RecordBatchReader } from 'apache-arrow'
import type { ExecutePlanResponse } from './gen/base_pb.ts'
import { SparkError } from './spark-error.ts'

/**
 * Arrow batches of the answers to a query, in the server's order. An empty result is one batch without rows, which has the columns.
 *
 * @throws TilthError `spark` when rows are missing or come twice, which a server never does and a broken client might.
 */
export async function* batchesOf(
  responses: AsyncIterable<ExecutePlanResponse>,
  server: string,
): AsyncGenerator<RecordBatch, void, undefined> {
  let rows = 0
  let messages = 0
  for await (const { responseType } of responses) {
    if (responseType.case !== 'arrowBatch') continue
    const { data, rowCount, startOffset } = responseType.value
    if (startOffset !== undefined && Number(startOffset) !== rows)
      throw wrongRows(server, rows, Number(startOffset))
    messages++
    let found = 0
    for (const batch of RecordBatchReader.from(data)) {
      found += batch.numRows
      yield batch
    }
    if (found !== Number(rowCount)) throw wrongRows(server, Number(rowCount), found)
    rows += found
  }
  if (messages === 0)
    throw new SparkError(`${server}: a query was answered without a result, not even an empty one`, {})
}

function wrongRows(server: string, expected: number, found: number): SparkError {
  return new SparkError(`${server}: rows of a result are missing: expected ${expected}, found ${found}`, {})
}

import type { RecordBatch } from 'apache-arrow'
import { contentKey } from '../../plan/canonical.ts'
import { RowNumbers } from '../units/row-numbers.ts'
import { type Chains, dealChains } from './candidate-chains.ts'
import type { ExecuteOptions } from './connect/execution.ts'
import { sql } from './connect/plans.ts'
import type { SparkSession } from './connect/session.ts'
import type { MembersWork } from './executor/candidates.ts'
import type { Done } from './segments.ts'
import { sendWorks } from './send-works.ts'
import { comparisons, MOST_PARTITIONS, parquet, worksWithCandidates } from './sql/adapters.ts'
import { comparedVerdicts, sharedKeys } from './sql/exchange-sql.ts'
import type { UnitJobs } from './unit-jobs.ts'
import { UnitTable } from './unit-table.ts'
import type { WorkFolder } from './work-folder.ts'

export interface ClusterExchange {
  readonly session: SparkSession
  readonly jobs: UnitJobs
  readonly work: WorkFolder
  /** Number of the step that decides. */
  readonly step: number
  readonly left: Done
  readonly key: string
  /** Bytes that the candidates of a partition may take on an executor. */
  readonly partitionBytes: number
  readonly execution: ExecuteOptions
}

/** Bytes of what a candidate is compared by, about, and beside it: measured on web pages. */
const CANDIDATE_BYTES = 8 << 10
const LEAST_PARTITIONS = 8
/** Rows of a relation that are sent at a time. */
const SENT_ROWS = 1 << 20

/**
 * Decides clusters of near copies: Spark brings together the rows of each key, this process joins them into chains, and executors
 * compare the candidates of a chain with each other. Gives the verdicts as a statement.
 */
export async function decideClusters(exchange: ClusterExchange): Promise<string> {
  const { session, jobs, work, left, key, step, execution } = exchange
  const numbers = new RowNumbers(left.units.map(({ told }) => told.rows))
  const name = `chains_${step}`
  await session.createView(
    `${name}_bases`,
    await session.local({
      unit: Int32Array.from(left.units, (_, at) => at),
      base: BigInt64Array.from(left.units, (_, at) => BigInt(numbers.base(at))),
    }),
  )
  const keys = await left.table.view('sketch')
  const sharedPath = await work.table(`${key}-shared`, (path) =>
    session.writeParquet(sql(sharedKeys(keys, `${name}_bases`)), { path }, execution),
  )
  const chains = await dealChains(
    () => keysOf(session.batches(`SELECT key, row FROM ${parquet(sharedPath)} ORDER BY key, row`, execution)),
    numbers.total,
    (candidates) =>
      Math.min(
        MOST_PARTITIONS,
        Math.max(LEAST_PARTITIONS, Math.ceil((candidates * CANDIDATE_BYTES) / exchange.partitionBytes)),
      ),
  )
  const partitions = chains.partitions.reduce((most, each) => Math.max(most, each + 1), 1)
  await sendChains(exchange, name, chains)
  await session.createView(
    `${name}_candidates`,
    sql(`SELECT DISTINCT s.unit, s.ordinal, c.partition
     FROM ${parquet(sharedPath)} s JOIN ${name} c ON c.row = s.row`),
  )
  const membersPath = await work.table(`${key}-members`, async (path) => {
    const works = left.units.map(
      ({ place }, at): MembersWork => ({
        source: { uri: place.file.uri, input: place.input, name: place.file.input },
        base: numbers.base(at),
      }),
    )
    await sendWorks(session, 'works', works)
    const rows = await left.table.view('row')
    const input = worksWithCandidates('works', rows, `${name}_candidates`, works.length)
    await jobs.write({ kind: 'members', segment: step }, sql(input), path, execution)
  })
  const members = await new UnitTable(session, `${name}_members`, [{ path: membersPath }]).view('member')
  await session.createView(
    `${name}_keys`,
    sql(`SELECT s.key, s.row, c.partition
     FROM ${parquet(sharedPath)} s JOIN ${name} c ON c.row = s.row`),
  )
  const comparedKey = contentKey({ key, partitions })
  const comparedPath = await work.table(comparedKey, async (path) => {
    const works = Array.from({ length: partitions }, () => ({}))
    await sendWorks(session, 'works', works)
    const input = comparisons('works', members, `${name}_keys`, partitions)
    await jobs.write({ kind: 'compare', segment: step }, sql(input), path, execution)
  })
  const compared = new UnitTable(session, `${name}_compared`, [{ path: comparedPath }])
  return comparedVerdicts(await compared.view('winner'), await compared.view('copies'))
}

async function* keysOf(
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<{ readonly keys: BigInt64Array; readonly rows: BigInt64Array }> {
  for await (const batch of batches) {
    const column = (name: string): BigInt64Array =>
      (batch.getChild(name)?.toArray() ?? new BigInt64Array()) as BigInt64Array
    yield { keys: column('key'), rows: column('row') }
  }
}

/** The partition of each candidate as a view: in parts, where they are very many. */
async function sendChains(
  { session, work, key, execution }: ClusterExchange,
  view: string,
  { rows, partitions }: Chains,
): Promise<void> {
  const part = (from: number): Promise<Parameters<SparkSession['createView']>[1]> =>
    session.local({
      row: BigInt64Array.from(rows.subarray(from, from + SENT_ROWS), BigInt),
      partition: partitions.slice(from, from + SENT_ROWS),
    })
  if (rows.length <= SENT_ROWS) {
    await session.createView(view, await part(0))
    return
  }
  const paths: string[] = []
  for (let from = 0; from < rows.length; from += SENT_ROWS) {
    const path = await work.table(`${key}-chains-${from}`, async (to) =>
      session.writeParquet(await part(from), { path: to }, execution),
    )
    paths.push(`SELECT row, partition FROM ${parquet(path)}`)
  }
  await session.createView(view, sql(paths.join(' UNION ALL ')))
}

import type { SpanGroup } from '../../model/stage.ts'
import type { PlanStep } from '../../plan/plan.ts'
import type { ClusterExchange } from './cluster-exchange.ts'
import { sql } from './connect/plans.ts'
import type { PartsWork } from './executor/parts.ts'
import { sendWorks } from './send-works.ts'
import { parquet, worksWithRows } from './sql/adapters.ts'
import { repeatedParts, VERDICT_COLUMNS } from './sql/exchange-sql.ts'
import { UnitTable } from './unit-table.ts'

type SpanExchange = Omit<ClusterExchange, 'partitionBytes'>

/**
 * Decides which parts of documents are repeats; where the stage can, most of them are ruled out by few keys first. Gives the verdicts as a
 * statement.
 */
export async function decideSpans(exchange: SpanExchange, stage: SpanGroup, step: PlanStep): Promise<string> {
  const { session, jobs, work, left, key, execution } = exchange
  const repeats = stage.repeats(step.options)
  const first = await left.table.view('part')
  if (stage.narrow === undefined) return repeatedParts(first, repeats)
  const shared = repeatedParts(first, { least: 2, count: 'occurrences', spareFirst: false })
  const sharedPath = await work.table(`${key}-narrow`, (path) =>
    session.writeParquet(sql(shared), { path }, execution),
  )
  const name = `narrow_${exchange.step}`
  await session.createView(name, sql(`SELECT ${VERDICT_COLUMNS} FROM ${parquet(sharedPath)}`))
  const partsPath = await work.table(`${key}-parts`, async (path) => {
    const rows = await left.table.view('row')
    const chosen = `(SELECT r.* FROM ${rows} r WHERE EXISTS (
      SELECT 1 FROM ${name} v WHERE v.unit = r.unit AND v.ordinal = r.ordinal))`
    const works = left.units.map(
      ({ place }): PartsWork => ({ source: { uri: place.file.uri, input: place.input } }),
    )
    await sendWorks(session, 'works', works)
    const input = worksWithRows('works', name, chosen, works.length)
    await jobs.write({ kind: 'parts', segment: exchange.step }, sql(input), path, execution)
  })
  const parts = new UnitTable(session, `${name}_parts`, [{ path: partsPath }])
  return repeatedParts(await parts.view('part'), repeats)
}

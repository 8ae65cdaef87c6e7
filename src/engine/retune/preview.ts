import { keepsUpper, type Rule } from '../../model/stage.ts'
import { type Plan, planOfRecord } from '../../plan/plan.ts'
import type { Version } from '../../store/version.ts'
import { Pool } from '../local/pool.ts'
import { budget } from '../memory.ts'
import { loadPlanStages } from '../own/load.ts'
import { ChangeTally, type PlainTally } from './change-tally.ts'
import { type ChangedPlan, changePlan } from './changed-plan.ts'
import { Decisions } from './decide-again.ts'
import { type DrawnDocument, placeTexts } from './examples.ts'
import { type ScanTask, scanSignals } from './scan-signals.ts'

/** Documents that one rule loses or lets back in. */
export interface RuleChange {
  readonly step: string
  readonly reason: string
  readonly signal: string
  readonly option: string | null
  readonly keep: Rule['keep']
  readonly documents: number
  /** Nearest to the limit of the rule first. */
  readonly examples: readonly DrawnDocument[]
}

/** What other limits would do to a version, from its stored signals alone. */
export interface RetunePreview {
  readonly version: string
  readonly limits: readonly {
    readonly step: string
    readonly option: string | null
    readonly signal: string
    readonly keep: Rule['keep']
    /** `null` where there was, or would be, no such rule. */
    readonly before: number | null
    readonly after: number | null
  }[]
  /** Rows of stored signals that were decided again. */
  readonly measured: number
  readonly kept: number
  readonly lost: { readonly documents: number; readonly rules: readonly RuleChange[] }
  readonly gained: {
    readonly documents: number
    readonly rules: readonly RuleChange[]
    /** Let back in by their own step, and dropped by a later one whose signals are stored. */
    readonly caught: readonly { readonly step: string; readonly documents: number }[]
    /** Documents among the gained that steps have not seen, by the first of them, with all that are before them. */
    readonly pending: readonly { readonly steps: readonly string[]; readonly documents: number }[]
  }
  /** Documents that a group step had dropped for one that is dropped before it now: one of each key may come back. */
  readonly freed: readonly { readonly step: string; readonly documents: number }[]
  /** Texts drawn by chance of the lost and the gained, to estimate sizes by; empty where no text is stored. */
  readonly drawn: { readonly lost: readonly DrawnDocument[]; readonly gained: readonly DrawnDocument[] }
}

/** A plan with changed limits, and what they would do. */
export interface Retuned extends ChangedPlan {
  readonly preview: RetunePreview
}

/** Where a preview is worked out: in this thread unless it is told otherwise. */
export interface PreviewBounds {
  readonly workers?: number
  /** Bytes. */
  readonly memoryBytes?: number
  /** Rows that are decided in this thread alone, at most: by then another one has hardly started. */
  readonly rowsAlone?: number
}

const ROWS_ALONE = 2_000_000

/**
 * Says which documents other limits would gain and lose. Reads the columns of the signals that decide, a row group at
 * a time, and the texts of a few examples. The result is the same on any number of workers.
 *
 * @throws TilthError when an assignment changes no limit of a filter.
 */
export async function previewRetune(
  version: Version,
  assignments: readonly string[],
  bounds: PreviewBounds = { workers: 1 },
): Promise<Retuned> {
  await loadPlanStages(planOfRecord(version.plan))
  const change = changePlan(version, assignments)
  const shards = version.manifest.shards.filter((shard) => shard.table === 'signals')
  const tasks = shards.map(
    (shard, number): ScanTask => ({ dir: version.dir, record: version.plan, change, shard, number }),
  )
  const tally = new ChangeTally(new Decisions(version.plan, change))
  for (const part of await scanned(tasks, change.plan, bounds)) tally.merge(part)
  const texts = await placeTexts(version, tally.places)
  return { ...change, preview: { version: version.ref, limits: limitsOf(change), ...tally.result(texts) } }
}

/** Scans shards in this thread, with others beside it that take some of them as soon as they have started. */
async function scanned(
  tasks: readonly ScanTask[],
  plan: Plan,
  { workers, memoryBytes, rowsAlone = ROWS_ALONE }: PreviewBounds,
): Promise<readonly PlainTally[]> {
  const parts: PlainTally[] = []
  let next = 0
  const lane = async (scan: (task: ScanTask) => Promise<PlainTally>): Promise<void> => {
    for (let at = next++; at < tasks.length; at = next++) {
      const task = tasks[at]
      if (task !== undefined) parts[at] = await scan(task)
    }
  }
  const scan = (task: ScanTask): Promise<PlainTally> => scanSignals(undefined, task)
  const rows = tasks.reduce((sum, { shard }) => sum + shard.rows, 0)
  const { workers: threads, limits, maxWindowBytes } = budget(memoryBytes, workers, 0)
  const others = rows < rowsAlone ? 0 : Math.min(threads, tasks.length) - 1
  const pool = new Pool(others, { plan, sampleRatio: 1, maxWindowBytes }, limits)
  try {
    const beside = Array.from({ length: others }, () => lane((task) => pool.run('scanSignals', task)))
    // What another thread has failed at, or has not yet begun when all else is done, is scanned here.
    for (const each of beside) each.catch(() => undefined)
    await lane(scan)
    for (const [at, task] of tasks.entries()) parts[at] ??= await scan(task)
    return parts
  } finally {
    await pool.close()
  }
}

/** The rules whose limits are changed, with both limits. */
function limitsOf({ changed }: ChangedPlan): RetunePreview['limits'] {
  return changed.flatMap(({ name, before, after }) => {
    const same = (a: Rule, b: Rule): boolean =>
      a.signal === b.signal && a.reason === b.reason && keepsUpper(a) === keepsUpper(b)
    const rows = after.flatMap((rule) => {
      const old = before.find((each) => same(each, rule))
      return old !== undefined && old.limit === rule.limit && old.keep === rule.keep
        ? []
        : [limitRow(name, rule, old?.limit ?? null, rule.limit)]
    })
    const gone = before.filter((rule) => !after.some((each) => same(each, rule)))
    return [...rows, ...gone.map((rule) => limitRow(name, rule, rule.limit, null))]
  })
}

function limitRow(
  step: string,
  { option, signal, keep }: Rule,
  before: number | null,
  after: number | null,
): RetunePreview['limits'][number] {
  return { step, option: option ?? null, signal, keep, before, after }
}

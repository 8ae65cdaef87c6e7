import { formatNamed } from '../../formats/catalogue.ts'
import { TilthError } from '../../model/error.ts'
import type { Split } from '../../model/record.ts'
import type { Group } from '../../model/stage.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Plan, type PlanStep, stageOf, stepKey } from '../../plan/plan.ts'
import type { ExchangeSegment, IndexSegment, MapSegment } from '../../plan/segments.ts'
import type { RunOptions } from '../engine.ts'
import type { InputCache, KnownFile } from '../input-cache.ts'
import { SPLIT_BYTES } from '../input-tasks.ts'
import type { Journal } from '../journal.ts'
import type { RowsWork, SplitWork } from '../units/fill.ts'
import { filesInOrder, placesOf, splitsMeet, wholeOf } from '../units/segment-inputs.ts'
import { namedInput, namesOf, segmentSpec } from '../units/segment-spec.ts'
import type { SplitPlace } from '../units/split-reading.ts'
import { decideClusters } from './cluster-exchange.ts'
import type { ExecuteOptions } from './connect/execution.ts'
import { sql } from './connect/plans.ts'
import type { SparkSession } from './connect/session.ts'
import type { UnitKind } from './executor/job.ts'
import { sendWorks } from './send-works.ts'
import { decideSpans } from './span-exchange.ts'
import { parquet, worksAlone, worksWithRows } from './sql/adapters.ts'
import { duplicateRecords, joinLeft, joinRight, survivors, VERDICT_COLUMNS } from './sql/exchange-sql.ts'
import type { UnitJobs } from './unit-jobs.ts'
import { type SparkUnit, UnitTable } from './unit-table.ts'
import type { WorkFolder } from './work-folder.ts'

/** Raised when the columns of results change, so that older tables are never misread. */
const RESULT_FORMAT = 'spark-1'

export interface SparkSegmentsOptions {
  readonly plan: Plan
  readonly session: SparkSession
  readonly jobs: UnitJobs
  readonly work: WorkFolder
  readonly cache: InputCache
  readonly journal: Journal
  readonly sampleRatio: number
  /** Bytes that what is compared at a time may take on an executor. */
  readonly partitionBytes: number
  /** Cuts inputs that nobody has cut yet. */
  readonly split: (files: readonly KnownFile[]) => Promise<readonly (readonly Split[])[]>
  readonly progress: NonNullable<RunOptions['progress']>
  readonly signal?: AbortSignal | undefined
}

/** The result of a segment: its units, and the tables that they wrote. */
export interface Done {
  readonly key: string
  readonly table: UnitTable
  readonly units: readonly SparkUnit[]
}

/** What an exchange decided: views of verdicts, of the left and, for a join, of the right side. */
interface Decided {
  readonly key: string
  readonly left: string
  readonly right?: string
}

/** The segments of a plan on a cluster, one after another; what an earlier or a stopped run finished is not done again. */
export class SparkSegments {
  readonly #options: SparkSegmentsOptions
  readonly #done: (Done | undefined)[] = []
  readonly #decided: (Decided | undefined)[] = []
  /** Units that only write out what a join did not match of its left side. */
  readonly #leftOver: Done[] = []

  constructor(options: SparkSegmentsOptions) {
    this.#options = options
  }

  async run(files: readonly KnownFile[]): Promise<void> {
    for (const [index, segment] of this.#options.plan.segments.entries()) {
      if (segment.kind === 'exchange') this.#decided[index] = await this.#exchange(index, segment)
      else this.#done[index] = await this.#units(index, segment, files)
    }
  }

  /** All results in the plan's order; the last segment's are the kept documents. */
  get results(): { readonly all: readonly Done[]; readonly last: Done } {
    const done = this.#done.filter((each) => each !== undefined)
    const last = done.at(-1)
    if (last === undefined) throw new Error('a plan without segments')
    return { all: [...done, ...this.#leftOver], last }
  }

  #units(index: number, segment: MapSegment | IndexSegment, files: readonly KnownFile[]): Promise<Done> {
    if (segment.kind === 'index') return this.#source(index, segment, files, [segment.input])
    const { source } = segment
    if (source.kind === 'inputs') return this.#source(index, segment, files, source.inputs)
    if (source.kind === 'rows') return this.#rows(index, segment, source)
    return this.#matches(index, segment, source)
  }

  async #source(
    index: number,
    segment: MapSegment | IndexSegment,
    files: readonly KnownFile[],
    inputs: readonly string[],
  ): Promise<Done> {
    const mine = filesInOrder(this.#options.plan, files, inputs)
    const splits = (await this.#splits(mine)).slice()
    let done = await this.#readSplits(index, segment, mine, splits)
    // A split that began inside a record (its start was guessed from bytes) shows here: read that file whole.
    let first = 0
    const wrong = splits.flatMap((cuts, at) => {
      const ends = done.units.slice(first, first + cuts.length).map(({ told }) => told.next)
      first += cuts.length
      return splitsMeet(ends, cuts) ? [] : [at]
    })
    if (wrong.length > 0) {
      for (const at of wrong) splits[at] = [wholeOf(mine[at] ?? { bytes: 0 })]
      done = await this.#readSplits(index, segment, mine, splits)
    }
    return await this.#withoutDuplicates(index, segment, done)
  }

  /** Of a file at most one split long nothing is cut; the whole of a file is always a split. */
  async #splits(files: readonly KnownFile[]): Promise<readonly (readonly Split[])[]> {
    const { cache, split } = this.#options
    const known = files.map((file) =>
      file.bytes <= SPLIT_BYTES ? [wholeOf(file)] : cache.recallSplits(file),
    )
    const missing = files.filter((_, at) => known[at] === undefined)
    const made = missing.length === 0 ? [] : await split(missing)
    for (const [at, file] of missing.entries()) cache.rememberSplits(file, made[at] ?? [])
    return files.map((file, at) => known[at] ?? cache.recallSplits(file) ?? [])
  }

  async #readSplits(
    index: number,
    segment: MapSegment | IndexSegment,
    files: readonly KnownFile[],
    splits: readonly (readonly Split[])[],
  ): Promise<Done> {
    const places = files.flatMap((known, at) => placesOf(known, splits[at]))
    const works = places.map((place): SplitWork => ({ segment: index, place, duplicates: [] }))
    const key = contentKey({
      spec: this.#spec(index, segment),
      works: places.map((place) => this.#splitKey(segment, place)),
    })
    const path = await this.#write(index, segment, key, segment.kind === 'index' ? 'index' : 'split', works)
    return await this.#resultOf(`segment_${index}`, key, [{ path }], places)
  }

  /** What of a split decides its result. */
  #splitKey(segment: MapSegment | IndexSegment, { file, input, split }: SplitPlace): unknown {
    const { revision } = formatNamed(file.format)
    const { format, options, maxRecordBytes } = file
    return {
      ...namedInput(this.#options.plan, segment, file.input),
      input,
      split,
      format,
      revision,
      options,
      maxRecordBytes,
    }
  }

  /** Reads units again in which there are records whose id an earlier one has: they end as `duplicate-record`. */
  async #withoutDuplicates(index: number, segment: MapSegment | IndexSegment, done: Done): Promise<Done> {
    const { session } = this.#options
    const found = new Map<number, number[]>()
    const query = duplicateRecords(await done.table.view('id'))
    for (const { unit, number } of await session.rows(query, this.#execution('check', 'equal ids'))) {
      const list = found.get(Number(unit)) ?? []
      if (list.length === 0) found.set(Number(unit), list)
      list.push(Number(number))
    }
    if (found.size === 0) return done
    const again = [...found.keys()].sort((a, b) => a - b)
    const works = again.flatMap((unit): readonly SplitWork[] => {
      const place = done.units[unit]?.place
      const duplicates = (found.get(unit) ?? []).sort((a, b) => a - b)
      return place === undefined ? [] : [{ segment: index, place, duplicates }]
    })
    const key = contentKey({
      of: done.key,
      again: works.map(({ duplicates }, at) => [again[at], duplicates]),
    })
    const kind = segment.kind === 'index' ? 'index' : 'split'
    const path = await this.#write(index, segment, key, kind, works, again)
    const places = done.units.map(({ place }) => place)
    const written = [{ path: this.#options.work.path(done.key), without: again }, { path }]
    return await this.#resultOf(`segment_${index}`, key, written, places)
  }

  /** Does units that begin with their work alone. */
  async #write(
    index: number,
    segment: MapSegment | IndexSegment,
    key: string,
    kind: UnitKind,
    works: readonly SplitWork[],
    numbers: readonly number[] = works.map((_, at) => at),
  ): Promise<string> {
    const { jobs, work, plan } = this.#options
    return await work.table(key, async (path) => {
      await sendWorks(this.#options.session, 'works', works, numbers)
      const name = segment.kind === 'index' ? segment.input : namesOf(plan, segment)
      const execution = this.#execution(segment.kind === 'index' ? 'index' : 'read', name)
      await jobs.write({ kind, segment: index }, sql(worksAlone('works', works.length)), path, execution)
      this.#options.journal.note('done', { phase: execution.phase, table: key, units: works.length })
    })
  }

  async #resultOf(
    name: string,
    key: string,
    written: ConstructorParameters<typeof UnitTable>[2],
    places: readonly SplitPlace[],
  ): Promise<Done> {
    const table = new UnitTable(this.#options.session, name, written)
    const told = await table.told()
    const units = places.map((place, unit): SparkUnit => {
      const of = told.get(unit)
      if (of === undefined) throw new TilthError('spark', `${name}: unit ${unit} is missing from its table`)
      return { place, told: of }
    })
    const executors: Record<string, number> = {}
    for (const { told: of } of units) executors[of.where] = (executors[of.where] ?? 0) + 1
    this.#options.journal.note('result', { table: key, executors })
    return { key, table, units }
  }

  async #exchange(index: number, segment: ExchangeSegment): Promise<Decided> {
    const { plan, work, session } = this.#options
    const left = this.#doneOf(segment.left)
    const right = segment.right === undefined ? undefined : this.#doneOf(segment.right)
    const step = plan.steps[segment.step]
    if (step === undefined) throw new Error('an exchange without its step')
    const key = contentKey({ format: RESULT_FORMAT, step: stepKey(step), left: left.key, right: right?.key })
    const statements =
      right === undefined
        ? { left: await this.#grouped(segment.step, step, left, key) }
        : await joined(left, right)
    const views: Record<string, string> = {}
    for (const [side, statement] of Object.entries(statements)) {
      const path = await work.table(`${key}-${side}`, (to) =>
        session.writeParquet(sql(statement), { path: to }, this.#execution('exchange', step.name)),
      )
      const view = `verdicts_${index}_${side}`
      views[side] = view
      await session.createView(view, sql(`SELECT ${VERDICT_COLUMNS} FROM ${parquet(path)}`))
    }
    const { left: of = '', right: ofRight } = views
    return { key, left: of, ...(ofRight === undefined ? {} : { right: ofRight }) }
  }

  async #grouped(index: number, step: PlanStep, left: Done, key: string): Promise<string> {
    const stage = stageOf(step) as Group
    const exchange = {
      ...this.#options,
      step: index,
      left,
      key,
      execution: this.#execution('exchange', step.name),
    }
    switch (stage.decides) {
      case 'survivor':
        return survivors(await left.table.view('key'))
      case 'spans':
        return await decideSpans(exchange, stage, step)
      case 'clusters':
        return await decideClusters(exchange)
    }
  }

  async #rows(
    index: number,
    segment: MapSegment,
    { segment: behind, exchange }: { readonly segment: number; readonly exchange: number },
  ): Promise<Done> {
    const { plan } = this.#options
    const decided = this.#decidedOf(exchange)
    const left = this.#doneOf(behind)
    return await this.#withRows(
      'rows',
      `segment_${index}`,
      index,
      namesOf(plan, segment),
      left,
      decided.key,
      decided.left,
    )
  }

  async #matches(
    index: number,
    segment: MapSegment,
    source: { readonly segment: number; readonly left: number; readonly exchange: number },
  ): Promise<Done> {
    const { plan } = this.#options
    const { key, left, right = '' } = this.#decidedOf(source.exchange)
    const name = namesOf(plan, segment)
    const leftOver = await this.#withRows(
      'left',
      `left_${index}`,
      index,
      name,
      this.#doneOf(source.left),
      key,
      left,
    )
    this.#leftOver.push(leftOver)
    return await this.#withRows(
      'matches',
      `segment_${index}`,
      index,
      name,
      this.#doneOf(source.segment),
      key,
      right,
    )
  }

  /** Does units that take the rows of earlier ones with their verdicts. */
  async #withRows(
    kind: UnitKind,
    view: string,
    index: number,
    name: string,
    earlier: Done,
    decided: string,
    verdicts: string,
  ): Promise<Done> {
    const { plan, session, work, jobs, journal } = this.#options
    const segment = plan.segments[index] as MapSegment
    const key = contentKey({ spec: this.#spec(index, segment), kind, rows: earlier.key, decided })
    const places = earlier.units.map(({ place }) => place)
    const path = await work.table(key, async (to) => {
      const works = places.map((place): RowsWork => ({ segment: index, place }))
      await sendWorks(session, 'works', works)
      const rows = await earlier.table.view('row')
      const input = sql(worksWithRows('works', verdicts, rows, places.length))
      await jobs.write({ kind, segment: index }, input, to, this.#execution('map', name))
      journal.note('done', { phase: 'map', table: key, units: places.length })
    })
    return await this.#resultOf(view, key, [{ path }], places)
  }

  #spec(index: number, segment: MapSegment | IndexSegment): string {
    const { plan, sampleRatio } = this.#options
    return segmentSpec(plan, index, segment, { format: RESULT_FORMAT, sampleRatio })
  }

  #doneOf(index: number): Done {
    const done = this.#done[index]
    if (done === undefined) throw new Error(`segment ${index} is not done`)
    return done
  }

  #decidedOf(index: number): Decided {
    const decided = this.#decided[index]
    if (decided === undefined) throw new Error(`exchange ${index} is not decided`)
    return decided
  }

  #execution(phase: string, name: string): ExecuteOptions & { readonly phase: string } {
    const { progress, signal } = this.#options
    return {
      phase,
      signal,
      progress: ({ completedTasks, tasks }) =>
        progress({ phase, name, done: completedTasks, total: tasks, doneBytes: 0, totalBytes: 0 }),
    }
  }
}

async function joined(left: Done, right: Done): Promise<{ readonly left: string; readonly right: string }> {
  const [leftKeys, rightKeys] = [await left.table.view('key'), await right.table.view('key')]
  return { left: joinLeft(leftKeys, rightKeys), right: joinRight(leftKeys, rightKeys) }
}

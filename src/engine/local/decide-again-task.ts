import { TilthError } from '../../model/error.ts'
import type { StepTotal } from '../../model/version.ts'
import { type Plan, type PlanStep, stageOf } from '../../plan/plan.ts'
import type { MapSegment } from '../../plan/segments.ts'
import { Flow, type Sink } from '../flow.ts'
import { Tally } from '../tally.ts'
import type { TaskContext } from '../units/context.ts'
import { type EachRow, exchangeStep, type SplitWork, stepsOf } from '../units/fill.ts'
import { enterAll, type Pass, passing } from '../units/row-verdicts.ts'
import { foundIn, identify, readSplit } from '../units/split-reading.ts'
import type { FlowRejection, FlowRow, UnitCounts } from '../units/unit-output.ts'
import { UnitSink } from '../units/unit-sink.ts'
import { changedLimits } from './changed-limits.ts'
import { type Fate, Fates } from './fate.ts'
import type { MapRowsTask } from './map-tasks.ts'
import { inOrder } from './row-order.ts'
import { PackFiles, type UnitAddress, UnitReader, type UnitSummary, type UnitWriter } from './unit-file.ts'

/** A unit that was filled under other limits, and the task that would fill it from its source. */
export interface DecideAgainTask {
  readonly name: 'mapSplit' | 'mapRows' | 'mapMatches'
  readonly input: SplitWork | MapRowsTask
  readonly unit: UnitAddress
  readonly summary: UnitSummary
}

/** How the rows of a task and their verdicts are read. */
export type RowsOf = (task: MapRowsTask) => EachRow

/**
 * Fills a unit from the result that it had under other limits: what its limits do not change is taken over, a document
 * that is let back in goes on where it had stopped, and one that is dropped now ends. What is read from its source again
 * is a record whose text at the deciding step is not stored. The unit is equal to one that was filled from its source.
 */
export async function fillAgain(
  context: TaskContext,
  task: DecideAgainTask,
  writer: UnitWriter,
  rowsOf: RowsOf,
): Promise<UnitCounts> {
  const packs = new PackFiles()
  try {
    return await new Refill(context, task, writer, new UnitReader(task.unit, packs)).fill(rowsOf)
  } finally {
    packs.close()
  }
}

class Refill {
  readonly #context: TaskContext
  readonly #task: DecideAgainTask
  readonly #writer: UnitWriter
  readonly #unit: UnitReader
  readonly #earlier: Plan
  readonly #steps: readonly PlanStep[]
  readonly #fates: Fates
  readonly #sink: UnitSink
  /** Counts of documents whose way has changed, as it was. */
  readonly #before: readonly Tally[]

  constructor(context: TaskContext, task: DecideAgainTask, writer: UnitWriter, unit: UnitReader) {
    const { plan, earlier } = context
    const index = task.input.segment
    const changed = earlier && changedLimits(plan, earlier, index)
    if (earlier === undefined || changed === undefined) throw new Error('nothing to decide again')
    const segment = plan.segments[index] as MapSegment
    this.#context = context
    this.#task = task
    this.#writer = writer
    this.#unit = unit
    this.#earlier = earlier
    this.#steps = stepsOf(plan, segment)
    this.#fates = new Fates(changed, plan.keepDropped === 'text')
    this.#sink = new UnitSink(context, segment, foundIn(task.input.place), writer)
    this.#before = changed.steps.map(({ name }) => new Tally(name))
  }

  async fill(rowsOf: RowsOf): Promise<UnitCounts> {
    const { input, summary } = this.#task
    const { file, input: hash } = input.place
    const origin = { uri: file.uri, input: hash, record: 0 }
    const again = this.#recordsAgain()
    const flow = await Flow.create(this.#steps, origin, this.#sink, again.size > 0 ? 0 : this.#fates.first)
    this.#writer.ids(this.#unit.ids(0, 256))
    for (const rejection of this.#unit.readRejections()) {
      if (this.#fates.placeOf(rejection) === undefined) this.#writer.rejection(rejection)
    }
    const results = this.#results(again)
    /** Writes what lies before a record: rows keep the order of their source. */
    let head = results.next()
    const upTo = async (record: number): Promise<void> => {
      while (head.done !== true && head.value.record < record) {
        const waiting = this.#take(flow, head.value)
        if (waiting !== undefined) await waiting
        head = results.next()
      }
    }
    const old = new Map<string, Tally>(this.#before.map((tally) => [tally.name, tally]))
    let bytesRead = 0
    if (again.size > 0) {
      const steps = stepsOf(this.#earlier, this.#earlier.segments[input.segment] as MapSegment)
      const oldFlow = await Flow.create(steps, origin, NOWHERE)
      bytesRead = await this.#runAgain(again, rowsOf, async (record, enter) => {
        await upTo(record)
        await enter(flow)
        await enter(oldFlow)
      })
      await oldFlow.finish()
      for (const tally of oldFlow.tallies) old.get(tally.name)?.add(tally.total)
    }
    await upTo(Number.POSITIVE_INFINITY)
    await flow.finish()
    return {
      counts: counted(summary.counts, flow.tallies, old),
      textBytes: this.#sink.textBytes,
      bytesRead,
      ...(summary.next === undefined ? {} : { next: summary.next }),
    }
  }

  /** Records of documents whose new result their earlier one does not tell. */
  #recordsAgain(): ReadonlySet<number> {
    const again = new Set<number>()
    if (!this.#fates.mayBeAgain) return again
    for (const row of this.#unit.readRows())
      if (this.#fates.ofKept(row).kind === 'again') again.add(row.record)
    for (const rejection of this.#unit.readRejections()) {
      if (this.#fates.ofEnded(rejection).kind === 'again') again.add(rejection.record)
    }
    return again
  }

  /** Earlier results of the segment's steps that are not made again, in the order of their source. */
  *#results(again: ReadonlySet<number>): Generator<FlowRow | FlowRejection> {
    const fates = this.#fates
    function* ended(rejections: Generator<FlowRejection>): Generator<FlowRejection> {
      for (const each of rejections) if (fates.placeOf(each) !== undefined) yield each
    }
    for (const each of inOrder(this.#unit.readRows(), ended(this.#unit.readRejections()))) {
      // A record that was refused as it was read has no other results.
      if (!again.has(each.record)) yield each
    }
  }

  #take(flow: Flow, result: FlowRow | FlowRejection): Promise<void> | undefined {
    if ('step' in result) return this.#takeEnded(flow, result)
    const fate = this.#fates.ofKept(result)
    if (fate.kind === 'goes-on') return flow.goOn(result, fate.place)
    if (fate.kind === 'ends') return this.#end(flow, result, fate)
    flow.emit(() => this.#sink.keep(result))
    return undefined
  }

  #takeEnded(flow: Flow, rejection: FlowRejection): Promise<void> | undefined {
    const fate = this.#fates.ofEnded(rejection)
    if (fate.kind === 'same' && !fate.measureOn) {
      flow.emit(() => this.#writer.rejection(rejection))
      return undefined
    }
    const { kind, step, reason, signal, value, limit, detail, hasText: _, ...document } = rejection
    if (fate.kind === 'same') {
      const ending = { kind, step, reason, ...defined({ signal, value, limit, detail }) }
      return flow.goOn(document, this.#before.length, ending)
    }
    if (fate.kind === 'ends') return this.#end(flow, document, fate, rejection)
    if (fate.kind !== 'goes-on') throw new Error('its record was to be run again')
    const at = this.#fates.placeOf(rejection) ?? -1
    const bytes = Buffer.byteLength(document.text)
    this.#before[at]?.enter(bytes)
    this.#before[at]?.drop(reason)
    const now = flow.tallies[at]
    now?.enter(bytes)
    now?.keep(bytes)
    return flow.goOn(document, fate.place)
  }

  /** A document that ends by a changed rule, where it had been kept or had ended at the same step or behind it. */
  #end(
    flow: Flow,
    document: FlowRow,
    { place, rule, value, measureOn }: Extract<Fate, { readonly kind: 'ends' }>,
    ended?: FlowRejection,
  ): Promise<void> | undefined {
    const bytes = Buffer.byteLength(document.text)
    const end = ended === undefined ? this.#before.length : (this.#fates.placeOf(ended) ?? -1)
    for (const [at, tally] of this.#before.entries()) {
      if (at < place || at > end) continue
      tally.enter(bytes)
      if (at === end) tally.drop(ended?.reason ?? '', ended?.kind)
      else tally.keep(bytes)
    }
    flow.tallies[place]?.enter(bytes)
    flow.tallies[place]?.drop(rule.reason)
    const ending = flow.endingAt(place, document, rule, value)
    if (measureOn) return flow.goOn(document, this.#before.length, ending)
    flow.emit(() => this.#sink.end(document, ending))
    return undefined
  }

  /** Runs records again, in order; gives the bytes that were read. */
  async #runAgain(
    records: ReadonlySet<number>,
    rowsOf: RowsOf,
    run: (record: number, enter: (flow: Flow) => Promise<void> | undefined) => Promise<void>,
  ): Promise<number> {
    const { name, input } = this.#task
    if (name === 'mapRows') {
      const { file, input: hash } = input.place
      const pass = groupBefore(this.#context.plan, input.segment)
      await rowsOf(input as MapRowsTask)((row, verdict) => {
        if (!records.has(row.record) || row.unsampled) return undefined
        const outcome = pass(row, verdict, { uri: file.uri, input: hash })
        if ('ending' in outcome) return undefined
        return run(row.record, (flow) => enterAll(flow, outcome.documents))
      })
      return 0
    }
    const matches = new Map<number, Parameters<Flow['record']>[2]>()
    if (name === 'mapMatches') {
      await rowsOf(input as MapRowsTask)((row, verdict) => {
        if (verdict !== undefined && 'match' in verdict) matches.set(row.record, verdict.match)
      })
    }
    const { place } = input
    let found = 0
    const read = await readSplit(this.#context, place, [...records], async (item) => {
      const seen = identify(item, place.input)
      if (!records.has(seen.position) || !('record' in item)) return
      found++
      const { record } = item
      await run(seen.position, (flow) => flow.record(record, seen.id, matches.get(seen.position)))
    })
    if (found !== records.size) {
      throw new TilthError('input', `${place.file.uri}: records are not there any more`, {
        hint: 'restore the file, or run the recipe again on what it holds now',
      })
    }
    return read.bytesRead
  }
}

const NOWHERE: Sink = { keep: () => undefined, end: () => undefined }

/** Counts of a unit: as they were, less what has another way now, and its new way. */
function counted(
  before: readonly StepTotal[],
  plus: readonly Tally[],
  minus: ReadonlyMap<string, Tally>,
): readonly StepTotal[] {
  const known = before.map((total) => {
    const tally = new Tally(total.name)
    tally.add(total)
    const less = minus.get(total.name)
    if (less !== undefined) tally.subtract(less.total)
    return tally
  })
  for (const more of plus) {
    const tally = known.find(({ name }) => name === more.name)
    if (tally === undefined) known.push(more)
    else tally.add(more.total)
  }
  return known.map((tally) => tally.total)
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** What the group before a segment makes of its rows. */
function groupBefore(plan: Plan, index: number): Pass {
  const segment = plan.segments[index] as MapSegment
  const step = exchangeStep(plan, segment)
  const stage = stageOf(step)
  if (stage.kind !== 'group') throw new Error('this segment follows no group')
  return passing(stage, step)
}

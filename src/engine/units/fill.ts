import { type Plan, type PlanStep, stageOf } from '../../plan/plan.ts'
import type { IndexSegment, MapSegment } from '../../plan/segments.ts'
import { CRASHED } from '../batches.ts'
import { bare, type Ending, Flow, type Joined, type Moving } from '../flow.ts'
import { Tally } from '../tally.ts'
import { hashedKey, sampleSeed, samplesGroups, type TaskContext } from './context.ts'
import type { RowVerdict } from './row-verdict.ts'
import { enterAll, looking, passing } from './row-verdicts.ts'
import { foundIn, identify, readSplit, type SplitPlace, skipDrop } from './split-reading.ts'
import type { FlowRow, UnitCounts, UnitOutput } from './unit-output.ts'
import { UnitSink } from './unit-sink.ts'

/** The work of a unit that reads a split. */
export interface SplitWork {
  readonly segment: number
  readonly place: SplitPlace
  /** Positions of records whose id an earlier record has. */
  readonly duplicates: readonly number[]
}

/** The work of a unit that takes the rows of an earlier one, less what an exchange decided. */
export interface RowsWork {
  readonly segment: number
  /** The split that the rows were read from. */
  readonly place: SplitPlace
}

/** Hands the rows of an earlier unit over with their verdicts, in order. */
export type EachRow = (
  take: (row: FlowRow, verdict: RowVerdict | undefined) => Promise<void> | undefined | void,
) => Promise<void>

/** Reads one split of the main input through the segment's steps. */
export async function fillFromSplit(
  context: TaskContext,
  task: SplitWork,
  writer: UnitOutput,
): Promise<UnitCounts> {
  const { guard } = context
  const segment = mapSegment(context.plan, task.segment)
  const { place } = task
  const groups = samplesGroups(context.plan)
  const sink = new UnitSink(context, segment, foundIn(place), writer)
  const flow = await Flow.create(stepsOf(context.plan, segment), origin(place), sink)
  const duplicates = new Set(task.duplicates)
  const drawn = (id: string): boolean =>
    groups ||
    context.sampleRatio >= 1 ||
    context.textHash.chance(sampleSeed(context.plan), id) < context.sampleRatio
  const read = await readSplit(context, place, undefined, async (item) => {
    const seen = identify(item, place.input)
    if (!drawn(seen.id)) return
    writer.id(seen.id, seen.position)
    const fault = guard?.fault(seen.position)
    if (duplicates.has(seen.position)) {
      flow.refuse(bare(seen.id, seen.position, seen.meta), { drop: 'duplicate-record' })
    } else if (fault !== undefined) {
      flow.refuse(bare(seen.id, seen.position, seen.meta), { fail: CRASHED, detail: fault })
    } else if ('record' in item) {
      guard?.began(seen.position)
      await flow.record(item.record, seen.id)
      guard?.ended()
    } else if ('failure' in item) {
      flow.refuse(bare(seen.id, seen.position, seen.meta), {
        fail: item.failure.reason,
        detail: item.failure.detail,
      })
    } else {
      flow.refuse(bare(seen.id, seen.position, seen.meta), skipDrop(item))
    }
  })
  await flow.finish()
  return { counts: flow.tallies.map((tally) => tally.total), textBytes: sink.textBytes, ...read }
}

/** Reads one split of a join's right input for its keys. */
export async function fillIndex(
  context: TaskContext,
  task: SplitWork,
  writer: UnitOutput,
): Promise<UnitCounts> {
  const segment = context.plan.segments[task.segment] as IndexSegment
  const step = context.plan.steps[segment.step]
  const stage = step && stageOf(step)
  if (step === undefined || stage?.kind !== 'join') throw new Error('an index segment belongs to a join')
  const { place } = task
  const rightKey = stage.rightKey(step.options)
  const tally = new Tally(segment.input)
  const duplicates = new Set(task.duplicates)
  const refuse = (
    document: Moving,
    kind: Ending['kind'],
    reason: string,
    detail: string | undefined,
  ): void => {
    tally.drop(reason, kind)
    writer.rejection({
      ...document,
      kind,
      step: segment.input,
      reason,
      hasText: false,
      ...(detail === undefined ? {} : { detail }),
    })
  }
  const read = await readSplit(context, place, undefined, (item) => {
    const seen = identify(item, place.input)
    const document = bare(seen.id, seen.position, seen.meta)
    writer.id(seen.id, seen.position)
    tally.enter('record' in item ? item.record.body.length : 0)
    if (duplicates.has(seen.position)) return refuse(document, 'dropped', 'duplicate-record', undefined)
    if ('failure' in item) return refuse(document, 'failed', item.failure.reason, item.failure.detail)
    if ('skipped' in item) return refuse(document, 'dropped', item.skipped.skip, item.skipped.detail)
    const keyed = rightKey(item.record)
    if ('drop' in keyed) return refuse(document, 'dropped', keyed.drop, keyed.detail)
    const ordinal = writer.row(document)
    writer.key({ id: seen.id, ordinal, ...hashedKey(context.textHash, keyed) })
  })
  return { counts: [tally.total], textBytes: 0, ...read }
}

/** Runs the rows that a group let through into the next segment, and writes out those it dropped. */
export async function fillFromRows(
  context: TaskContext,
  task: RowsWork,
  writer: UnitOutput,
  eachRow: EachRow,
): Promise<UnitCounts> {
  const { guard } = context
  const segment = mapSegment(context.plan, task.segment)
  const step = exchangeStep(context.plan, segment)
  const stage = stageOf(step)
  if (stage.kind !== 'group') throw new Error(`${step.name}: not a group`)
  const sink = new UnitSink(context, segment, foundIn(task.place), writer)
  const home = origin(task.place)
  const flow = await Flow.create(stepsOf(context.plan, segment), home, sink)
  const tally = new Tally(step.name)
  const pass = passing(stage, step)
  const look = looking(stage, step, tally.having)
  let ordinal = 0
  await eachRow((row, verdict) => {
    const bytes = Buffer.byteLength(row.text)
    tally.enter(bytes)
    const fault = guard?.fault(ordinal)
    guard?.began(ordinal++)
    if (fault !== undefined) {
      tally.drop(CRASHED, 'failed')
      flow.emit(() => sink.end(row, { kind: 'failed', step: step.name, reason: CRASHED, detail: fault }))
      return undefined
    }
    look(row, home)
    if (row.unsampled) {
      tally.drop('not-sampled')
      flow.emit(() =>
        sink.end(row, { kind: 'dropped', step: step.name, reason: 'not-sampled' }, undefined, false),
      )
      return undefined
    }
    const outcome = pass(row, verdict, home)
    if ('ending' in outcome) {
      const { document, ending, winner } = outcome
      tally.drop(ending.reason)
      flow.emit(() => sink.end(document, ending, winner))
      return undefined
    }
    const sizes = outcome.documents.map(({ text }) => (text === row.text ? bytes : Buffer.byteLength(text)))
    tally.keep(
      sizes.reduce((sum, each) => sum + each, 0),
      sizes.length,
    )
    return enterAll(flow, outcome.documents, sizes)
  })
  await flow.finish()
  const counts = [tally, ...flow.tallies].map((each) => each.total)
  return { counts, textBytes: sink.textBytes, bytesRead: 0 }
}

/** Writes out what a join did not match of its left side. */
export async function fillFromLeft(
  context: TaskContext,
  task: RowsWork,
  writer: UnitOutput,
  eachRow: EachRow,
): Promise<UnitCounts> {
  const segment = mapSegment(context.plan, task.segment)
  const step = exchangeStep(context.plan, segment)
  const stage = stageOf(step)
  if (stage.kind !== 'join') throw new Error(`${step.name}: not a join`)
  const sink = new UnitSink(context, segment, foundIn(task.place), writer)
  const tally = new Tally(step.name)
  await eachRow((row, verdict) => {
    const bytes = Buffer.byteLength(row.text)
    tally.enter(bytes)
    const reason = row.unsampled
      ? 'not-sampled'
      : verdict === undefined
        ? undefined
        : 'winner' in verdict
          ? stage.superseded
          : stage.unmatchedLeft
    if (reason === undefined) {
      tally.keep(bytes)
      return
    }
    tally.drop(reason)
    sink.end(row, { kind: 'dropped', step: step.name, reason }, winnerOf(verdict))
  })
  return { counts: [tally.total], textBytes: 0, bytesRead: 0 }
}

/** Reads the records of a join's right side that found a document, through the segment's steps. */
export async function fillFromMatches(
  context: TaskContext,
  task: RowsWork,
  writer: UnitOutput,
  eachRow: EachRow,
): Promise<UnitCounts> {
  const { guard } = context
  const segment = mapSegment(context.plan, task.segment)
  const step = exchangeStep(context.plan, segment)
  const stage = stageOf(step)
  if (stage.kind !== 'join' || step.with === undefined) throw new Error(`${step.name}: not a join`)
  const { place } = task
  const sink = new UnitSink(context, segment, foundIn(task.place), writer)
  const flow = await Flow.create(stepsOf(context.plan, segment), origin(place), sink)
  const right = new Tally(step.with ?? '')
  const wanted = new Map<number, { readonly id: string; readonly match: Joined }>()
  await eachRow((row, verdict) => {
    if (verdict !== undefined && 'match' in verdict) {
      right.keep(0)
      wanted.set(row.record, { id: row.id, match: verdict.match })
      return
    }
    const winner = winnerOf(verdict)
    const reason = winner === undefined ? stage.unmatchedRight : stage.superseded
    right.drop(reason)
    sink.end(row, { kind: 'dropped', step: right.name, reason }, winner, false)
  })
  const read = await readSplit(context, place, [...wanted.keys()], async (item) => {
    const seen = identify(item, place.input)
    const match = wanted.get(seen.position)
    if (match === undefined) return
    wanted.delete(seen.position)
    const fault = guard?.fault(seen.position)
    guard?.began(seen.position)
    if (fault !== undefined) flow.refuse(lost(seen.position, match), { fail: CRASHED, detail: fault })
    else if (!('record' in item)) flow.refuse(lost(seen.position, match), changed('could not be read again'))
    else if (seen.id !== match.id) flow.refuse(lost(seen.position, match), changed('has other bytes'))
    else await flow.record(item.record, match.id, match.match)
    guard?.ended()
  })
  for (const [position, match] of wanted) flow.refuse(lost(position, match), changed('is not there any more'))
  await flow.finish()
  const counts = [right, ...flow.tallies].map((each) => each.total)
  return { counts, textBytes: sink.textBytes, bytesRead: read.bytesRead }
}

function winnerOf(verdict: RowVerdict | undefined): string | undefined {
  return verdict !== undefined && 'winner' in verdict ? verdict.winner : undefined
}

function lost(position: number, { id, match }: { readonly id: string; readonly match: Joined }): Moving {
  return bare(id, position, match.meta, match.signals)
}

function changed(what: string): { readonly fail: string; readonly detail: string } {
  return { fail: 'record-changed', detail: `the record ${what}; did the file change during the run?` }
}

function mapSegment(plan: Plan, index: number): MapSegment {
  const segment = plan.segments[index]
  if (segment?.kind !== 'map') throw new Error(`segment ${index} is not a map segment`)
  return segment
}

/** The steps of a map segment, in order. */
export function stepsOf(plan: Plan, segment: MapSegment): readonly PlanStep[] {
  return segment.steps.map((index) => plan.steps[index]).filter((step) => step !== undefined)
}

/** The group or join that a map segment follows. */
export function exchangeStep(plan: Plan, segment: MapSegment): PlanStep {
  const exchange = segment.source.kind === 'inputs' ? undefined : plan.segments[segment.source.exchange]
  const step = exchange?.kind === 'exchange' ? plan.steps[exchange.step] : undefined
  if (step === undefined) throw new Error('this segment follows no exchange')
  return step
}

function origin(place: SplitPlace): {
  readonly uri: string
  readonly input: string
  readonly record: number
} {
  return { uri: place.file.uri, input: place.input, record: 0 }
}

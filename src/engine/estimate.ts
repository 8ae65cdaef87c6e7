import type { StepTotal } from '../model/version.ts'
import { type Plan, stageOf } from '../plan/plan.ts'
import { type ExchangeEstimate, exchangeEstimates } from './exchange-estimate.ts'
import { type InputSample, measureInput, stepsReading } from './input-sample.ts'
import type { FoundInputs } from './inputs.ts'
import { type Budget, peakBytes } from './memory.ts'

/** What a run will take, from a measured sample. An estimate: half to twice is to be expected. */
export interface Estimate {
  readonly inputs: readonly { readonly name: string; readonly files: number; readonly bytes: number }[]
  /** What was read to measure. */
  readonly sample: { readonly records: number; readonly bytes: number; readonly cpuSeconds: number }
  /** Counts of the steps over the sample. Groups and joins are not part of it. */
  readonly steps: readonly StepTotal[]
  readonly cpuSeconds: number
  readonly seconds: number
  readonly memoryBytes: number
  /** Cached results, what exchanges need for a time, and the version together. */
  readonly diskBytes: number
  /** Exchanges of near copies and repeats. */
  readonly exchanges: readonly ExchangeEstimate[]
  /** What the figures leave out or assume. */
  readonly notes: readonly string[]
}

/** CPU of starting the command, and each worker: loading code and warming up. Measured. */
const START_SECONDS = 0.7
const WORKER_SECONDS = 0.6
/** SHA-256 of an input and the second reading of a joined record, in bytes per CPU second. Measured. */
const HASH_BYTES_PER_SECOND = 1e9
/**
 * Taking a record through cache, exchange, tables and report, and each unit of its text. Measured: 55,049
 * links took 2.8 s more than reading them, and five books of 8 MB 0.8 s.
 */
const RECORD_SECONDS = 50e-6
const WRITTEN_PER_SECOND = 1e7

/** Measures a sample of each input through the steps that read it. */
export async function estimate(plan: Plan, found: FoundInputs, bounds: Budget): Promise<Estimate> {
  const names = [...new Set(found.files.map((file) => file.input))]
  const parts: InputSample[] = []
  for (const name of names) {
    const files = found.files.filter((file) => file.input === name)
    parts.push(await measureInput(plan, name, files, bounds.maxWindowBytes))
  }
  const sum = (pick: (part: InputSample) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0)
  const notes = ['equal documents, which a group removes, are not taken off']
  if (plan.steps.some((step) => step.kind === 'join'))
    notes.push('every record of the joined input is taken to be wanted: an upper bound')
  if (sum((part) => part.records) === 0) notes.push('no record could be read in the sample')
  const exchanges = exchangeEstimates(
    plan,
    parts.map((part) => ({ steps: part.steps, scale: scale(part) })),
    bounds,
  )
  if (exchanges.length > 0)
    notes.push('exchanges: where a quarter of the documents, or an eighth of the text, may be repeats')
  return {
    inputs: parts.map(({ name, files, bytes }) => ({ name, files, bytes })),
    sample: {
      records: sum((part) => part.records),
      bytes: sum((part) => part.sampled),
      cpuSeconds: sum((part) => part.cpuSeconds),
    },
    steps: parts.flatMap((part) => part.steps),
    cpuSeconds: START_SECONDS + bounds.workers * WORKER_SECONDS + sum(inputSeconds),
    // Workers start side by side, and no more of them can read an input than it has splits.
    seconds:
      START_SECONDS +
      WORKER_SECONDS +
      sum((part) => inputSeconds(part) / Math.max(1, Math.min(bounds.workers, part.splits))),
    memoryBytes:
      bounds.memoryBytes ?? peakBytes(bounds.workers, Math.max(...parts.map((part) => part.largest))),
    diskBytes:
      sum((part) => part.stored * scale(part) * (1 + cachings(plan, part.name))) +
      exchanges.reduce((total, { keyBytes }) => total + keyBytes, 0) +
      Math.max(0, ...exchanges.map(({ spillBytes }) => spillBytes)),
    exchanges,
    notes,
  }
}

/** CPU seconds that a whole input takes. */
function inputSeconds(part: InputSample): number {
  const sampled = part.cpuSeconds + part.records * RECORD_SECONDS + part.written / WRITTEN_PER_SECOND
  return sampled * scale(part) + part.bytes / HASH_BYTES_PER_SECOND
}

/** How many times its sample an input is. */
function scale(part: InputSample): number {
  return part.sampled === 0 ? 0 : part.bytes / part.sampled
}

/** How often the cache holds an input's documents: once for each segment of steps that they pass. */
function cachings(plan: Plan, input: string): number {
  const steps = new Set(stepsReading(plan, input).map((step) => plan.steps.indexOf(step)))
  const reachesEnd = steps.has(plan.steps.findLastIndex((step) => stageOf(step).kind !== 'group'))
  return plan.segments.filter(
    (segment) =>
      segment.kind === 'map' &&
      (segment.steps.length === 0 ? reachesEnd : segment.steps.some((step) => steps.has(step))),
  ).length
}

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest, StepTotal } from '../model/version.ts'
import { type Plan, stageOf } from '../plan/plan.ts'
import { type ExchangeEstimate, exchangeEstimates, type KnownRows } from './exchange-estimate.ts'
import { type InputSample, measureInput } from './input-sample.ts'
import type { FoundInputs } from './inputs.ts'
import { type Budget, peakBytes } from './memory.ts'
import { findNearIndex } from './near-index-state.ts'
import { stepsReading } from './sample-flow.ts'

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
  /** Half of what is written whatever the groups find: rows of the first segment, and the keys that they bring. */
  readonly leastDiskBytes: number
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
  return estimateOf(plan, parts, bounds)
}

/** What a run will take, of samples of its inputs that were measured. */
export function estimateOf(plan: Plan, parts: readonly InputSample[], bounds: Budget): Estimate {
  const sum = (pick: (part: InputSample) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0)
  const notes = ['equal documents, which a group removes, are not taken off']
  if (plan.steps.some((step) => step.kind === 'join'))
    notes.push('every record of the joined input is taken to be wanted: an upper bound')
  if (sum((part) => part.records) === 0) notes.push('no record could be read in the sample')
  const exchanges = exchangeEstimates(
    plan,
    parts.map((part) => ({ exchanges: part.exchanges, scale: scale(part) })),
    knownRows(plan),
    bounds,
  )
  if (exchanges.length > 0)
    notes.push(
      'exchanges: where a quarter of the documents, or an eighth of the text, are repeats, or as much as in the sample',
    )
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
    diskBytes: diskOf(plan, parts, exchanges),
    leastDiskBytes: sum((part) => leastBytes(plan, part) * scale(part)),
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

/** What stands in the end, or more where an exchange needs more for a time than is written behind it. */
function diskOf(plan: Plan, parts: readonly InputSample[], exchanges: readonly ExchangeEstimate[]): number {
  const stored = (from: number): number =>
    parts.reduce(
      (total, part) => total + part.stored * scale(part) * (1 + cachings(plan, part.name, from)),
      0,
    )
  const end =
    stored(0) + exchanges.reduce((total, { keyBytes, indexBytes }) => total + keyBytes + indexBytes, 0)
  const beyond = exchanges.map(({ step, spillBytes, indexBytes }) => {
    const segment = plan.segments.findIndex(
      (each) => each.kind === 'exchange' && plan.steps[each.step]?.name === step,
    )
    return spillBytes - stored(segment) - indexBytes
  })
  return end + Math.max(0, ...beyond)
}

/** How often the cache holds an input's documents: once for each segment of steps that they pass, from a segment on. */
function cachings(plan: Plan, input: string, from: number): number {
  const steps = new Set(stepsReading(plan, input).map((step) => plan.steps.indexOf(step)))
  const reachesEnd = steps.has(plan.steps.findLastIndex((step) => stageOf(step).kind !== 'group'))
  return plan.segments.filter(
    (segment, index) =>
      index >= from &&
      segment.kind === 'map' &&
      (segment.steps.length === 0 ? reachesEnd : segment.steps.some((step) => steps.has(step))),
  ).length
}

/** Bytes that a sample's records leave in the cache for certain, halved: a sample may say twice what there is. */
function leastBytes(plan: Plan, { name, stored, exchanges }: InputSample): number {
  if (!plan.from.includes(name)) return 0
  const first = plan.steps.find((step) => step.kind === 'group' || step.kind === 'join')
  const keys = exchanges.find(({ step }) => step === first?.name)?.keyBytes ?? 0
  return (stored + keys) / 2
}

/** The documents of versions that groups compare with. */
function knownRows(plan: Plan): readonly KnownRows[] {
  return plan.steps.flatMap(({ name, indexes = [] }) =>
    indexes.map(({ version, key }) => {
      const index = findNearIndex(join(dirname(version), 'near', key))
      if ('fault' in index) return { step: name, rows: keptRowsOf(version), isIndexed: false }
      const rows = index.blocks.reduce((sum, block) => sum + block.rows, 0)
      return { step: name, rows, isIndexed: true }
    }),
  )
}

function keptRowsOf(version: string): number {
  const manifest = JSON.parse(readFileSync(join(version, 'manifest.json'), 'utf8')) as Manifest
  return manifest.shards.reduce((sum, { table, rows }) => sum + (table === 'kept' ? rows : 0), 0)
}

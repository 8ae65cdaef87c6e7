import { zstdCompressSync } from 'node:zlib'
import { formatNamed } from '../formats/catalogue.ts'
import { openSource } from '../formats/source/source.ts'
import type { ReadItem, Source } from '../model/record.ts'
import type { StepTotal } from '../model/version.ts'
import { type Plan, type PlanStep, stageOf } from '../plan/plan.ts'
import { bare, Flow, type Moving, recordId } from './flow.ts'
import type { FoundInputs, InputFile } from './inputs.ts'
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
  /** Cached results and the version together. */
  readonly diskBytes: number
  /** What the figures leave out or assume. */
  readonly notes: readonly string[]
}

/** An input's sample ends at whichever comes first. */
const SAMPLE_RECORDS = 400
const SAMPLE_BYTES = 4 << 20
const SAMPLE_FILES = 3
const SAMPLE_MS = 4_000
/** What a document takes beside its text and meta. */
const ROW_BYTES = 160
/** CPU of starting the command, and each worker: loading code and warming up. Measured. */
const START_SECONDS = 0.5
const WORKER_SECONDS = 0.6
/** SHA-256 of an input and the second reading of a joined record, in bytes per CPU second. Measured. */
const HASH_BYTES_PER_SECOND = 1e9

/** Measures a sample of each input through the steps that read it. */
export async function estimate(plan: Plan, found: FoundInputs, bounds: Budget): Promise<Estimate> {
  const names = [...new Set(found.files.map((file) => file.input))]
  const parts: InputSample[] = []
  for (const name of names)
    parts.push(
      await measureInput(
        plan,
        name,
        found.files.filter((file) => file.input === name),
        bounds.maxWindowBytes,
      ),
    )
  const sum = (pick: (part: InputSample) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0)
  const cpuSeconds =
    START_SECONDS +
    bounds.workers * WORKER_SECONDS +
    sum(
      (part) =>
        (part.sampled === 0 ? 0 : (part.cpuSeconds * part.bytes) / part.sampled) +
        part.bytes / HASH_BYTES_PER_SECOND,
    )
  const notes = ['equal documents, which a group removes, are not taken off']
  if (plan.steps.some((step) => step.kind === 'join'))
    notes.push('every record of the joined input is taken to be wanted: an upper bound')
  if (sum((part) => part.records) === 0) notes.push('no record could be read in the sample')
  return {
    inputs: parts.map(({ name, files, bytes }) => ({ name, files, bytes })),
    sample: {
      records: sum((part) => part.records),
      bytes: sum((part) => part.sampled),
      cpuSeconds: sum((part) => part.cpuSeconds),
    },
    steps: parts.flatMap((part) => part.steps),
    cpuSeconds,
    seconds: cpuSeconds / bounds.workers,
    memoryBytes:
      bounds.memoryBytes ?? peakBytes(bounds.workers, Math.max(...parts.map((part) => part.largest))),
    // Written once into the cache for each exchange it waits for, and once into the version.
    diskBytes:
      sum((part) => (part.sampled === 0 ? 0 : (part.stored * part.bytes) / part.sampled)) * (1 + waits(plan)),
    notes,
  }
}

function waits(plan: Plan): number {
  return plan.segments.filter((segment) => segment.kind === 'map').length
}

interface InputSample {
  readonly name: string
  readonly files: number
  readonly bytes: number
  /** Bytes of the files that the sample took. */
  readonly sampled: number
  readonly records: number
  readonly cpuSeconds: number
  /** Bytes that the sample's documents take, compressed. */
  readonly stored: number
  /** Payload bytes of the largest record. */
  readonly largest: number
  readonly steps: readonly StepTotal[]
}

async function measureInput(
  plan: Plan,
  name: string,
  files: readonly InputFile[],
  maxWindowBytes: number,
): Promise<InputSample> {
  const steps = stepsReading(plan, name)
  const texts: string[] = []
  const take = (document: Moving): void => void texts.push(document.text, JSON.stringify(document.meta))
  const flow = new Flow(steps, { uri: '', input: '', record: 0 }, { keep: take, end: take })
  let bytes = 0
  let sampled = 0
  let records = 0
  let largest = 0
  const picked = new Set(spread(files, SAMPLE_FILES))
  const before = process.cpuUsage()
  for (const file of files) {
    const source = await openSource(file.uri)
    bytes += source.size
    if (!picked.has(file)) continue
    const read = await sampleFile(file, maxWindowBytes, async (item) => {
      records++
      if (!('record' in item)) {
        flow.refuse(bare('', 0, {}), { drop: 'unread' })
        return
      }
      largest = Math.max(largest, item.record.body.length)
      await flow.record(item.record, recordId(item.record, '', ''))
    })
    sampled += read
  }
  const used = process.cpuUsage(before)
  return {
    name,
    files: files.length,
    bytes,
    sampled,
    records,
    cpuSeconds: (used.user + used.system) / 1e6,
    // Ids, hashes of keys and signals do not compress.
    stored: zstdCompressSync(texts.join('\n')).length + ROW_BYTES * (texts.length / 2),
    largest,
    steps: flow.tallies.map((tally) => tally.total),
  }
}

/** The map steps that an input's records go through, from their extract to the end or the next join. */
function stepsReading(plan: Plan, input: string): readonly PlanStep[] {
  const start = plan.from.includes(input) ? 0 : plan.steps.findIndex((step) => step.with === input) + 1
  const end = plan.steps.findIndex((step, index) => index >= start && step.kind === 'join')
  const steps = plan.steps.slice(start, end === -1 ? undefined : end)
  return steps.filter((step) => stageOf(step).kind !== 'group')
}

/**
 * Reads the beginning of a file; gives the bytes of the file that this took. Bytes are counted by whole
 * chunks: what was read ahead of the last record and not used must not make a file look cheap.
 */
async function sampleFile(
  file: InputFile,
  maxWindowBytes: number,
  take: (item: ReadItem) => Promise<void>,
): Promise<number> {
  const source = await openSource(file.uri)
  let position = 0
  let lastChunk = 0
  const counted: Source = {
    uri: source.uri,
    size: source.size,
    etag: source.etag,
    async *read(start, end, signal) {
      for await (const chunk of source.read(start, end, signal)) {
        position += chunk.length
        lastChunk = chunk.length
        yield chunk
      }
    },
  }
  const format = formatNamed(file.format)
  const split = { start: 0, end: source.size, first: 0 }
  const limits = { options: file.options, maxRecordBytes: file.maxRecordBytes, maxWindowBytes }
  const begun = performance.now()
  const items = format.read(counted, split, limits)
  let records = 0
  let ended = false
  try {
    for (;;) {
      const batch = await items.next()
      ended = batch.done === true
      if (batch.done === true) break
      for (const item of batch.value) await take(item)
      records += batch.value.length
      const elapsed = performance.now() - begun
      if (position - lastChunk >= SAMPLE_BYTES || elapsed > SAMPLE_MS) break
      if (records >= SAMPLE_RECORDS && elapsed > SAMPLE_MS / 4 && position > lastChunk) break
    }
  } finally {
    await items.return({ next: 0 })
  }
  if (ended) return source.size
  // A file that came in one chunk and was stopped by the clock: all that can be said is that it took longer.
  return Math.min(source.size, Math.max(position - lastChunk, 1 + Math.floor(lastChunk / 2)))
}

/** Up to `most` of a list, evenly spread. */
function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  return Array.from({ length: most }, (_, index) => list[Math.floor((index * list.length) / most)]).filter(
    (each) => each !== undefined,
  )
}

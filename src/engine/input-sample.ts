import { zstdCompressSync } from 'node:zlib'
import { formatNamed } from '../formats/catalogue.ts'
import { openSource } from '../formats/source/source.ts'
import type { ReadItem, Source } from '../model/record.ts'
import type { StepTotal } from '../model/version.ts'
import type { Plan } from '../plan/plan.ts'
import type { ExchangeSample } from './exchange-sample.ts'
import { bare, type Moving, recordId } from './flow.ts'
import { SPLIT_BYTES } from './input-tasks.ts'
import type { InputFile } from './inputs.ts'
import { endScripts } from './own/thread-scripts.ts'
import { SampleFlow } from './sample-flow.ts'

/** An input's sample ends at whichever comes first. */
const SAMPLE_RECORDS = 400
const SAMPLE_BYTES = 4 << 20
const SAMPLE_FILES = 3
const SAMPLE_MS = 4_000
/** What a document takes compressed beside its text and meta. Measured on 55,049 links: 60 to 80. */
const ROW_BYTES = 70

/** What reading a part of an input took and gave. */
export interface InputSample {
  readonly name: string
  readonly files: number
  readonly bytes: number
  /** Bytes of the files that the sample took. */
  readonly sampled: number
  readonly records: number
  readonly cpuSeconds: number
  /** UTF-16 units of text and meta of what came out, kept or not, and the bytes they take compressed. */
  readonly written: number
  readonly stored: number
  /** Splits that the whole input is cut into: no more workers can read it at a time. */
  readonly splits: number
  /** Payload bytes of the largest record. */
  readonly largest: number
  readonly steps: readonly StepTotal[]
  /** What it brings to each group of near copies or repeats. */
  readonly exchanges: readonly ExchangeSample[]
}

/**
 * Reads a sample of an input through the steps that read it.
 *
 * @throws TilthError what the run would throw at the same bytes, such as `memory` for a window too large.
 */
export async function measureInput(
  plan: Plan,
  name: string,
  files: readonly InputFile[],
  maxWindowBytes: number,
): Promise<InputSample> {
  const texts: string[] = []
  const take = (document: Moving): void => void texts.push(document.text, JSON.stringify(document.meta))
  const flow = await SampleFlow.create(plan, name, take)
  let bytes = 0
  let sampled = 0
  let records = 0
  let largest = 0
  let splits = 0
  const picked = new Set(spread(files, SAMPLE_FILES))
  const before = process.cpuUsage()
  for (const file of files) {
    const source = await openSource(file.uri)
    bytes += source.size
    if (!picked.has(file)) continue
    splits += (await formatNamed(file.format).split(source, file.options, SPLIT_BYTES)).length
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
  try {
    await flow.finish()
  } finally {
    await endScripts()
  }
  const used = process.cpuUsage(before)
  return {
    name,
    files: files.length,
    bytes,
    sampled,
    records,
    cpuSeconds: (used.user + used.system) / 1e6,
    written: texts.reduce((total, text) => total + text.length, 0),
    // Ids, hashes of keys and signals do not compress.
    stored: zstdCompressSync(texts.join('\n')).length + ROW_BYTES * (texts.length / 2),
    splits: Math.ceil((splits * files.length) / Math.max(1, picked.size)),
    largest,
    steps: flow.steps,
    exchanges: flow.exchanges,
  }
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
  let unused = 0
  try {
    for (;;) {
      const batch = await items.next()
      ended = batch.done === true
      if (batch.done === true) break
      for (const item of batch.value) await take(item)
      records += batch.value.length
      const elapsed = performance.now() - begun
      // Of the last chunk nothing much was used where bytes end the sample, and half of it, likely, where the clock does.
      unused = lastChunk
      if (position - lastChunk >= SAMPLE_BYTES) break
      unused = lastChunk / 2
      if (elapsed > SAMPLE_MS) break
      if (records >= SAMPLE_RECORDS && elapsed > SAMPLE_MS / 4 && position > lastChunk) break
    }
  } finally {
    await items.return({ next: 0 })
  }
  if (ended) return source.size
  return Math.min(source.size, Math.max(1, Math.floor(position - unused)))
}

/** Up to `most` of a list, evenly spread. */
function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  return Array.from({ length: most }, (_, index) => list[Math.floor((index * list.length) / most)]).filter(
    (each) => each !== undefined,
  )
}

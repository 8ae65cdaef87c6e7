import { once } from 'node:events'
import { besideModule, TaskPool } from '../engine/task-pool.ts'
import { type Line, type LinesEnd, readLines } from '../formats/jsonl/lines.ts'
import { TilthError } from '../model/error.ts'
import { extractBatch, type LineBatch, type LineResults, type LineSettings } from './extract-lines.ts'

/** A batch is closed when its lines have so many bytes: some ten pages, so that the end of a run is shared well. */
const BATCH_BYTES = 512 << 10
const BATCH_LINES = 1024
/** A longer line is passed over, never held. */
export const MAX_LINE_BYTES = 64 << 20
/** Batches that are read, being extracted or waiting to be written, for each worker. */
const BATCHES_A_WORKER = 3
/** Bytes of lines in all of them. A longer line is let through, but by itself. */
const MAX_OPEN_BYTES = 32 << 20

export interface JsonlOutcome {
  readonly pages: number
  readonly errors: Readonly<Record<string, number>>
}

/**
 * Extracts the page of each line and writes a line for it, in the order of the input.
 *
 * Memory is bounded: a few batches a worker are held, of long lines fewer, and reading waits for whoever reads
 * the output. Lines that come slowly are extracted and written as they come. `said` hears of each batch that is written.
 *
 * @throws TilthError `damaged` where compressed bytes broke off, behind the lines before it.
 */
export async function extractJsonl(
  chunks: AsyncIterable<Uint8Array>,
  output: NodeJS.WritableStream,
  workers: number,
  settings: LineSettings,
  said: (soFar: JsonlOutcome) => void = () => undefined,
): Promise<JsonlOutcome> {
  const pool = new TaskPool<LineBatch, LineResults>(workers, {
    entry: besideModule(import.meta.url, 'extract-worker'),
    settings,
    here: (batch) => extractBatch(batch, settings),
    transfer: ({ bytes }) => [bytes.buffer],
  })
  const errors: Record<string, number> = {}
  let pages = 0
  const finish = async (results: LineResults): Promise<void> => {
    pages += results.pages
    for (const [error, count] of Object.entries(results.errors)) errors[error] = (errors[error] ?? 0) + count
    if (results.bytes.length > 0 && !output.write(results.bytes)) await once(output, 'drain')
    said({ pages, errors })
  }
  // In the order of the input: each is written behind the one before it.
  const open: { readonly written: Promise<void>; readonly bytes: number }[] = []
  let openBytes = 0
  let last = Promise.resolve()
  const settle = async (): Promise<void> => {
    const first = open.shift()
    await first?.written
    openBytes -= first?.bytes ?? 0
  }
  const most = workers === 1 ? 1 : workers * BATCHES_A_WORKER
  const batches = batchesOf(chunks, () => pool.isWaiting)
  try {
    for (;;) {
      const step = await batches.next()
      if (step.done) {
        await last
        if (step.value.damage !== undefined) throw broken(step.value.damage)
        return { pages, errors }
      }
      const bytes = step.value.bytes.length
      while (open.length >= most || (open.length > 0 && openBytes + bytes > MAX_OPEN_BYTES)) await settle()
      const before = last
      const results = pool.run(step.value)
      last = Promise.all([results, before]).then(([found]) => finish(found))
      // Its turn comes later: until then an error of it is nobody's.
      last.catch(() => undefined)
      open.push({ written: last, bytes })
      openBytes += bytes
    }
  } finally {
    await pool.close()
  }
}

function broken(damage: { readonly reason: string; readonly message: string }): TilthError {
  return new TilthError('damaged', `the input breaks off: ${damage.message} (${damage.reason})`, {
    hint: 'The lines before that are written.',
  })
}

/** Full batches while the workers are busy; what there is as soon as one waits for something to do. */
async function* batchesOf(
  chunks: AsyncIterable<Uint8Array>,
  isWaiting: () => boolean,
): AsyncGenerator<LineBatch, LinesEnd> {
  const lines = readLines(chunks, {
    start: 0,
    first: 1,
    end: Number.POSITIVE_INFINITY,
    maxLineBytes: MAX_LINE_BYTES,
    maxRunBytes: Number.POSITIVE_INFINITY,
  })
  let open: Line[] = []
  let bytes = 0
  for (;;) {
    const step = await lines.next()
    if (step.done) {
      if (open.length > 0) yield batchOf(open, bytes)
      return step.value
    }
    for (const line of step.value) {
      open.push(line)
      bytes += line.bytes?.length ?? 0
      if (bytes < BATCH_BYTES && open.length < BATCH_LINES) continue
      yield batchOf(open, bytes)
      open = []
      bytes = 0
    }
    if (open.length === 0 || !isWaiting()) continue
    yield batchOf(open, bytes)
    open = []
    bytes = 0
  }
}

/** Copied together, so that memory of its own can be handed to a worker. */
function batchOf(lines: readonly Line[], size: number): LineBatch {
  const bytes = new Uint8Array(size)
  let at = 0
  const ends = lines.map((line) => {
    if (line.bytes === undefined) return -1
    bytes.set(line.bytes, at)
    at += line.bytes.length
    return at
  })
  return { bytes, ends, first: lines[0]?.number ?? 1 }
}

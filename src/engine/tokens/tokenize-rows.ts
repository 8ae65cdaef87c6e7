import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { besideModule, TaskPool } from '../task-pool.ts'
import type { TextRow } from '../text-rows.ts'
import { batchTokenizer, type TextError, type TokenBatch, type TokenizeSettings } from './text-batch.ts'

/** A batch is closed when its texts have so many characters, or at so many rows. */
const BATCH_LENGTH = 1 << 20
const BATCH_ROWS = 1024
/** Batches that are read, being tokenized or waiting to be written, for each worker, and characters in all of them. */
const BATCHES_A_WORKER = 3
const MAX_OPEN_LENGTH = 64 << 20

/** A row of an input, as the command reads it. */
export interface SourceRow {
  readonly row: TextRow
  readonly file: string | undefined
}

/** Takes rows in the order of the input. */
export interface TokenSink {
  /** @param mask of conversations: for each id 1 where it is learned, and 0 where not. */
  tokens(row: SourceRow, ids: Uint32Array, bytes: number, mask?: Uint8Array): void
  /** A row that has no text, or whose text the tokenizer refuses (`word-too-long`), or its template. */
  failed(row: SourceRow, error: TextError): void
}

/**
 * Tokenizes the texts of rows on worker threads, and hands all rows on in their order.
 *
 * Memory is bounded: some batches a worker are held, of long texts fewer, and reading waits for them.
 *
 * @param settings what workers load their tokenizer and template by; `tokenizer` is that of this thread.
 */
export async function tokenizeRows(
  batches: AsyncIterable<readonly SourceRow[]>,
  workers: number,
  settings: TokenizeSettings,
  tokenizer: Tokenizer,
  sink: TokenSink,
): Promise<void> {
  const pool = new TaskPool<readonly string[], TokenBatch>(workers, {
    entry: besideModule(import.meta.url, 'tokenize-worker'),
    settings,
    here: batchTokenizer(settings, tokenizer),
  })
  const open: {
    readonly rows: readonly SourceRow[]
    readonly length: number
    readonly done: Promise<TokenBatch>
  }[] = []
  let openLength = 0
  const settle = async (): Promise<void> => {
    const first = open.shift()
    if (first === undefined) return
    handOn(first.rows, await first.done, sink)
    openLength -= first.length
  }
  const most = workers === 1 ? 1 : workers * BATCHES_A_WORKER
  try {
    for await (const { rows, length } of regrouped(batches)) {
      while (open.length >= most || (open.length > 0 && openLength + length > MAX_OPEN_LENGTH)) await settle()
      const done = pool.run(rows.flatMap(({ row }) => ('text' in row ? [row.text] : [])))
      // Its turn comes later: until then an error of it is nobody's.
      done.catch(() => undefined)
      open.push({ rows, length, done })
      openLength += length
    }
    while (open.length > 0) await settle()
  } finally {
    await pool.close()
  }
}

/** Rows in batches of a bounded size, whatever batches they came in. */
async function* regrouped(
  batches: AsyncIterable<readonly SourceRow[]>,
): AsyncGenerator<{ readonly rows: readonly SourceRow[]; readonly length: number }> {
  let rows: SourceRow[] = []
  let length = 0
  for await (const batch of batches) {
    for (const each of batch) {
      rows.push(each)
      length += 'text' in each.row ? each.row.text.length : 0
      if (length < BATCH_LENGTH && rows.length < BATCH_ROWS) continue
      yield { rows, length }
      rows = []
      length = 0
    }
  }
  if (rows.length > 0) yield { rows, length }
}

function handOn(rows: readonly SourceRow[], { ids, mask, texts }: TokenBatch, sink: TokenSink): void {
  let text = 0
  let start = 0
  for (const each of rows) {
    if ('error' in each.row) {
      sink.failed(each, { error: each.row.error })
      continue
    }
    const made = texts[text++] ?? { error: 'word-too-long' }
    if ('error' in made) {
      sink.failed(each, made)
      continue
    }
    sink.tokens(each, ids.subarray(start, made.end), made.bytes, mask?.subarray(start, made.end))
    start = made.end
  }
}

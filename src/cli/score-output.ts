import { once } from 'node:events'
import { createWriteStream, openSync, renameSync, rmSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip, createZstdCompress } from 'node:zlib'
import type { RuleSetScore, Scorer } from '../engine/rule-scores.ts'
import { TilthError } from '../model/error.ts'
import { type Column, TableWriter } from '../store/table.ts'

/** Takes the scores of one text after another. The file has its name only when it is whole. */
export interface ScoreOutput {
  /** Gives a promise where the writer must be waited for. */
  write(id: string, scores: readonly RuleSetScore[]): Promise<void> | undefined
  /** A row that could not be read. Parquet has no place for it. Gives a promise as `write` does. */
  fail(id: string | null, error: string, position: number): Promise<void> | undefined
  finish(): Promise<void>
  abandon(): void
}

/**
 * Opens the file that scores go to, by its ending: `.jsonl` or `.ndjson`, plain, `.gz` or `.zst`, or `.parquet`.
 *
 * A line is `{"id", "verdicts": {"RULE SET": null or "reason"}, "signals": {"RULE SET.SIGNAL": number or null}}`; in
 * Parquet `id`, then `verdicts.RULE SET`, then `signals.RULE SET.SIGNAL` are columns.
 *
 * @throws TilthError `usage` for another ending, and where the folder is not there or cannot be written.
 */
export function openScoreOutput(path: string, scorers: readonly Scorer[]): ScoreOutput {
  if (/\.(?:parquet|pq)$/i.test(path)) return opened(path, () => parquetOutput(path, scorers))
  const match = /\.(?:jsonl|ndjson)(\.gz|\.zst)?$/i.exec(path)
  if (match === null) {
    throw new TilthError('usage', `--out ${path}: expected a name that ends in .jsonl or .parquet`, {
      hint: '.jsonl.gz and .jsonl.zst are compressed',
    })
  }
  return opened(path, () => linesOutput(path, match[1]?.toLowerCase(), scorers))
}

function opened(path: string, open: () => ScoreOutput): ScoreOutput {
  try {
    return open()
  } catch (cause) {
    if (!(cause instanceof Error) || !CANNOT_OPEN.has((cause as NodeJS.ErrnoException).code ?? ''))
      throw cause
    throw new TilthError('usage', `--out ${path}: cannot be written: ${cause.message}`, {
      hint: 'name a file in a folder that is there and that you may write to',
      cause,
    })
  }
}

const CANNOT_OPEN = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'])

/** Lines are collected up to this many characters before they are handed on. */
const CHUNK = 1 << 18

function linesOutput(path: string, ending: string | undefined, scorers: readonly Scorer[]): ScoreOutput {
  const partial = `${path}.${process.pid}.partial`
  // Opened at once: a stream that is destroyed before it has opened its file makes it all the same, afterwards.
  const file = createWriteStream(partial, { fd: openSync(partial, 'w') })
  const compressor = ending === '.gz' ? createGzip() : ending === '.zst' ? createZstdCompress() : undefined
  compressor?.pipe(file)
  const target: Writable = compressor ?? file
  let lines = ''
  let failure: Error | undefined
  const streams: readonly Writable[] = compressor === undefined ? [file] : [file, compressor]
  for (const stream of streams) {
    stream.on('error', (error: Error) => {
      failure ??= error
    })
  }
  const add = (line: object): Promise<void> | undefined => {
    lines += `${JSON.stringify(line)}\n`
    return lines.length < CHUNK ? undefined : hand()
  }
  const hand = (): Promise<void> | undefined => {
    if (failure !== undefined) throw failure
    const chunk = lines
    lines = ''
    return target.write(chunk) ? undefined : drained(target)
  }
  return {
    write(id, scores) {
      const verdicts: Record<string, string | null> = {}
      const signals: Record<string, number | null> = {}
      for (const [index, { verdict, signals: measured }] of scores.entries()) {
        const name = scorers[index]?.name ?? ''
        verdicts[name] = verdict
        for (const signal in measured) signals[`${name}.${signal}`] = measured[signal] ?? null
      }
      return add({ id, verdicts, signals })
    },
    fail: (id, error, position) => add({ id, error, position }),
    async finish() {
      await hand()
      target.end()
      await finished(file)
      if (failure !== undefined) throw failure
      renameSync(partial, path)
    },
    abandon() {
      file.destroy()
      rmSync(partial, { force: true })
    },
  }
}

async function drained(target: Writable): Promise<void> {
  await Promise.race([once(target, 'drain'), once(target, 'close')])
}

function parquetOutput(path: string, scorers: readonly Scorer[]): ScoreOutput {
  const columns: Column[] = [
    { name: 'id', type: 'STRING', nullable: false },
    ...scorers.map(({ name }): Column => ({ name: `verdicts.${name}`, type: 'STRING', nullable: true })),
    ...scorers.flatMap(({ name, signals }) =>
      signals.map(
        (signal): Column => ({ name: `signals.${name}.${signal}`, type: 'DOUBLE', nullable: true }),
      ),
    ),
  ]
  const table = new TableWriter(path, columns)
  return {
    write(id, scores) {
      const row: Record<string, string | number | null> = { id }
      for (const [index, { verdict, signals }] of scores.entries()) {
        const name = scorers[index]?.name ?? ''
        row[`verdicts.${name}`] = verdict
        for (const signal in signals) row[`signals.${name}.${signal}`] = signals[signal] ?? null
      }
      table.append(row)
      return undefined
    },
    fail: () => undefined,
    finish: async () => void table.finish(),
    abandon: () => table.abandon(),
  }
}

import type { Json } from '../model/document.ts'
import { sweepStalePartials } from '../store/stale-partials.ts'
import type { Cell, Column, TableWriter } from '../store/table.ts'
import { checkRowOutput, isParquet, openedAt, TextOutput } from './text-output.ts'

/** Takes rows of an input, as they were. The file has its name only when it is whole. */
export interface RowOutput {
  /** A row as JSON in UTF-8, which may be changed afterwards. Gives a promise where the writer must be waited for. */
  write(body: Uint8Array): Promise<void> | undefined
  /** Lines with their ends, in any pieces, where the output is lines, too. As `write`. */
  writeLines?(lines: Uint8Array): Promise<void> | undefined
  finish(): Promise<void>
  abandon(): void
}

/**
 * Opens the file that rows of `input` go to, by its ending: `.jsonl` or `.ndjson`, plain, `.gz` or `.zst`, or `.parquet`. In Parquet a
 * field is a column of text, whole numbers, numbers or truth values where all rows agree, and of JSON otherwise; for that, the input
 * is read once.
 *
 * @throws TilthError `usage`.
 */
export async function openRowOutput(path: string, input: string): Promise<RowOutput> {
  checkRowOutput(path)
  if (isParquet(path)) {
    const columns = await columnsOf(input)
    const { TableWriter } = await import('../store/table.ts')
    sweepStalePartials(path)
    return openedAt('--out', path, () => parquetOutput(new TableWriter(path, columns), columns))
  }
  const output = openedAt('--out', path, () => new TextOutput(path))
  return {
    write: (body) => output.write(body, NEWLINE),
    writeLines: (lines) => output.write(lines),
    finish: () => output.finish(),
    abandon: () => output.abandon(),
  }
}

const NEWLINE = Buffer.from('\n')

function parquetOutput(table: TableWriter, columns: readonly Column[]): RowOutput {
  return {
    write(body) {
      const row = rowOf(body)
      const cells = columns.map(({ name, type }): [string, Cell] => [name, cell(row[name] ?? null, type)])
      table.append(Object.fromEntries(cells))
      return undefined
    },
    finish: async () => void table.finish(),
    abandon: () => table.abandon(),
  }
}

function cell(value: Json, type: Column['type']): Cell {
  if (value === null) return null
  return type === 'INT64' ? BigInt(value as number) : (value as Cell)
}

async function columnsOf(input: string): Promise<readonly Column[]> {
  const { textRows } = await import('../engine/text-rows.ts')
  const types = new Map<string, Column['type']>()
  for await (const batch of textRows(input)) {
    for (const { body } of batch) {
      if (body === undefined) continue
      for (const [name, value] of Object.entries(rowOf(body))) {
        if (value === null) continue
        const [before, type] = [types.get(name), typeOf(value)]
        types.set(name, before === undefined ? type : both(before, type))
      }
    }
  }
  return [...types].map(([name, type]) => ({ name, type, nullable: true }))
}

function rowOf(body: Uint8Array): Readonly<Record<string, Json>> {
  return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()) as Record<
    string,
    Json
  >
}

function typeOf(value: Json): Column['type'] {
  if (typeof value === 'string') return 'STRING'
  if (typeof value === 'boolean') return 'BOOLEAN'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'INT64' : 'DOUBLE'
  return 'JSON'
}

function both(a: Column['type'], b: Column['type']): Column['type'] {
  if (a === b) return a
  const numbers = [a, b].every((type) => type === 'INT64' || type === 'DOUBLE')
  return numbers ? 'DOUBLE' : 'JSON'
}

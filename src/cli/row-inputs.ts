import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type TextRow, type TextRowOptions, textRows } from '../engine/text-rows.ts'
import { unpackedStream } from '../formats/compression/stream.ts'
import { TilthError } from '../model/error.ts'

const MAX_WINDOW_BYTES = 128 << 20

/** A row of one of several inputs. */
export interface InputRow {
  readonly row: TextRow
  /** The file it is of, where there are several. */
  readonly file: string | undefined
}

/**
 * The rows of files, of globs, and of standard input (`-`, JSON lines), one input after another. In several, a row without
 * an id is named after its file, too.
 *
 * @throws TilthError `input` where a pattern matches nothing, or a file is of no format of rows.
 */
export async function* inputRows(
  patterns: readonly string[],
  options: TextRowOptions,
): AsyncGenerator<readonly InputRow[]> {
  const files = await filesOf(patterns)
  for (const file of files) {
    const name = files.length > 1 ? file : undefined
    const naming = name === undefined ? options : { ...options, prefix: `${name}:` }
    const rows = file === '-' ? standardInput(naming) : textRows(file, naming)
    for await (const batch of rows) yield batch.map((row) => ({ row, file: name }))
  }
}

async function filesOf(patterns: readonly string[]): Promise<readonly string[]> {
  const files: string[] = []
  for (const pattern of patterns) {
    // A name with a bracket in it may be that of a file.
    if (pattern === '-' || existsSync(pattern) || !/[*?[{]/.test(pattern)) {
      files.push(pattern)
      continue
    }
    const found: string[] = []
    for await (const file of glob(pattern)) found.push(file)
    if (found.length === 0) throw new TilthError('input', `${pattern}: no file matches it`)
    files.push(...found.sort())
  }
  const twice = files.find((file, at) => files.indexOf(file) !== at)
  if (twice !== undefined) throw new TilthError('usage', `${twice}: given twice`)
  return files
}

/** Formats read by range, and a pipe has none: it is put into a file first, which goes away again. */
async function* standardInput(options: TextRowOptions): AsyncGenerator<readonly TextRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-rows-'))
  try {
    const path = join(dir, 'input.jsonl')
    const bytes = await unpackedStream(process.stdin, MAX_WINDOW_BYTES)
    await pipeline(Readable.from(bytes), createWriteStream(path))
    yield* textRows(path, options)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

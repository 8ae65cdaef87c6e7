import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import type { Meta } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import type { Shard, TableName } from '../model/version.ts'
import { makeDirectory } from './directory.ts'
import { isNoRoom, isUnwritable } from './disk-error.ts'
import { writeWholeFile } from './store.ts'
import { type Cell, fileSha256, readTable } from './table.ts'
import type { Version } from './version.ts'
import { writeWhole } from './write-whole.ts'

export type ExportFormat = 'jsonl' | 'parquet'

export interface ExportOptions {
  readonly to: ExportFormat
  readonly out: string
  readonly table?: TableName
  /** Write into a directory that has files; those of an earlier export are removed. */
  readonly force?: boolean
}

export interface ExportResult {
  readonly dir: string
  readonly files: readonly ExportedFile[]
  readonly rows: number
  readonly bytes: number
}

export interface ExportedFile {
  readonly file: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** What says where an export came from, and which files are of it; written last. */
const RECORD = 'export.json'
const DATA_FILE = /^(?:kept|rejected|signals)(?:-[a-z]{1,20})?-\d{1,9}\.(?:jsonl|parquet)(?:\.partial)?$/

/**
 * Writes a table of a version as files that other programs read, shard by shard, with a README, the
 * manifest and the plan beside them. A file has its name only when it is whole; `export.json` is written
 * last, so a directory without it is no export.
 *
 * Memory: a row group.
 *
 * @throws TilthError `usage` for a directory with files or one that cannot be written, `damaged` when a shard is not what was written,
 * `disk-full`.
 */
export async function exportVersion(version: Version, options: ExportOptions): Promise<ExportResult> {
  const dir = resolve(options.out)
  const table = options.table ?? 'kept'
  const files: ExportedFile[] = []
  try {
    prepare(dir, options.force === true)
    for (const shard of version.manifest.shards) {
      if (shard.table !== table) continue
      const source = join(version.dir, shard.file)
      if (options.to === 'parquet') files.push(copyShard(source, dir, shard))
      else files.push(await writeLines(source, dir, shard))
    }
    await describe(version, dir, table, options.to, files)
  } catch (cause) {
    throw explained(cause, dir)
  }
  const sum = (of: (file: ExportedFile) => number): number =>
    files.reduce((total, file) => total + of(file), 0)
  return { dir, files, rows: sum((file) => file.rows), bytes: sum((file) => file.bytes) }
}

function prepare(dir: string, force: boolean): void {
  if (existsSync(dir) && !statSync(dir).isDirectory()) {
    throw new TilthError('usage', `${dir}: is a file, expected a directory`)
  }
  makeDirectory(dir)
  const entries = readdirSync(dir)
  if (entries.length === 0) return
  if (!force) {
    throw new TilthError('usage', `${dir}: has ${entries.length} files`, {
      hint: 'give an empty directory, or --force to replace an earlier export in it',
    })
  }
  // The record goes first: what is left of an earlier export must not be taken for one.
  rmSync(join(dir, RECORD), { force: true })
  for (const entry of entries) if (DATA_FILE.test(entry)) rmSync(join(dir, entry))
}

function copyShard(source: string, dir: string, shard: Shard): ExportedFile {
  const partial = join(dir, `${shard.file}.partial`)
  copyFileSync(source, partial)
  if (fileSha256(partial) !== shard.sha256) {
    rmSync(partial)
    throw damaged(source)
  }
  const file = openSync(partial, 'r+')
  fsyncSync(file)
  closeSync(file)
  renameSync(partial, join(dir, shard.file))
  return { file: shard.file, rows: shard.rows, bytes: shard.bytes, sha256: shard.sha256 }
}

/** Lines are collected up to this many characters before they are written. */
const CHUNK = 1 << 20

async function writeLines(source: string, dir: string, shard: Shard): Promise<ExportedFile> {
  const name = shard.file.replace(/\.parquet$/, '.jsonl')
  const partial = join(dir, `${name}.partial`)
  const hash = createHash('sha256')
  const file = openSync(partial, 'w')
  let rows = 0
  let bytes = 0
  let lines = ''
  const flush = (): void => {
    const chunk = Buffer.from(lines)
    lines = ''
    writeWhole(file, chunk)
    hash.update(chunk)
    bytes += chunk.length
  }
  try {
    for await (const batch of readTable(source)) {
      for (const row of batch) {
        lines += `${JSON.stringify(shard.table === 'kept' ? flat(row) : row)}\n`
        rows++
        if (lines.length >= CHUNK) flush()
      }
    }
    flush()
    fsyncSync(file)
  } catch (cause) {
    rmSync(partial, { force: true })
    throw cause
  } finally {
    closeSync(file)
  }
  if (rows !== shard.rows) {
    rmSync(partial)
    throw damaged(source)
  }
  renameSync(partial, join(dir, name))
  return { file: name, rows, bytes, sha256: hash.digest('hex') }
}

/** A kept row as {id, text, url, ...meta}; a member of meta of one of those names becomes `meta.NAME`. */
function flat(row: Readonly<Record<string, Cell>>): object {
  const { id, text, url } = row
  const line = new Map<string, unknown>([
    ['id', id],
    ['text', text],
    ['url', url ?? null],
  ])
  for (const [name, value] of Object.entries((row['meta'] ?? {}) as Meta)) {
    if (name === 'url' && value === url) continue
    line.set(line.has(name) ? `meta.${name}` : name, value)
  }
  return Object.fromEntries(line)
}

async function describe(
  version: Version,
  dir: string,
  table: TableName,
  to: ExportFormat,
  files: readonly ExportedFile[],
): Promise<void> {
  for (const name of ['manifest.json', 'plan.json']) {
    await writeWholeFile(join(dir, name), readFileSync(join(version.dir, name), 'utf8'))
  }
  await writeWholeFile(join(dir, 'README.md'), readme(version, table, to, files))
  const record = {
    version: version.ref,
    planId: version.manifest.planId,
    table,
    format: to,
    contentHash: version.manifest.hashes[table],
    files,
  }
  await writeWholeFile(join(dir, RECORD), `${JSON.stringify(record, null, 2)}\n`)
}

function readme(
  version: Version,
  table: TableName,
  to: ExportFormat,
  files: readonly ExportedFile[],
): string {
  const { manifest } = version
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  const inputs = manifest.inputs
    .slice(0, 100)
    .map(({ input, uri, hash }) => `- ${input}: \`${line(uri)}\`, SHA-256 \`${hash}\``)
  const more = manifest.inputs.length - inputs.length
  return `# ${version.ref}, table ${table}

${rows} rows in ${files.length} files (${to}), exported by Tilth from the version \`${version.ref}\`.

- recipe: \`${line(manifest.recipe)}\`
- plan: \`${manifest.planId}\`
- made: ${manifest.created}
- content hash of the table: \`${manifest.hashes[table]}\`

\`manifest.json\` and \`plan.json\` are those of the version: steps, counts, options and hashes.
\`export.json\` lists the files of this export with their SHA-256.
Licences of the texts are in the field \`licence\` of each row, where they are known.

## Inputs

${inputs.join('\n')}${more > 0 ? `\n- and ${more} more, in \`manifest.json\`` : ''}
`
}

/** A text inside back ticks, on one line. */
function line(text: string): string {
  return text.replace(/[`\x00-\x1f]/g, '?')
}

function damaged(path: string): TilthError {
  return new TilthError('damaged', `${path}: not what the manifest says was written`, {
    hint: 'make the version again with tilth run, or restore the file',
  })
}

function explained(cause: unknown, dir: string): unknown {
  if (isNoRoom(cause)) {
    return new TilthError('disk-full', `${dir}: no room left`, {
      hint: 'free some, then export again with --force',
      cause,
    })
  }
  if (!(cause instanceof Error) || !isUnwritable(cause, dir)) return cause
  return new TilthError('usage', `${dir}: cannot be written: ${cause.message}`, {
    hint: 'name another directory with --out, or change who may write to this one',
    cause,
  })
}

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { decideParts } from '../src/engine/local/exchanges/repeated-parts.ts'
import { PackWriter, type UnitAddress, UnitWriter } from '../src/engine/local/unit-file.ts'
import { VerdictFiles } from '../src/engine/local/verdict-file.ts'
import type { TaskContext } from '../src/engine/units/context.ts'
import type { Document } from '../src/model/document.ts'
import type { Parts, Repeats } from '../src/model/stage.ts'
import { dedupSubstring } from '../src/stages/group/dedup-substring.ts'
import { tokensOf, withoutRepeats } from '../test/repeated-runs.ts'

const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
const CHECKED_BYTES = 5_000_000
/** Posts more alike than this are copies. */
const COPIES = 0.5
const PASSES = 5
/** Documents of a unit, and ranges of leading bytes that are decided one after the other. */
const UNIT = 2000
const RANGES = [0, 64, 128, 192, 256]

/**
 * Repeated runs of 50 tokens in real posts and in variants of them with every fifth kind of word changed: without their near copies, as
 * they are when a step before took those out, and with them. Measured is the work that is this stage's: both readings, the exchange through
 * files, the decision and the cut; not how rows are read and written.
 *
 *     npm run bench substring
 */
export async function run(): Promise<void> {
  const path = resolve(root, 'dedup/posts.jsonl.gz')
  if (!existsSync(path)) return void process.stdout.write(`skipped: no ${path}\n`)
  const posts = readPosts(path)
  const copies = copiesOf(resolve(root, 'dedup/pairs.tsv.gz'))
  const all = posts.map(({ text }) => text)
  const single = posts.filter(({ id }) => !copies.has(id)).map(({ text }) => text)
  const dir = mkdtempSync(join(tmpdir(), 'tilth-substring-'))
  try {
    check(all, dir)
    const corpora = { 'without near copies': inVariants(single, 6), 'with near copies': inVariants(all, 4) }
    for (const [name, texts] of Object.entries(corpora)) measure(name, texts, dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function measure(name: string, texts: readonly string[], dir: string): void {
  const documents = documentsOf(texts)
  const bytes = bytesOf(texts)
  const speeds: number[] = []
  let found: ReturnType<typeof exchange> | undefined
  for (let pass = 0; pass < PASSES; pass++) {
    const before = process.cpuUsage()
    found = exchange(documents, dir)
    speeds.push(bytes / 1e6 / secondsSince(before))
  }
  const characters = texts.reduce((sum, text) => sum + text.length, 0)
  process.stdout.write(
    `${name}: ${documents.length} documents, ${(bytes / 1e6).toFixed(0)} MB, ${found?.asked} read again, ${found?.keys} keys, ` +
      `${((100 * (found?.removed ?? 0)) / characters).toFixed(1)} % out: ` +
      `${median(speeds).toFixed(1)} MB a CPU second (${speeds.map((speed) => speed.toFixed(1)).join(', ')})\n`,
  )
}

function readPosts(path: string): readonly { readonly id: string; readonly text: string }[] {
  return linesOf(path).map((line) => JSON.parse(line) as { id: string; text: string })
}

/** The later of each two posts that are near copies. */
function copiesOf(path: string): ReadonlySet<string> {
  return new Set(
    linesOf(path)
      .slice(1)
      .map((line) => line.split('\t'))
      .filter(([, , jaccard]) => Number(jaccard) >= COPIES)
      .map(([, later]) => later ?? ''),
  )
}

function linesOf(path: string): readonly string[] {
  return gunzipSync(readFileSync(path)).toString().trim().split('\n')
}

function inVariants(posts: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, variant) => posts.map((text) => varied(text, variant))).flat()
}

/** Equal to brute force on so many bytes, before any clock runs. */
function check(posts: readonly string[], dir: string): void {
  const texts: string[] = []
  // Copies stand at the end of the file.
  for (let at = posts.length - 1, sum = 0; at >= 0 && sum < CHECKED_BYTES; at--) {
    texts.push(posts[at] ?? '')
    sum += Buffer.byteLength(posts[at] ?? '')
  }
  const documents = documentsOf(texts)
  const { rests } = exchange(documents, dir)
  const sorted = [...documents].sort((a, b) => (a.id < b.id ? -1 : 1))
  const expected = withoutRepeats(
    sorted.map(({ text }) => text),
    50,
  )
  let tokens = 0
  for (const [at, { id }] of sorted.entries()) {
    const left = tokensOf(rests.get(id) ?? '')
    if (left.join(' ') !== expected[at]?.join(' ')) throw new Error(`${id} is not as brute force leaves it`)
    tokens += left.length
  }
  process.stdout.write(
    `${texts.length} posts, ${(bytesOf(texts) / 1e6).toFixed(1)} MB: as brute force, ${tokens} tokens left\n`,
  )
}

/** What the engine does for a group of spans, on one thread, but for reading and writing its rows. */
function exchange(documents: readonly Document[], dir: string) {
  const work = join(dir, 'exchange')
  mkdirSync(work)
  const options = dedupSubstring.options.parse({})
  const narrow = dedupSubstring.narrow?.(options)
  const parts = dedupSubstring.parts(options)
  const without = dedupSubstring.without(options)
  if (narrow === undefined) throw new Error('the stage does not narrow')
  let keys = 0
  let asked = 0
  const counted = (given: Parts): Parts => {
    keys += given.numbers.length
    return given
  }
  const picks = written(`${work}/picks`, documents, (document) => counted(narrow(document)))
  const all: Repeats = { least: 2, count: 'occurrences', spareFirst: false }
  const shared = decided(`${work}/shared`, picks, all)
  const windows = written(`${work}/windows`, documents, (document, unit, ordinal) => {
    const verdict = shared(unit).get(ordinal)
    if (verdict === undefined) return undefined
    asked++
    return counted(parts(document, verdict))
  })
  const repeated = decided(`${work}/repeated`, windows, dedupSubstring.repeats(options))
  const rests = new Map<string, string>()
  let removed = 0
  for (const [at, document] of documents.entries()) {
    const result = without(document, repeated(Math.floor(at / UNIT)).get(at % UNIT) ?? Uint32Array.of())
    const text = 'drop' in result ? '' : (result[0]?.text ?? '')
    rests.set(document.id, text)
    removed += document.text.length - text.length
  }
  rmSync(work, { recursive: true })
  return { rests, removed, asked, keys }
}

/** Writes what each document brings; gives the units. */
function written(
  path: string,
  documents: readonly Document[],
  partsOf: (document: Document, unit: number, ordinal: number) => Parts | undefined,
): readonly UnitAddress[] {
  const pack = new PackWriter(path)
  const units: UnitAddress[] = []
  for (let from = 0; from < documents.length; from += UNIT) {
    const writer = new UnitWriter(pack)
    for (const [ordinal, document] of documents.slice(from, from + UNIT).entries()) {
      const parts = partsOf(document, units.length, ordinal)
      if (parts !== undefined) writer.parts(ordinal, document.id, parts)
    }
    const { start, length } = writer.finish({ counts: [], textBytes: 0, bytesRead: 0 })
    units.push({ path, start, length })
  }
  pack.finish()
  return units
}

/** Decides range by range; gives the parts of each row of a unit. */
function decided(
  path: string,
  units: readonly UnitAddress[],
  repeats: Repeats,
): (unit: number) => ReadonlyMap<number, Uint32Array> {
  const outs = RANGES.slice(1).map((to, at) => {
    const out = `${path}-${at}`
    decideParts({} as TaskContext, { units, repeats, from: RANGES[at] ?? 0, to, out })
    return out
  })
  const files = new VerdictFiles(outs)
  const rows = units.map(
    (_, unit) =>
      new Map(
        [...files.of(unit)].map(([ordinal, verdict]) => [
          ordinal,
          'parts' in verdict ? verdict.parts : Uint32Array.of(),
        ]),
      ),
  )
  files.close()
  return (unit) => rows[unit] ?? new Map()
}

/** A post in which every fifth kind of word is another, chosen anew for each variant; the first is the post itself. */
function varied(text: string, variant: number): string {
  if (variant === 0) return text
  return text.replaceAll(/\w+/g, (word) => {
    let hash = variant * 7919
    for (let at = 0; at < word.length; at++) hash = (hash * 31 + word.charCodeAt(at)) >>> 0
    return hash % 5 === 0 ? `${word}${variant}` : word
  })
}

function documentsOf(texts: readonly string[]): readonly Document[] {
  const origin = { uri: 'bench', input: '0'.repeat(64), record: 0 }
  return texts.map((text, at) => ({
    id: createHash('sha256').update(`${at}`).digest('hex').slice(0, 32),
    text,
    meta: {},
    origin,
  }))
}

function bytesOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

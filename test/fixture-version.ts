import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json, Meta } from '../src/model/document.ts'
import type { Rule } from '../src/model/stage.ts'
import type {
  KeptRow,
  Manifest,
  ManifestInput,
  PlanRecord,
  PlanStepRecord,
  RejectedRow,
  Shard,
  SignalRow,
  StepTotal,
  TableName,
} from '../src/model/version.ts'
import { type Row, TableWriter } from '../src/store/table.ts'
import {
  KEPT_COLUMNS,
  openVersion,
  REJECTED_COLUMNS,
  signalColumns,
  signalNames,
  type Version,
} from '../src/store/version.ts'

/** What a version is made of, before it is a directory. */
export interface VersionRows {
  readonly name: string
  readonly number: number
  readonly inputs: readonly ManifestInput[]
  readonly plan: PlanRecord
  readonly steps: readonly StepTotal[]
  readonly kept: readonly KeptRow[]
  readonly rejected: readonly RejectedRow[]
  readonly signals: readonly SignalRow[]
  readonly parents?: readonly string[]
}

/** Writes a version into a store as the engine does: shards of `rowsPerShard` rows, plan, manifest. */
export async function writeVersion(store: string, rows: VersionRows, rowsPerShard = 1000): Promise<Version> {
  const dir = join(store, `${rows.name}@${rows.number}`)
  mkdirSync(dir, { recursive: true })
  const tables: readonly [TableName, readonly Row[]][] = [
    ['kept', rows.kept as unknown as readonly Row[]],
    ['rejected', rows.rejected as unknown as readonly Row[]],
    ['signals', rows.signals.map(({ id, kept, signals }): Row => ({ id, kept, ...signals }))],
  ]
  const shards: Shard[] = []
  for (const [table, all] of tables) {
    const columns =
      table === 'kept'
        ? KEPT_COLUMNS
        : table === 'rejected'
          ? REJECTED_COLUMNS
          : signalColumns(signalNames(rows.plan))
    for (let start = 0; start < all.length || start === 0; start += rowsPerShard) {
      const file = `${table}-${String(start / rowsPerShard).padStart(5, '0')}.parquet`
      const writer = new TableWriter(join(dir, file), columns)
      for (const row of all.slice(start, start + rowsPerShard)) {
        writer.append('record' in row ? { ...row, record: BigInt(Number(row['record'])) } : row)
      }
      shards.push({ table, file, ...writer.finish() })
    }
  }
  const manifest: Manifest = {
    formatVersion: 1,
    name: rows.name,
    number: rows.number,
    planId: rows.plan.planId,
    recipe: 'fixture',
    created: '2026-01-02T03:04:05.000Z',
    runtime: { node: '24.0.0', unicode: '16.0', icu: '77.1' },
    specifications: { id: 'tilth-id-1', textHash: 'xxh64-seed0-utf8-int64', contentHash: 'sum-sha256-1' },
    parents: rows.parents ?? [],
    inputs: rows.inputs,
    shards,
    steps: rows.steps,
    hashes: { kept: digest('kept'), rejected: digest('rejected'), signals: digest('signals') },
    sampleRatio: 1,
    cost: { cpuSeconds: 7.2, seconds: 3.9 },
  }
  writeFileSync(join(dir, 'plan.json'), JSON.stringify(rows.plan))
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest))
  return openVersion(dir)
}

/** Runs a test body with an empty store, which is removed behind it. */
export async function withStore<T>(body: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-fixture-'))
  try {
    return await body(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** All rows of a stream, for tests. */
export async function listOf<T>(rows: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = []
  for await (const row of rows) list.push(row)
  return list
}

/** Texts that a careless page or terminal would obey. All are long enough to be kept. */
export const HOSTILE: Readonly<Record<string, string>> = {
  script: `</script><script>alert(1)</script><img src=x onerror="alert(2)">' onmouseover='alert(3)`,
  template: '${alert(4)} <!-- </style><style>*{display:none}</style> ]]> </details></main> &lt;b&gt; &#60;',
  rightToLeft: 'שלום עולם \u202egpj.exe\u202c مرحبا بالعالم',
  emoji: '👩‍🌾 🏳️‍🌈 ❤️ 語 ｆｕｌｌ e\u0301',
  controls: 'nul \0 escape \x1b[31m bell \x07 return \r zero\u200bwidth lone \ud83d',
  longWord: 'x'.repeat(100_000),
  special: '<|endoftext|> <|fim_prefix|>',
}

const WORDS: Rule = {
  signal: 'words',
  keep: 'at-least',
  limit: 50,
  option: 'minWords',
  reason: 'too-short',
  source: 'the fixture',
}
const MOST_WORDS: Rule = { ...WORDS, keep: 'at-most', limit: 5000, option: 'maxWords', reason: 'too-long' }
const REPEATED: Rule = {
  signal: 'duplicateLineRatio',
  keep: 'at-most',
  limit: 0.2,
  option: 'maxRatio',
  reason: 'repeated-lines',
  source: 'the fixture',
}

/** What the fixture can be asked to do differently. */
export interface FixtureOptions {
  readonly number?: number
  /** Pages of plain prose; word counts run over both sides of the limit. */
  readonly pages?: number
  readonly minWords?: number
  /** Words put before every text: the same ids, other texts. */
  readonly prefix?: string
  /** First page; pages before it are missing. */
  readonly first?: number
  readonly rowsPerShard?: number
}

interface Page {
  readonly record: number
  readonly text: string
  readonly meta: Meta
}

/**
 * A version `fixture@NUMBER` of four steps: `content` (extract: drops `no-content`, fails `http-chunk`),
 * `length` and `lines` (filters with rules) and `exact` (group: `duplicate`). Texts include {@link HOSTILE}.
 */
export async function fixtureVersion(store: string, options: FixtureOptions = {}): Promise<Version> {
  return writeVersion(store, fixtureRows(options), options.rowsPerShard)
}

/** The rows of {@link fixtureVersion}, decided as the engine would. */
export function fixtureRows(options: FixtureOptions = {}): VersionRows {
  const number = options.number ?? 1
  const words: Rule = { ...WORDS, limit: options.minWords ?? WORDS.limit }
  const input: ManifestInput = {
    input: 'pages',
    uri: 'crawl/pages-000<1>.warc.gz',
    hash: digest('input'),
    bytes: 123_456,
  }
  const origin = (record: number) => ({ source: input.uri, input: input.hash, record })
  const kept: KeptRow[] = []
  const rejected: RejectedRow[] = []
  const signals: SignalRow[] = []
  const seen = new Map<string, string>()
  const totals = {
    content: total('content'),
    length: total('length'),
    lines: total('lines'),
    exact: total('exact'),
  }

  for (const page of pages(options)) {
    const id = digest(`page ${page.record}`).slice(0, 32)
    const url = String(page.meta['url'])
    const reject = (total: Total, row: Partial<RejectedRow> & { reason: string }): void => {
      total.reasons[row.reason] = (total.reasons[row.reason] ?? 0) + 1
      total[row.kind ?? 'dropped']++
      rejected.push({
        id,
        kind: 'dropped',
        step: total.name,
        signal: null,
        value: null,
        limit: null,
        duplicateOf: null,
        detail: null,
        url,
        text: page.text,
        meta: page.meta,
        ...origin(page.record),
        ...row,
      })
    }
    const size = Buffer.byteLength(page.text)
    totals.content.in++
    totals.content.bytesIn += size
    if (page.text === '') {
      reject(totals.content, { reason: 'no-content', text: null, detail: 'no <p> found' })
      continue
    }
    if (page.text === 'damaged') {
      reject(totals.content, {
        kind: 'failed',
        reason: 'http-chunk',
        text: null,
        url: null,
        detail: 'chunk size "zz<b>", expected hex digits',
      })
      continue
    }
    pass(totals.content, size)
    const measured = {
      'length.words': page.text.split(/\s+/).length,
      'lines.duplicateLineRatio': duplicateLines(page.text),
      'lines.fraction': page.record % 7 === 0 ? null : (page.record % 10) / 10,
    }
    const decisions: readonly [Total, Rule, number][] = [
      [totals.length, words, measured['length.words']],
      [totals.length, MOST_WORDS, measured['length.words']],
      [totals.lines, REPEATED, measured['lines.duplicateLineRatio']],
    ]
    enter(totals.length, size)
    let broken = false
    for (const [total, rule, value] of decisions) {
      if (total === totals.lines && !broken && rule === REPEATED) {
        pass(totals.length, size)
        enter(totals.lines, size)
      }
      if (rule.keep === 'at-least' ? value >= rule.limit : value <= rule.limit) continue
      broken = true
      reject(total, { reason: rule.reason, signal: rule.signal, value, limit: rule.limit })
      break
    }
    const winner = seen.get(page.text)
    if (!broken) {
      pass(totals.lines, size)
      enter(totals.exact, size)
      if (winner !== undefined) reject(totals.exact, { reason: 'duplicate', duplicateOf: winner })
      else {
        pass(totals.exact, size)
        seen.set(page.text, id)
        kept.push({ id, text: page.text, url, meta: page.meta, ...origin(page.record) })
      }
    }
    signals.push({ id, kept: !broken && winner === undefined, signals: measured })
  }
  return {
    name: 'fixture',
    number,
    inputs: [input],
    plan: planOf(words),
    steps: Object.values(totals),
    kept,
    rejected,
    signals,
    parents: number > 1 ? [`fixture@${number - 1}`] : [],
  }
}

type Total = { -readonly [Key in keyof StepTotal]: StepTotal[Key] } & { reasons: Record<string, number> }

function total(name: string): Total {
  return { name, in: 0, out: 0, kept: 0, dropped: 0, failed: 0, reasons: {}, bytesIn: 0, bytesOut: 0 }
}

function enter(total: Total, size: number): void {
  total.in++
  total.bytesIn += size
}

function pass(total: Total, size: number): void {
  total.kept++
  total.out++
  total.bytesOut += size
}

function pages(options: FixtureOptions): readonly Page[] {
  const count = options.pages ?? 160
  const texts: string[] = []
  for (let n = 0; n < count; n++) texts.push(prose(n, 6 + n))
  // Of 50 words each: at the limit, so that a report shows them.
  for (const hostile of Object.values(HOSTILE)) {
    texts.push(`${hostile}\n${prose(7, 50 - hostile.split(/\s+/).length)}`)
  }
  texts.push(HOSTILE['script'] ?? '', '', '', 'damaged', prose(99, 105), prose(120, 126))
  for (let n = 0; n < 25; n++) texts.push(`Share this story\n`.repeat(n) + prose(1000 + n, 90))
  return texts
    .map((text, record): Page => {
      const licence: Json =
        record % 3 === 0 ? 'CC-BY-4.0' : record % 3 === 1 ? '"><script>alert(5)</script>' : null
      const meta = {
        url: `https://site-${record % 9}.example/page/${record}`,
        title: `Page ${record} <b>`,
        licence,
      }
      const whole = text === '' || text === 'damaged' ? text : `${options.prefix ?? ''}${text}`
      return { record, text: whole, meta: licence === null ? { url: meta.url, title: meta.title } : meta }
    })
    .filter((page) => page.record >= (options.first ?? 0))
}

/** `words` words on lines of eight, different for every `n`. */
function prose(n: number, words: number): string {
  const list = ['soil', 'seed', 'rain', 'plough', 'field', 'harvest', 'furrow', 'barley', 'winter', 'spring']
  let text = ''
  for (let i = 0; i < words; i++) {
    const word = i % 8 === 0 ? `${list[(n + i) % 10]}-${n}-${i}` : list[(n * 3 + i * 7) % 10]
    text += `${i === 0 ? '' : i % 8 === 0 ? '\n' : ' '}${word}`
  }
  return text
}

function duplicateLines(text: string): number {
  const lines = text.split('\n')
  return 1 - new Set(lines).size / lines.length
}

function planOf(words: Rule): PlanRecord {
  const step = (name: string, kind: string, rest: Partial<PlanStepRecord>): PlanStepRecord => ({
    name,
    stage: name,
    kind,
    revision: 1,
    options: {},
    signals: {},
    rules: [],
    ...rest,
  })
  return {
    planId: digest(`plan ${words.limit}`),
    recipe: { name: 'fixture', writes: 'fixture' },
    steps: [
      step('content', 'extract', { options: { minBlockCharacters: 20 } }),
      step('length', 'filter', {
        options: { minWords: words.limit, maxWords: 5000 },
        signals: { words: 'Words, by white space.' },
        rules: [words, MOST_WORDS],
      }),
      step('lines', 'filter', {
        options: { maxRatio: 0.2 },
        signals: {
          duplicateLineRatio: 'Share of lines seen before, 0 to 1.',
          fraction: 'A signal no rule asks for.',
        },
        rules: [REPEATED],
      }),
      step('exact', 'group', { stage: 'exact-dedup' }),
    ],
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

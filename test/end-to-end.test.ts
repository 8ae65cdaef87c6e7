import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { archive, pageRecord, pagesArchive, pageUrl, range, submissionsFile } from './synthetic-crawl.ts'
import { type Ran, tilth } from './tilth.ts'

/** The way of a stranger: a crawl and submissions in a folder, and the commands in the order of the README. */
let dir = ''
const run = (...args: readonly string[]): Ran => tilth(dir, ...args)
const webtext = (...args: readonly string[]): Ran =>
  run('run', 'gpt2-webtext', '--input', 'submissions=RS.zst', '--input', 'pages=crawl/*.warc.gz', ...args)

interface Printed {
  readonly version: string
  readonly hash: string
  readonly steps: readonly {
    readonly name: string
    readonly in: number
    readonly out: number
    readonly kept: number
    readonly dropped: number
    readonly failed: number
    readonly reasons: Readonly<Record<string, number>>
  }[]
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-end-to-end-'))
  mkdirSync(join(dir, 'crawl'))
  writeFileSync(join(dir, 'RS.zst'), submissionsFile(range(0, 80)))
  writeFileSync(join(dir, 'crawl/a.warc.gz'), pagesArchive(range(0, 40)))
  writeFileSync(join(dir, 'crawl/b.warc.gz'), pagesArchive(range(40, 30)))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('the README, from the first run to the export', () => {
  let first: Printed

  it('runs, prints one line of JSON at the end, and every step balances', () => {
    const ran = webtext('--json')
    expect(ran.code).toBe(0)
    first = JSON.parse(ran.out.trim().split('\n').at(-1) ?? '') as Printed
    expect(first.version).toBe('webtext@1')
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(first.steps.length).toBeGreaterThan(8)
    for (const step of first.steps) {
      expect(step.in, step.name).toBe(step.kept + step.dropped + step.failed)
      const reasons = Object.values(step.reasons).reduce((sum, count) => sum + count, 0)
      expect(reasons, step.name).toBe(step.dropped + step.failed)
    }
    const join = first.steps.find((step) => step.name === 'join')
    expect(join?.reasons['not-in-crawl']).toBeGreaterThan(0)
    expect(ran.err).toMatch(/^read {6}links/m)
  })

  it('does nothing the second time', () => {
    const ran = webtext()
    expect(ran.out).toMatch(/^webtext@1 is up to date/)
    expect(ran.err).not.toMatch(/read/)
  })

  it('makes the next version when a file comes in, and says what differs', () => {
    writeFileSync(join(dir, 'crawl/c.warc.gz'), pagesArchive(range(70, 10)))
    const ran = webtext()
    expect(ran.out).toMatch(/webtext@2 {3}\d+ documents/)
    const diff = run('diff', 'webtext@1', 'webtext@2', '--json')
    expect(diff.code).toBe(0)
    expect(JSON.parse(diff.out)).toMatchObject({})
  })

  it('says why of a kept page, a dropped link and a page nobody linked to', () => {
    const listed = run('show', 'webtext@2', '--rejected', 'below-min-score', '--json', '--limit', '1')
    const { id } = JSON.parse(listed.out.split('\n')[0] ?? '') as { id: string }
    const why = run('why', 'webtext', id)
    expect(why.out).toMatch(/dropped at karma by below-min-score/)
    expect(why.out).toMatch(/karma\.score +\d+ +>= 3 +-\d+ +drop/)

    const kept = JSON.parse(run('why', 'webtext', pageUrl(1), '--json').out) as {
      outcome: string
      rules: { verdict: string }[]
    }[]
    expect(kept[0]?.outcome).toBe('kept')
    expect(kept[0]?.rules.length).toBeGreaterThan(10)
    expect(kept[0]?.rules.every((rule) => rule.verdict === 'ok')).toBe(true)

    const notThere = run('why', 'webtext', 'https://nowhere.test/')
    expect(notThere.code).toBe(2)
    expect(notThere.err).toMatch(/^error: webtext@2: no document has the id or URL/)
  })

  it('measures now what a duplicate never reached, and shows the one that won', () => {
    const listed = run('show', 'webtext@2', '--rejected', 'duplicate', '--json', '--limit', '1')
    const { id } = JSON.parse(listed.out.split('\n')[0] ?? '') as { id: string }
    const [duplicate] = JSON.parse(run('why', 'webtext', id, '--json').out) as [
      {
        duplicate: { id: string; text: string }
        text: string
        rules: { measuredNow: boolean; value: number | null }[]
      },
    ]
    expect(duplicate.duplicate.id).not.toBe(id)
    expect(duplicate.duplicate.text).toBe(duplicate.text)
    expect(duplicate.rules.some((rule) => rule.measuredNow && rule.value !== null)).toBe(true)
  })

  it('finds by the id of a link the page that the link became', () => {
    const listed = run('show', 'webtext@2', '--rejected', 'duplicate-url', '--json', '--limit', '50')
    const winners = listed.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { duplicateOf: string }).duplicateOf)
    expect(winners.length).toBeGreaterThan(3)
    for (const winner of winners.slice(0, 3))
      expect(run('why', 'webtext@2', winner, '--json').code, winner).toBe(0)
  })

  it('exports, reports, lists, tags, removes and collects', () => {
    expect(run('export', 'webtext', '--to', 'jsonl', '--out', 'data').code).toBe(0)
    const rows = readdirSync(join(dir, 'data')).filter((file) => file.endsWith('.jsonl'))
    const lines = rows.flatMap((file) =>
      readFileSync(join(dir, 'data', file), 'utf8')
        .trim()
        .split('\n'),
    )
    expect(lines.length).toBeGreaterThan(20)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      text: expect.any(String),
    })

    const report = run('report', 'webtext')
    expect(readFileSync(join(dir, report.out.trim()), 'utf8')).toMatch(/<!doctype html>/i)

    expect(run('versions', 'tag', 'webtext@2', 'good').code).toBe(0)
    expect(run('versions').out).toMatch(/webtext@2 +good/)
    expect(run('show', 'webtext@good', '--json').code).toBe(0)
    expect(run('versions', 'rm', 'webtext').code).toBe(2)
    expect(run('versions', 'rm', 'webtext@2').err).toMatch(/has the tag good[^]*--force/)
    expect(run('versions', 'tag', 'webtext@2', 'latest').code).toBe(2)
    expect(run('show', 'webtext@latest', '--json').code).toBe(0)
    expect(run('versions', 'rm', 'webtext@1').code).toBe(0)
    expect(run('versions').out).not.toMatch(/webtext@1/)

    expect(run('gc', '--dry-run').out).toMatch(/would free/)
    expect(run('gc').code).toBe(0)
    // What the latest version was made of is still there: nothing is read again for another threshold.
    const ran = webtext('--set', 'steps.cleaning.minWords=10')
    expect(ran.code).toBe(0)
    expect(ran.err).not.toMatch(/^(read|index) /m)
    expect(run('doctor').code).toBe(0)
    // A number that was given once is never given again.
    expect(run('versions', 'rm', 'webtext@3').code).toBe(0)
    expect(webtext('--set', 'steps.cleaning.minWords=11').out).toMatch(/^webtext@4 /m)
  })

  it('estimates before it runs', () => {
    const plan = run(
      'plan',
      'gpt2-webtext',
      '--input',
      'submissions=RS.zst',
      '--input',
      'pages=crawl/*.warc.gz',
      '--json',
    )
    const estimate = JSON.parse(plan.out) as {
      cpuSeconds: number
      memoryBytes: number
      diskBytes: number
      sample: { records: number }
    }
    expect(estimate.sample.records).toBeGreaterThan(50)
    expect(plan.err).toBe('')
    expect(Math.min(estimate.cpuSeconds, estimate.memoryBytes, estimate.diskBytes)).toBeGreaterThan(0)
  })
})

describe('what is wrong is said in one line, with what to do', () => {
  it.each([
    { args: ['run', 'gpt2-webtxt'], code: 2, says: /no built-in recipe[^]*did you mean gpt2-webtext\?/ },
    { args: ['run', 'gpt1-books'], code: 2, says: /books: no files given\n +--input books=GLOB/ },
    { args: ['run', 'gpt1-books', '--input', 'book=x'], code: 2, says: /did you mean books\?/ },
    {
      args: ['run', 'gpt1-books', '--input', 'books=none/*.epub'],
      code: 2,
      says: /no file matches 'none\/\*\.epub'/,
    },
    {
      args: ['run', 'gpt1-books', '--input', 'books=.', '--set', 'steps.text.note=drop'],
      code: 2,
      says: /no such option[^]*did you mean notes\?/,
    },
    { args: ['run', 'gpt1-books', '--input', 'books=RS.zst'], code: 2, says: /no format reads RS\.zst/ },
    {
      args: ['run', 'gpt1-books', '--input', 'books=.', '--memory', '10M'],
      code: 5,
      says: /too little for one worker[^]*at least \d+M/,
    },
    {
      args: ['run', 'gpt1-books', '--input', 'books=.', '--memory', 'lots'],
      code: 2,
      says: /expected a size such as 512M/,
    },
    {
      args: ['run', 'gpt1-books', '--input', 'books=.', '--sample', '150%'],
      code: 2,
      says: /expected a share/,
    },
    { args: ['show', 'nothing'], code: 2, says: /no dataset nothing/ },
    { args: ['rnu'], code: 2, says: /Did you mean run/ },
  ])('$args', ({ args, code, says }) => {
    const ran = run(...args)
    expect(ran.err).toMatch(says)
    expect(ran.err).not.toMatch(/^\s+at /m)
    expect(ran.code).toBe(code)
  })
})

describe('a source that changed behind a version', () => {
  it('is not measured for what it was', () => {
    const lines = range(0, 30).map((number) =>
      JSON.stringify({ id: `d${number}`, text: `Only these few words, number ${number % 29}.` }),
    )
    writeFileSync(join(dir, 'few.jsonl'), `${lines.join('\n')}\n`)
    writeFileSync(
      join(dir, 'few.yaml'),
      'name: few\nwrites: few\nallowEmpty: true\ninputs: { rows: { format: jsonl } }\nsteps:\n  - { name: text, use: row }\n  - { name: exact, use: dedup-exact }\n  - { name: cleaning, use: heuristic-cleaning }\n',
    )
    expect(run('run', 'few.yaml', '--input', 'rows=few.jsonl').code).toBe(0)
    const duplicate = run('show', 'few', '--rejected', 'duplicate', '--json')
    const { id } = JSON.parse(duplicate.out.split('\n')[0] ?? '') as { id: string }
    expect(run('why', 'few', id).out).toMatch(/measured now/)
    expect(run('why', 'few', 'd3').out).toMatch(/too-short/)
    writeFileSync(
      join(dir, 'few.jsonl'),
      `${lines.map((line) => line.replace('Only', 'Quite other and')).join('\n')}\n`,
    )
    const after = run('why', 'few', id).out
    expect(after).not.toMatch(/measured now/)
    expect(after).toMatch(/the record has other bytes than it had in the run/)
  })
})

describe('a damaged version', () => {
  it('is told from the others, can be removed, and keeps nobody from the next', () => {
    const version = join(dir, '.tilth', 'few@1')
    const shard = readdirSync(version).find((file) => file.startsWith('kept')) ?? ''
    rmSync(join(version, shard))
    const show = run('why', 'few', 'd3')
    expect(show.code).toBe(6)
    expect(show.err).toMatch(/is missing[^]*tilth versions rm/)
    expect(run('doctor').out).toMatch(/damaged: few@1/)
    writeFileSync(join(version, 'manifest.json'), '{')
    expect(run('versions').out).toMatch(/few@1[^]*\(damaged\)[^]*webtext@/)
    expect(run('run', 'few.yaml', '--input', 'rows=few.jsonl').out).toMatch(/^few@2 /m)
    expect(run('versions', 'rm', 'few@1').code).toBe(0)
    expect(run('doctor').code).toBe(0)
  })
})

describe('folders', () => {
  it('take links to files, and neither hidden files nor pipes nor loops', () => {
    mkdirSync(join(dir, 'folder/.hidden'), { recursive: true })
    const text = 'A text of a few words, enough of them to be one. '
    writeFileSync(join(dir, 'outside.txt'), text)
    writeFileSync(join(dir, 'folder/with space & ümlaut [1].txt'), `${text}${text}`)
    writeFileSync(join(dir, 'folder/.hidden/no.txt'), text)
    symlinkSync(join(dir, 'outside.txt'), join(dir, 'folder/link.txt'))
    symlinkSync(join(dir, 'folder'), join(dir, 'folder/loop'))
    const ran = run('run', 'documents', '--input', 'files=folder', '--set', 'allowEmpty=true', '--json')
    const printed = JSON.parse(ran.out.trim().split('\n').at(-1) ?? '') as Printed
    expect(printed.steps[0]).toMatchObject({ in: 2, kept: 2 })
  })
})

describe('damaged inputs', () => {
  it('lose no readable record: each is a document or a row with a reason', () => {
    const good = range(0, 12).map((number) => pageRecord(number, { copyEvery: 0, shortEvery: 0 }))
    const members = good.map((record) => gzipSync(record))
    const flipped = Buffer.from(members[4] ?? [])
    flipped.fill(0xff, 40, 60)
    mkdirSync(join(dir, 'bad'))
    writeFileSync(
      join(dir, 'bad/flipped.warc.gz'),
      Buffer.concat([...members.slice(0, 4), flipped, ...members.slice(5)]),
    )
    writeFileSync(
      join(dir, 'bad/cut.warc.gz'),
      archive(range(20, 5).map((number) => pageRecord(number, { copyEvery: 0, shortEvery: 0 }))).subarray(
        0,
        -20,
      ),
    )
    writeFileSync(join(dir, 'bad/empty.warc.gz'), '')
    writeFileSync(join(dir, 'bad/noise.warc.gz'), Buffer.from('this is no archive at all'))
    writeFileSync(
      join(dir, 'pages.yaml'),
      'name: pages\nwrites: pages\ninputs: { pages: { format: warc } }\nsteps:\n  - { name: text, use: html }\n  - { name: exact, use: dedup-exact }\n',
    )
    const ran = run('run', 'pages.yaml', '--input', 'pages=bad/*.warc.gz', '--json')
    const printed = JSON.parse(ran.out.trim().split('\n').at(-1) ?? '') as Printed
    expect(printed.steps[0]).toMatchObject({ kept: 11 + 4, failed: 3 })
    expect(ran.err).not.toMatch(/bug/)
    const failed = run('show', 'pages', '--rejected', 'failed', '--json')
    expect(failed.out.trim().split('\n').length).toBe(3)
  })

  it('in rows: bad lines become rows with their place, and the rest goes on', () => {
    const row = (number: number): string =>
      JSON.stringify({ doc_id: `d${number}`, content: `Row ${number} has a text of its own.` })
    const lines = [
      row(1),
      '{"doc_id": "broken',
      row(2),
      '[1,2]',
      '"\\ud800"',
      '',
      `{"doc_id":"x","content":"\\ud800"}`,
      row(3),
      '{"doc_id":"y"}',
    ]
    writeFileSync(join(dir, 'rows.jsonl'), `${lines.join('\n')}\n`)
    appendFileSync(join(dir, 'rows.jsonl'), Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]))
    writeFileSync(
      join(dir, 'rows.yaml'),
      'name: rows\nwrites: rows\ninputs: { rows: { format: jsonl, fields: { text: content, id: doc_id } } }\nmaxFailureRatio: 0.9\nsteps:\n  - { name: text, use: row }\n  - { name: exact, use: dedup-exact }\n',
    )
    const ran = run('run', 'rows.yaml', '--input', 'rows=rows.jsonl', '--json')
    const printed = JSON.parse(ran.out.trim().split('\n').at(-1) ?? '') as Printed
    expect(printed.steps[0]).toMatchObject({ kept: 3, dropped: 1, failed: 5 })
    expect(printed.steps[0]?.in).toBe(9)
  })
})

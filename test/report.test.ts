import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportHtml } from '../src/report/html.ts'
import { type ReportData, reportData } from '../src/report/report-data.ts'
import { reportOf, writeReport } from '../src/report/report-file.ts'
import { Store } from '../src/store/store.ts'
import { keptRows, rejectedRows, type Version } from '../src/store/version.ts'
import { fixtureRows, fixtureVersion, HOSTILE, listOf, withStore, writeVersion } from './fixture-version.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-report-'))
let version: Version
let data: ReportData
beforeAll(async () => {
  version = await fixtureVersion(dir, { rowsPerShard: 50 })
  data = await reportData(version)
})
afterAll(() => rmSync(dir, { recursive: true }))

function ruleOf(reason: string) {
  const rule = data.signals.flatMap(({ rules }) => rules).find((each) => each.reason === reason)
  if (rule === undefined) throw new Error(`no rule ${reason}`)
  return rule
}

describe('reportData', () => {
  it('repeats the funnel of the manifest, with tokens that fall as bytes do', () => {
    expect(data.steps.length).toBe(4)
    for (const [index, step] of data.steps.entries()) {
      expect(step).toMatchObject(version.manifest.steps[index] ?? {})
      // What goes into an extract is no text.
      if (step.kind === 'extract') expect(step.tokensIn).toBeNull()
      else expect(step.tokensIn).toBeGreaterThanOrEqual(step.tokensOut ?? Number.NaN)
    }
    expect(data.totals).toMatchObject({ documents: 128, bytes: version.manifest.steps.at(-1)?.bytesOut })
    expect(data.totals.tokens).toBe(data.steps.at(-1)?.tokensOut)
  })

  it('says on what the tokens were estimated', () => {
    expect(data.tokens?.encoding).toBe('r50k_base')
    expect(data.tokens?.sample.documents).toBe(195)
    expect(data.tokens?.kept).toBeGreaterThan(0.1)
  })

  it('counts both sides of each limit, before and after', () => {
    expect(ruleOf('too-short')).toMatchObject({
      dropped: 45,
      sides: { passed: 150, broken: 45 },
      keptSides: { passed: 128, broken: 0 },
    })
    expect(ruleOf('repeated-lines')).toMatchObject({ dropped: 20, keptSides: { passed: 128, broken: 0 } })
    expect(ruleOf('too-long')).toMatchObject({ dropped: 0, droppedExamples: [] })
  })

  it('has a histogram of each signal that counts every measured document', () => {
    expect(data.signals.map(({ step, signal }) => `${step}.${signal}`)).toEqual([
      'length.words',
      'lines.duplicateLineRatio',
      'lines.fraction',
    ])
    for (const { histogram, measured, keptMeasured } of data.signals) {
      const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0)
      expect(sum(histogram.before) + histogram.outside.below + histogram.outside.above).toBe(measured)
      expect(sum(histogram.after)).toBeLessThanOrEqual(keptMeasured)
    }
    // A signal that was not measured everywhere.
    expect(data.signals[2]?.measured).toBeLessThan(data.signals[0]?.measured ?? 0)
  })

  it.each(['too-short', 'repeated-lines'])(
    'shows 20 documents on both sides of %s, nearest first',
    async (reason) => {
      const rule = ruleOf(reason)
      for (const [side, examples] of [
        ['kept', rule.keptExamples],
        ['dropped', rule.droppedExamples],
      ] as const) {
        expect(examples.length).toBe(20)
        const distances = examples.map(({ margin }) => Math.abs(margin ?? Number.NaN))
        expect(distances).toEqual(distances.toSorted((a, b) => a - b))
        for (const { margin, excerpt } of examples) {
          expect((margin ?? Number.NaN) >= 0).toBe(side === 'kept')
          expect(excerpt?.text.length).toBeLessThanOrEqual(600)
          expect(excerpt?.text.length).toBeGreaterThan(0)
        }
      }
      // No dropped document is nearer than the ones shown.
      const rows = (await listOf(rejectedRows(version))).filter((row) => row.reason === reason)
      const all = rows.map((row) => Math.abs((row.value ?? 0) - rule.limit)).toSorted((a, b) => a - b)
      expect(rule.droppedExamples.map(({ margin }) => Math.abs(margin ?? 0))).toEqual(all.slice(0, 20))
    },
  )

  it('pairs duplicates with what was kept instead', () => {
    expect(data.duplicates.documents).toBe(2)
    const [exact] = data.duplicates.reasons
    expect(exact).toMatchObject({ step: 'exact', reason: 'duplicate', documents: 2 })
    expect(exact?.pairs.length).toBe(2)
    for (const { loser, winner } of exact?.pairs ?? []) {
      expect(loser.id).not.toBe(winner.id)
      expect(loser.excerpt).toEqual(winner.excerpt)
    }
  })

  it('lists what failed with its place, and other reasons with examples', () => {
    expect(data.failures).toMatchObject({
      documents: 1,
      reasons: [{ step: 'content', reason: 'http-chunk', examples: [{ record: 170 }] }],
    })
    expect(data.reasons).toMatchObject([{ step: 'content', reason: 'no-content', documents: 2 }])
    expect(data.keptSample.length).toBe(20)
  })

  it('counts licences and domains of what was kept', async () => {
    const rows = await listOf(keptRows(version))
    const licensed = rows.filter(({ meta }) => typeof meta['licence'] === 'string').length
    const sum = data.licences.top.reduce((total, { documents }) => total + documents, 0)
    expect(sum).toBe(licensed)
    expect(data.licences.unknown.documents).toBe(rows.length - licensed)
    expect(data.domains.top.length).toBe(9)
    expect(data.domains.top.reduce((total, { bytes }) => total + bytes, 0)).toBe(data.totals.bytes)
  })

  it('does not depend on how rows are cut into shards', async () => {
    await withStore(async (other) => {
      const { shards, ...whole } = await reportData(await fixtureVersion(other, { rowsPerShard: 7 }))
      const { shards: _, ...first } = data
      expect(shards.length).toBeGreaterThan(20)
      expect(whole).toEqual(first)
    })
  })

  it('takes a ratio of tokens that is given', async () => {
    const { tokens, totals } = await reportData(version, { tokensPerByte: 0.25 })
    expect(tokens).toMatchObject({ encoding: 'given', kept: 0.25 })
    expect(totals.tokens).toBe(Math.round(totals.bytes / 4))
  })

  it('finds the winner of a duplicate that was itself dropped later', async () => {
    await withStore(async (other) => {
      const rows = fixtureRows()
      const [winner] = rows.kept
      const [loser] = rows.rejected
      if (winner === undefined || loser === undefined) throw new Error('the fixture is empty')
      const version = await writeVersion(other, {
        ...rows,
        kept: rows.kept.slice(1),
        rejected: [
          { ...loser, signal: null, value: null, limit: null, duplicateOf: winner.id, reason: 'duplicate' },
          { ...loser, id: winner.id, text: winner.text, reason: 'later' },
        ],
      })
      const { duplicates } = await reportData(version)
      expect(duplicates.reasons[0]?.pairs[0]?.winner.excerpt?.text).toBe(winner.text.slice(0, 600))
    })
  })

  it('is as good for a version of nothing', async () => {
    await withStore(async (other) => {
      const rows = fixtureRows({ pages: 0 })
      const empty = await writeVersion(other, { ...rows, kept: [], rejected: [], signals: [] })
      const data = await reportData(empty)
      expect(data).toMatchObject({ tokens: null, totals: { documents: 0, bytes: 0, tokens: null } })
      expect(data.warnings[0]?.text).toBe('No document was kept.')
      expect(reportHtml(data)).toContain('No document was measured.')
    })
  })

  it('warns of at most three things, the gravest first', async () => {
    await withStore(async (other) => {
      const rows = fixtureRows()
      const steps = rows.steps.map((step, index) => ({
        ...step,
        dropped: index > 0 ? Math.ceil(step.in * 0.95) : 0,
        failed: index === 0 ? 20 : 0,
      }))
      const { warnings } = await reportData(await writeVersion(other, { ...rows, steps }))
      expect(warnings.map(({ anchor }) => anchor)).toEqual(['failures', 'funnel', 'funnel'])
      expect(warnings[0]?.text).toBe('20 of 198 could not be read at content (10 %).')
    })
    expect(data.warnings).toEqual([
      { text: 'No licence is known for 34 % of the kept documents.', anchor: 'licences' },
    ])
  })
})

describe('reportOf', () => {
  it('says what is new since the version before', async () => {
    await withStore(async (other) => {
      await fixtureVersion(other, { minWords: 60 })
      const second = await fixtureVersion(other, { number: 2 })
      expect((await reportOf(second, new Store(other))).previous).toEqual({
        ref: 'fixture@1',
        added: 17,
        removed: 0,
        changed: 0,
        same: 111,
      })
    })
  })

  it('goes without it when that version is damaged', async () => {
    await withStore(async (other) => {
      const first = await fixtureVersion(other)
      const second = await fixtureVersion(other, { number: 2 })
      writeFileSync(join(first.dir, 'kept-00000.parquet'), 'not a table')
      expect((await reportOf(second, new Store(other))).previous).toBeNull()
      writeFileSync(join(first.dir, 'manifest.json'), '{')
      expect((await reportOf(second, new Store(other))).previous).toBeNull()
      writeFileSync(join(second.dir, 'kept-00000.parquet'), 'not a table')
      await expect(reportOf(second, new Store(other))).rejects.toMatchObject({ code: 'damaged' })
    })
  })

  it('refuses to write where there is no directory', async () => {
    const out = join(dir, 'no', 'such', 'report.html')
    await expect(writeReport(version, new Store(dir), out)).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('reportHtml', () => {
  it('has no script, no handler and nothing to load, whatever documents say', () => {
    const page = reportHtml(data)
    // Tags that the page itself writes; a text never gets as far as a tag.
    const tags = page.match(/<[a-z!/][^>]*>/gi) ?? []
    expect(tags.length).toBeGreaterThan(500)
    for (const tag of tags) {
      expect(tag).not.toMatch(/^<(?:script|img|iframe|object|embed|form|base|audio|video)/i)
      // Names of attributes, their values taken away.
      expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\son|\ssrc=|\ssrcset=|\sstyle=/i)
      expect(tag).not.toMatch(/href="(?!#|data:,")/)
    }
    expect(page).not.toMatch(/url\(|@import/)
    expect(page).toContain("default-src 'none'")
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(1)')
  })

  it('shows hidden characters and keeps the page small', () => {
    const page = reportHtml(data)
    expect(page).toContain('nul ␀ escape ␛[31m bell ␇')
    expect(page).toContain('&lt;U+202E&gt;gpj.exe')
    expect(page).not.toMatch(/[\0\x1b\u202e]/)
    expect(page).toContain('x'.repeat(500))
    expect(page).not.toContain('x'.repeat(700))
    expect(page.length).toBeLessThan(300_000)
    expect(HOSTILE['longWord']?.length).toBe(100_000)
  })

  it('has an element for every link to a place in it', () => {
    const page = reportHtml(data)
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1])
    const links = [...page.matchAll(/href="#([^"]*)"/g)].map((match) => match[1])
    expect(new Set(ids).size).toBe(ids.length)
    expect(links.length).toBeGreaterThan(15)
    for (const link of links) expect(ids).toContain(link)
  })

  it('is the same for the same version', async () => {
    expect(reportHtml(await reportData(version))).toBe(reportHtml(data))
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import type { ReportGroup } from '../src/report/copies-data.ts'
import { reportHtml } from '../src/report/html.ts'
import { type ReportData, reportData } from '../src/report/report-data.ts'
import { openVersion, rejectedRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'
import { HOSTILE, listOf } from './fixture-version.ts'

const recipe = (writes: string, against: readonly string[] = []): RecipeInput => ({
  name: 'copies',
  writes,
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row' },
    { name: 'url', use: 'dedup-url' },
    { name: 'exact', use: 'dedup-exact' },
    { name: 'near', use: 'dedup-minhash', against: [...against] },
    { name: 'lines', use: 'dedup-lines' },
    { name: 'long', use: 'heuristic-cleaning', minWords: 105 },
  ],
})

const word = (...numbers: readonly number[]): string =>
  numbers.join('x').replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))
/** 100 words of a family with an even number, 110 of one with an odd; the last `own` of them are the row's. */
const words = (family: number, own: number, row: number): string => {
  const count = family % 2 === 0 ? 100 : 110
  const at = (place: number) => (place < count - own ? word(family, place) : `own${word(row, place)}`)
  return Array.from({ length: count }, (_, place) => at(place)).join(' ')
}

/** Families of 1 to 12 rows; every row has a line that all others have, too. */
const ROWS = Array.from({ length: 12 }, (_, family) =>
  Array.from({ length: family + 1 }, (__, member) => {
    const own = member % 7
    const start = member === 1 ? `${HOSTILE['script']} ` : ''
    return {
      id: `${family}-${member}`,
      url: `https://site-${member % 3}.example/${family}/${member % 9}`,
      text: `${start}${words(family, own, family * 100 + own)}\nA line that stands below every page of all sites.`,
    }
  }),
).flat()

describe('copies in a report', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const inputs = {
    rows: place.write('a.jsonl', Buffer.from(ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''))),
  }
  let first: RunResult
  let data: ReportData
  let page: string
  const group = (step: string, of = data): ReportGroup => {
    const found = of.groups.find((each) => each.step === step)
    if (found === undefined) throw new Error(`no group ${step}`)
    return found
  }
  beforeAll(async () => {
    first = await place.run(recipe('copies'), 'store', { inputs })
    data = await reportData(await openVersion(first.dir))
    page = reportHtml(data)
  })

  it('counts clusters by size, so that all documents of a step are there', () => {
    expect(data.groups.map(({ step }) => step)).toEqual(['url', 'exact', 'near', 'lines'])
    for (const name of ['url', 'exact', 'near']) {
      const { sizes, dropped, in: all, elsewhere } = group(name)
      const sum = (key: 'clusters' | 'documents') => (sizes ?? []).reduce((n, each) => n + each[key], 0)
      expect(dropped).toBeGreaterThan(5)
      expect(sum('documents')).toBe(all)
      expect(sum('clusters')).toBe(all - dropped)
      expect(elsewhere).toBe(0)
    }
    // URLs repeat from the tenth row of a family on: 1 + 2 + 3 documents, each with one copy.
    expect(group('url').sizes).toEqual([
      { from: 1, to: 1, clusters: 66, documents: 66 },
      { from: 2, to: 2, clusters: 6, documents: 12 },
    ])
  })

  it('shows the largest clusters, largest first, with the least similar copies', async () => {
    const { largest, similarity } = group('near')
    expect(largest.length).toBe(10)
    const sizes = largest.map(({ documents }) => documents)
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
    expect(similarity).toMatchObject({ signal: 'jaccard', threshold: 0.8 })
    const rows = await listOf(rejectedRows(await openVersion(first.dir)))
    for (const { survivor, copies } of largest) {
      const own = rows.filter(({ step, duplicateOf }) => step === 'near' && duplicateOf === survivor.id)
      const least = own.map(({ value }) => value ?? 0).toSorted((a, b) => a - b)
      expect(copies.map((copy) => copy.similarity)).toEqual(least.slice(0, 4))
      expect(copies.length).toBeGreaterThan(0)
      for (const { difference } of copies)
        expect(difference?.some(({ kind }) => kind === 'differs')).toBe(true)
    }
  })

  it('finds no difference in exact copies', () => {
    const copies = group('exact').largest.flatMap((cluster) => cluster.copies)
    expect(copies.length).toBeGreaterThan(5)
    expect(copies.every(({ similarity }) => similarity === null)).toBe(true)
    expect(page).toContain('No word differs')
  })

  it('counts domains of dropped documents, and where the others lie', () => {
    for (const name of ['url', 'exact', 'near']) {
      const { dropped, domains, domainPairs } = group(name)
      expect(domains.top.reduce((sum, { documents }) => sum + documents, 0)).toBe(dropped)
      const { drawn, unknown, same, across } = domainPairs
      expect([drawn, unknown]).toEqual([dropped, 0])
      expect(same + across.top.reduce((sum, { documents }) => sum + documents, 0)).toBe(dropped)
    }
    expect(group('url').domainPairs.across.top).toEqual([])
    expect(group('near').domainPairs.across.top[0]?.name).toMatch(/^site-\d\.example → site-\d\.example$/)
  })

  it('says what was taken out of documents', () => {
    const { removed, sizes, largest } = group('lines')
    expect([sizes, largest]).toEqual([null, []])
    const kept = group('lines').in
    expect(removed?.signals[0]).toMatchObject({ signal: 'removed', documents: kept - 1, sum: kept - 1 })
    expect((removed?.bytesIn ?? 0) - (removed?.bytesOut ?? 0)).toBeGreaterThan(40 * (kept - 1))
  })

  it('marks differing words, escapes texts, and needs no script', () => {
    expect(page).toMatch(/<mark>[^<]*own[a-jx]+[^<]*<\/mark>/)
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/<script|<img/)
    expect(page).toContain('copies ≥ 0.8')
  })

  it('does not depend on the order of files', async () => {
    const backwards = Buffer.from(
      ROWS.toReversed()
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    )
    const other = await place.run(recipe('copies'), 'backwards', {
      inputs: { rows: place.write('b.jsonl', backwards) },
    })
    // Ids hold the input's hash only where rows have none of their own.
    expect((await reportData(await openVersion(other.dir))).groups).toEqual(data.groups)
  })

  it('tells copies of documents in another version apart', async () => {
    const rows = ROWS.map((row) => `${JSON.stringify({ ...row, text: `later ${row.text}` })}\n`).join('')
    const later = await place.run(recipe('later', ['copies']), 'store', {
      inputs: { rows: place.write('c.jsonl', Buffer.from(rows)) },
      set: ['allowEmpty=true'],
    })
    const near = group('near', await reportData(await openVersion(later.dir)))
    expect(near.elsewhere).toBeGreaterThan(10)
    expect(near.domainPairs.unknown).toBeGreaterThan(0)
  })
})

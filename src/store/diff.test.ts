import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixtureRows, fixtureVersion, withStore, writeVersion } from '../../test/fixture-version.ts'
import type { KeptRow } from '../model/version.ts'
import { diffVersions } from './diff.ts'

describe('diffVersions', () => {
  it('finds nothing between a version and itself', async () => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir)
      const { documents, options, inputs } = await diffVersions(version, version)
      expect(documents.same).toBe(128)
      expect([documents.added, documents.removed, documents.changed].map(({ count }) => count)).toEqual([
        0, 0, 0,
      ])
      expect(options).toEqual([])
      expect(inputs).toEqual({ added: [], removed: [], same: 1 })
    })
  })

  it('shows what another limit lets in, and which option did it', async () => {
    await withStore(async (dir) => {
      const a = await fixtureVersion(dir, { minWords: 60 })
      const b = await fixtureVersion(dir, { minWords: 50, number: 2, rowsPerShard: 30 })
      const diff = await diffVersions(a, b, { limit: 3 })
      expect(diff.documents.added.count).toBe(17)
      expect(diff.documents.added.examples.length).toBe(3)
      expect(diff.documents.added.examples[0]?.url).toMatch(/^https:/)
      expect(diff.documents.removed.count).toBe(0)
      expect(diff.options).toEqual([{ step: 'length', option: 'minWords', a: 60, b: 50 }])
      expect(diff.steps.map(({ name, a, b }) => [name, (b?.kept ?? 0) - (a?.kept ?? 0)])).toEqual([
        ['content', 0],
        ['length', 17],
        ['lines', 17],
        ['exact', 17],
      ])
    })
  })

  it('counts the same id with another text as changed', async () => {
    await withStore(async (dir) => {
      const a = await fixtureVersion(dir)
      const b = await fixtureVersion(dir, { number: 2, prefix: 'new words ', minWords: 52 })
      const { documents } = await diffVersions(a, b)
      expect(documents.changed.count).toBeGreaterThan(100)
      expect(documents.same).toBe(0)
      const [example] = documents.changed.examples
      expect(example?.a).toBe(example?.b)
    })
  })

  it('names steps, inputs and stages that only one has', async () => {
    await withStore(async (dir) => {
      const a = await fixtureVersion(dir)
      const rows = fixtureRows({ number: 2 })
      const b = await writeVersion(dir, {
        ...rows,
        inputs: [{ input: 'pages', uri: 'other.warc', hash: 'f'.repeat(64), bytes: 1 }],
        steps: rows.steps.slice(0, 3),
        plan: {
          ...rows.plan,
          steps: rows.plan.steps.slice(0, 3).map((step) => ({ ...step, revision: 2 })),
        },
      })
      const { steps, options, inputs } = await diffVersions(a, b)
      expect(steps.at(-1)).toMatchObject({ name: 'exact', b: null })
      expect(options).toContainEqual({ step: 'exact', option: '(step)', a: 'exact-dedup', b: null })
      expect(options).toContainEqual({ step: 'lines', option: '(revision)', a: 1, b: 2 })
      expect([inputs.added.length, inputs.removed.length, inputs.same]).toEqual([1, 1, 0])
    })
  })

  it('agrees with a comparison by maps, on any documents', async () => {
    const row = fc.record({
      id: fc.constantFrom(
        'a'.repeat(32),
        'b'.repeat(32),
        'c'.repeat(32),
        `${'a'.repeat(32)}.1`,
        `${'a'.repeat(32)}.2`,
      ),
      text: fc.constantFrom('one', 'two'),
      url: fc.constantFrom(null, 'https://x.example/', 'https://y.example/'),
    })
    const rows = fc.uniqueArray(row, { selector: ({ id }) => id })
    await withStore(async (dir) => {
      await fc.assert(
        fc.asyncProperty(rows, rows, async (left, right) => {
          const a = await writeVersion(dir, { ...fixtureRows({ pages: 0 }), kept: left.map(kept) })
          const b = await writeVersion(dir, {
            ...fixtureRows({ pages: 0, number: 2 }),
            kept: right.map(kept),
          })
          const { documents } = await diffVersions(a, b)
          const before = new Map(left.map((each) => [each.id, each]))
          const after = new Map(right.map((each) => [each.id, each]))
          const both = left.filter(({ id }) => after.has(id))
          const same = both.filter(({ id, text }) => after.get(id)?.text === text).length
          let changed = both.length - same
          const gone = left.filter(({ id }) => !after.has(id))
          const come = right.filter(({ id }) => !before.has(id))
          for (const url of new Set(gone.flatMap((each) => each.url ?? []))) {
            const count = (list: typeof gone): number => list.filter((each) => each.url === url).length
            changed += Math.min(count(gone), count(come))
          }
          const pairs = changed - (both.length - same)
          expect(documents.same).toBe(same)
          expect(documents.changed.count).toBe(changed)
          expect(documents.removed.count).toBe(gone.length - pairs)
          expect(documents.added.count).toBe(come.length - pairs)
          expect(documents.changed.examples.length).toBe(changed)
        }),
        { numRuns: 30 },
      )
    })
  })
})

function kept(row: Pick<KeptRow, 'id' | 'text' | 'url'>): KeptRow {
  return { ...row, meta: {}, source: 's', input: 'i', record: 0 }
}

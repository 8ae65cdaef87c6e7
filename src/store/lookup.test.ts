import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureVersion, HOSTILE, listOf } from '../../test/fixture-version.ts'
import { findDocuments, findRejected } from './lookup.ts'
import { keptRows, rejectedRows, type Version } from './version.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-lookup-'))
let version: Version
beforeAll(async () => {
  version = await fixtureVersion(dir, { rowsPerShard: 40 })
})
afterAll(() => rmSync(dir, { recursive: true }))

describe('findDocuments', () => {
  it('finds every kept and rejected document by id and by URL', async () => {
    const kept = await listOf(keptRows(version))
    const rejected = await listOf(rejectedRows(version))
    expect(kept.length).toBeGreaterThan(40)
    expect(rejected.length).toBeGreaterThan(40)
    for (const row of [kept[0], kept.at(-1), rejected[0], rejected.at(-1)]) {
      const [byId] = await findDocuments(version, row?.id ?? '')
      expect(byId?.row).toEqual(row)
      const [byUrl] = await findDocuments(version, row?.url ?? '')
      expect(byUrl?.row.id).toBe(row?.id)
    }
  })

  it('gives the text as it is', async () => {
    const [found] = await findDocuments(version, 'https://site-7.example/page/160')
    expect(found).toMatchObject({ outcome: 'kept' })
    expect(found?.row.text).toContain(HOSTILE['script'])
  })

  it('refuses what is not there', async () => {
    await expect(findDocuments(version, 'https://nowhere.example/')).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('findRejected', () => {
  it.each([
    [{}, 70],
    [{ which: 'failed' }, 1],
    [{ which: 'dropped' }, 69],
    [{ which: 'too-short' }, 45],
    [{ which: 'too-short', step: 'lines' }, 0],
    [{ step: 'lines' }, 20],
    [{ step: 'lines', limit: 3 }, 3],
    [{ limit: 0 }, 0],
  ])('%j gives %d rows', async (query, rows) => {
    expect((await listOf(findRejected(version, { limit: 1000, ...query }))).length).toBe(rows)
  })

  it.each([
    [{ which: 'to-short' }, 'did you mean too-short?'],
    [{ which: 'nothing like it' }, /^it has dropped, failed, no-content, /],
    [{ step: 'line' }, 'did you mean lines?'],
  ])('%j is refused with a hint', async (query, hint) => {
    const error = await listOf(findRejected(version, { limit: 1, ...query })).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'not-found', hint: expect.stringMatching(hint) })
  })
})

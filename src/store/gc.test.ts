import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixtureVersion, withStore } from '../../test/fixture-version.ts'
import { collectGarbage, garbage } from './gc.ts'
import { Store } from './store.ts'

it.each([
  { units: '["used"]', kept: true, why: 'keeps what the latest version was made of' },
  { units: '["used"', kept: false, why: 'takes a harmed list of it for none, and goes on' },
  { units: 'null', kept: false, why: 'takes what is no list for none' },
])('$why', async ({ units, kept }) => {
  await withStore(async (dir) => {
    await fixtureVersion(dir)
    const store = new Store(dir)
    mkdirSync(join(dir, 'cache/units'), { recursive: true })
    for (const name of ['used', 'other']) writeFileSync(join(dir, `cache/units/${name}.unit`), name)
    const lines = ['used', 'other'].map((key) => ({
      key,
      pack: `${key}.unit`,
      start: 0,
      length: 4,
      summary: {},
    }))
    writeFileSync(join(dir, 'cache/units.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    writeFileSync(join(dir, 'fixture@1/units.json'), units)
    await collectGarbage(store, garbage(store))
    expect(existsSync(join(dir, 'cache/units/used.unit'))).toBe(kept)
    expect(existsSync(join(dir, 'cache/units/other.unit'))).toBe(false)
    expect((await store.open('fixture')).ref).toBe('fixture@1')
  })
})

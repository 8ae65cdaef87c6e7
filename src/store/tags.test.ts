import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixtureVersion, withStore } from '../../test/fixture-version.ts'
import { Store } from './store.ts'

it('finds a version by its tag, and no tag where there is none', async () => {
  await withStore(async (dir) => {
    await fixtureVersion(dir)
    const store = new Store(dir)
    await store.tag('fixture', 'good', 1)
    expect((await store.open('fixture@good')).ref).toBe('fixture@1')
    await expect(store.open('fixture@bad')).rejects.toMatchObject({ code: 'not-found' })
    await expect(store.open('fixture@0')).rejects.toMatchObject({ code: 'not-found' })
  })
})

it.each(['{"good":', 'null', '[1]', '{"good":"1"}', ''])(
  'says which file holds no tags: %s',
  async (text) => {
    await withStore(async (dir) => {
      await fixtureVersion(dir)
      mkdirSync(join(dir, 'tags'))
      writeFileSync(join(dir, 'tags/fixture.json'), text)
      const store = new Store(dir)
      await expect(store.open('fixture@good')).rejects.toMatchObject({
        code: 'damaged',
        message: expect.stringContaining('tags/fixture.json'),
      })
      expect((await store.open('fixture@1')).ref, 'by its number').toBe('fixture@1')
    })
  },
)

import { describe, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { fixtureVersion, withStore } from '../../test/fixture-version.ts'
import { register } from './diff.ts'

describe('tilth diff', () => {
  it('prints counts, options and documents', async () => {
    await withStore(async (dir) => {
      await fixtureVersion(dir, { minWords: 60 })
      await fixtureVersion(dir, { number: 2 })
      const { out } = await runCommand([register], dir, 'diff', 'fixture@1', 'fixture@2', '--limit', '2')
      expect(out).toContain(
        'fixture@1 → fixture@2   17 documents added, 0 removed, 0 changed, 111 the same\n',
      )
      expect(out).toMatch(/^length +195 +195 +133 +150 +\+17$/m)
      expect(out).toMatch(/^length {3}minWords {3}60 +50$/m)
      expect(out).toContain('the same inputs (1)')
      expect(out.match(/^added/gm)?.length).toBe(2)
    })
  })

  it('prints JSON', async () => {
    await withStore(async (dir) => {
      await fixtureVersion(dir)
      const { out } = await runCommand([register], dir, 'diff', 'fixture', 'fixture@1', '--json')
      expect(JSON.parse(out)).toMatchObject({ a: 'fixture@1', b: 'fixture@1', documents: { same: 128 } })
    })
  })

  it('refuses a version that is not there', async () => {
    await withStore(async (dir) => {
      await fixtureVersion(dir)
      const { error } = await runCommand([register], dir, 'diff', 'fixture@1', 'fixtures')
      expect(error).toMatchObject({ code: 'not-found', hint: 'did you mean fixture?' })
    })
  })
})

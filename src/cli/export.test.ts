import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { fixtureVersion, withStore } from '../../test/fixture-version.ts'
import { register } from './export.ts'

describe('tilth export', () => {
  it('writes the files and says how many rows', async () => {
    await withStore(async (dir) => {
      await fixtureVersion(dir, { rowsPerShard: 100 })
      const out = join(dir, 'out')
      const result = await runCommand([register], dir, 'export', 'fixture', '--to', 'jsonl', '--out', out)
      expect(result.error).toBeUndefined()
      expect(result.out).toMatch(/^fixture@1 kept: 128 rows in 2 files, [\d.]+ kB, in .*out\n$/)
      expect(readdirSync(out)).toContain('kept-00001.jsonl')

      const again = ['export', 'fixture', '--to', 'parquet', '--out', out, '--table', 'signals']
      expect((await runCommand([register], dir, ...again)).error).toMatchObject({ code: 'usage' })
      expect((await runCommand([register], dir, ...again, '--force')).out).toContain('signals: 195 rows')
    })
  })

  it.each([
    [['export', 'fixture', '--out', 'x'], 'commander.missingMandatoryOptionValue'],
    [['export', 'fixture', '--to', 'jsonl'], 'commander.missingMandatoryOptionValue'],
    [['export', 'fixture', '--to', 'csv', '--out', 'x'], 'commander.invalidArgument'],
    [['export', 'fixture', '--to', 'jsonl', '--out', 'x', '--table', 'lost'], 'commander.invalidArgument'],
  ])('refuses %j', async (args, code) => {
    await withStore(async (dir) => {
      expect((await runCommand([register], dir, ...args)).error).toMatchObject({ code })
    })
  })
})

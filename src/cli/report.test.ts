import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { fixtureVersion, withStore } from '../../test/fixture-version.ts'
import { register } from './report.ts'

describe('tilth report', () => {
  it('writes the report beside the version and prints its path', async () => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir)
      const { out } = await runCommand([register], dir, 'report', 'fixture')
      expect(out).toBe(`${join(version.dir, 'report.html')}\n`)
      expect(readFileSync(out.trim(), 'utf8')).toMatch(/^<!doctype html>/)
    })
  })

  it('writes it elsewhere', async () => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir)
      const out = join(dir, 'there.html')
      await runCommand([register], dir, 'report', 'fixture@1', '--out', out)
      expect(existsSync(out)).toBe(true)
      expect(existsSync(join(version.dir, 'report.html'))).toBe(false)
    })
  })

  it('prints its data, and writes nothing', async () => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir)
      const { out } = await runCommand([register], dir, 'report', 'fixture', '--json')
      expect(JSON.parse(out)).toMatchObject({ ref: 'fixture@1', totals: { documents: 128 } })
      expect(existsSync(join(version.dir, 'report.html'))).toBe(false)
    })
  })
})

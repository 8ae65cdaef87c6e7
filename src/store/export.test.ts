import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fixtureRows, fixtureVersion, listOf, withStore, writeVersion } from '../../test/fixture-version.ts'
import { exportVersion } from './export.ts'
import { readTable } from './table.ts'
import { keptRows } from './version.ts'

function linesOf(path: string): readonly Record<string, unknown>[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('exportVersion', () => {
  it('writes every kept row as a line, a file a shard, with hashes', async () => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir, { rowsPerShard: 50 })
      const out = join(dir, 'out')
      const result = await exportVersion(version, { to: 'jsonl', out })
      expect(result.files.map(({ file, rows }) => [file, rows])).toEqual([
        ['kept-00000.jsonl', 50],
        ['kept-00001.jsonl', 50],
        ['kept-00002.jsonl', 28],
      ])
      const lines = result.files.flatMap(({ file }) => linesOf(join(out, file)))
      const rows = await listOf(keptRows(version))
      expect(rows.length).toBe(128)
      expect(lines).toEqual(rows.map(({ id, text, url, meta }) => ({ id, text, url, ...meta })))
      for (const { file, sha256, bytes } of result.files) {
        const content = readFileSync(join(out, file))
        expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
        expect(content.length).toBe(bytes)
      }
      expect(readdirSync(out).toSorted()).toEqual([
        'README.md',
        'export.json',
        'kept-00000.jsonl',
        'kept-00001.jsonl',
        'kept-00002.jsonl',
        'manifest.json',
        'plan.json',
      ])
      expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain(
        'exported by Tilth from the version `fixture@1`',
      )
      expect(JSON.parse(readFileSync(join(out, 'export.json'), 'utf8'))).toMatchObject({
        version: 'fixture@1',
        files: result.files,
      })
    })
  })

  it.skipIf(!existsSync('/proc/self'))('refuses a place that cannot be written', async () => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir)
      await expect(exportVersion(version, { to: 'jsonl', out: '/proc/tilth/out' })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/^\/proc\/tilth\/out: cannot be written: /),
      })
    })
  })

  it('keeps members of meta that have the name of a field', async () => {
    await withStore(async (dir) => {
      const meta = { id: 't3_x', text: 'short', url: 'https://other.example/', ['__proto__x']: 1 }
      const row = { id: 'a'.repeat(32), text: 'x', url: null, meta, source: 's', input: 'i', record: 0 }
      const version = await writeVersion(dir, { ...fixtureRows({ pages: 0 }), kept: [row] })
      const { files } = await exportVersion(version, { to: 'jsonl', out: join(dir, 'out') })
      expect(linesOf(join(dir, 'out', files[0]?.file ?? ''))).toEqual([
        {
          id: 'a'.repeat(32),
          text: 'x',
          url: null,
          'meta.id': 't3_x',
          'meta.text': 'short',
          'meta.url': 'https://other.example/',
          ['__proto__x']: 1,
        },
      ])
    })
  })

  it.each(['kept', 'rejected', 'signals'] as const)('copies the %s shards as Parquet', async (table) => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir, { rowsPerShard: 50 })
      const out = join(dir, 'out')
      const { files, rows } = await exportVersion(version, { to: 'parquet', out, table })
      const shards = version.manifest.shards.filter((shard) => shard.table === table)
      expect(files).toEqual(shards.map(({ file, rows, bytes, sha256 }) => ({ file, rows, bytes, sha256 })))
      let read = 0
      for (const { file } of files) for await (const batch of readTable(join(out, file))) read += batch.length
      expect(read).toBe(rows)
      expect(read).toBeGreaterThan(50)
    })
  })

  it.each([
    ['rejected', { step: 'content', reason: 'no-content' }],
    ['signals', { 'lines.fraction': null }],
  ] as const)('writes the %s table as lines', async (table, some) => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir)
      const { files } = await exportVersion(version, { to: 'jsonl', out: join(dir, 'out'), table })
      expect(linesOf(join(dir, 'out', files[0]?.file ?? ''))).toContainEqual(expect.objectContaining(some))
    })
  })

  it('refuses a directory with files, and with force replaces an earlier export only', async () => {
    await withStore(async (dir) => {
      const out = join(dir, 'out')
      await exportVersion(await fixtureVersion(dir, { rowsPerShard: 20 }), { to: 'jsonl', out })
      writeFileSync(join(out, 'mine.txt'), 'stays')
      const version = await fixtureVersion(dir)
      await expect(exportVersion(version, { to: 'jsonl', out })).rejects.toMatchObject({ code: 'usage' })
      expect(existsSync(join(out, 'kept-00006.jsonl'))).toBe(true)
      await exportVersion(version, { to: 'parquet', out, force: true })
      expect(readdirSync(out).filter((file) => !/json$|md$/.test(file))).toEqual([
        'kept-00000.parquet',
        'mine.txt',
      ])
    })
  })

  it('refuses a file as directory', async () => {
    await withStore(async (dir) => {
      const out = join(dir, 'out')
      writeFileSync(out, '')
      const version = await fixtureVersion(dir)
      await expect(exportVersion(version, { to: 'jsonl', out })).rejects.toMatchObject({ code: 'usage' })
    })
  })

  it.each(['jsonl', 'parquet'] as const)('gives no %s export of a damaged shard', async (to) => {
    await withStore(async (dir) => {
      const version = await fixtureVersion(dir, { rowsPerShard: 50 })
      const shard = join(version.dir, 'kept-00001.parquet')
      if (to === 'parquet') appendFileSync(shard, 'x')
      else writeFileSync(shard, readFileSync(shard).subarray(0, 100))
      const out = join(dir, 'out')
      mkdirSync(out)
      await expect(exportVersion(version, { to, out })).rejects.toMatchObject({ code: 'damaged' })
      expect(readdirSync(out)).toEqual([`kept-00000.${to}`])
    })
  })
})

import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import { fileSha256 } from '../src/store/table.ts'
import { keptIds, PAGES_RECIPE, Workplace } from './engine-run.ts'
import { pagesArchive, range } from './synthetic-crawl.ts'

/** A Python with pyarrow or duckdb; neither is needed to develop. */
const PYTHON = process.env['TILTH_PYTHON'] ?? 'python3'
const READERS: Readonly<Record<string, string>> = {
  pyarrow: 'import sys,pyarrow.parquet as p;print(sum(p.read_table(f).num_rows for f in sys.argv[1:]))',
  duckdb:
    'import sys,duckdb;print(sum(duckdb.sql(f"select count(*) from \'{f}\'").fetchone()[0] for f in sys.argv[1:]))',
}

describe('the shards of a version', () => {
  const place = new Workplace()
  let result: RunResult
  beforeAll(async () => {
    const pages = place.write('pages.warc.gz', pagesArchive(range(0, 40)))
    result = await place.run(PAGES_RECIPE, 'store', { inputs: { pages } })
  })
  afterAll(() => place.remove())

  it('are what the manifest says', () => {
    expect(result.manifest.shards.map((shard) => shard.table)).toEqual([
      'kept',
      'rejected',
      'signals',
      'signals',
    ])
    for (const { file, bytes, sha256 } of result.manifest.shards) {
      const path = join(result.dir, file)
      expect(statSync(path).size).toBe(bytes)
      expect(fileSha256(path)).toBe(sha256)
    }
  })

  it('are read by hyparquet', async () => {
    for (const shard of result.manifest.shards) {
      const bytes = readFileSync(join(result.dir, shard.file))
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
      const rows = await parquetReadObjects({ file, compressors })
      expect(rows.length).toBe(shard.rows)
      if (shard.table === 'kept') expect(rows.map((row) => row['id'])).toEqual(await keptIds(result))
    }
  })

  for (const [name, script] of Object.entries(READERS)) {
    const isThere = spawnSync(PYTHON, ['-c', `import ${name}`]).status === 0
    it.skipIf(!isThere)(`are read by ${name}${isThere ? '' : ` (${PYTHON} cannot import it)`}`, () => {
      const paths = result.manifest.shards.map((shard) => join(result.dir, shard.file))
      const rows = result.manifest.shards.reduce((sum, shard) => sum + shard.rows, 0)
      const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, ...paths], { encoding: 'utf8' })
      expect(stdout.trim(), stderr).toBe(String(rows))
    })
  }
})

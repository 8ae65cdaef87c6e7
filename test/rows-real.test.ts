import { expect, it } from 'vitest'
import { jsonl } from '../src/formats/jsonl/jsonl.ts'
import { reddit } from '../src/formats/reddit/reddit.ts'
import { openSource } from '../src/formats/source/source.ts'
import type { Format } from '../src/model/record.ts'
import { failuresOf, readItems, recordsOf } from './rows-source.ts'
import { describeWithData, sharedData } from './shared-data.ts'

const GIB = 2 ** 30

/** Read by Python's json: `python bench/peers/rows_counts.py FILE...`. */
const REDDIT = [
  {
    path: 'reddit/RS_2013-08.zst',
    rows: 55_049,
    bytes: 41_396_017,
    linkPosts: 37_621,
    scored: 36_757,
    rawUrls: 36_597,
  },
  { path: 'reddit/RS_pages.zst', rows: 1653, bytes: 578_894, linkPosts: 1353, scored: 386, rawUrls: 378 },
]

const ROWS = [
  { path: 'dedup/posts.jsonl.gz', rows: 7257, bytes: 13_970_642 },
  { path: 'golden/datatrove-0.10.1-filters.jsonl.gz', rows: 993, bytes: 11_029_267 },
  { path: 'human/instruct/gsm8k/train.jsonl.gz', rows: 7473, bytes: 4_158_733 },
  { path: 'human/preference/oasst/en_100_tree.jsonl.gz', rows: 100, bytes: 979_738 },
]

async function read(format: Format, path: string, maxWindowBytes: number) {
  const { items } = await readItems(format, await openSource(sharedData(path)), { maxWindowBytes })
  return { failures: failuresOf(items), records: recordsOf(items) }
}

describeWithData(
  'Reddit submissions',
  REDDIT.map(({ path }) => path),
  () => {
    it.each(REDDIT)('$path has the counts that Python has', async ({ path, ...expected }) => {
      const { failures, records } = await read(reddit, path, 3 * GIB)
      const links = records.filter(({ fields }) => fields['is_self'] === false)
      const scored = links.filter(({ fields }) => Number(fields['score']) >= 3)
      expect(failures).toEqual([])
      expect({
        rows: records.length,
        bytes: records.reduce((sum, { body }) => sum + body.length, 0),
        linkPosts: links.length,
        scored: scored.length,
        rawUrls: new Set(scored.map(({ url }) => url)).size,
      }).toEqual(expected)
      expect(new Set(records.map(({ key }) => key)).size).toBe(records.length)
    })

    it('with a window of 2 GiB are refused where that is too much, with what to do', async () => {
      await expect(read(reddit, 'reddit/RS_2013-08.zst', GIB / 2)).rejects.toMatchObject({
        code: 'memory',
        message: expect.stringMatching(
          /RS_2013-08\.zst: its zstd window takes 2048 MiB, 512 MiB are allowed/,
        ),
        hint: expect.stringContaining('--memory 5G'),
      })
    })
  },
)

describeWithData(
  'JSON lines',
  ROWS.map(({ path }) => path),
  () => {
    it.each(ROWS)('$path has the rows that Python has', async ({ path, rows, bytes }) => {
      const { failures, records } = await read(jsonl, path, GIB)
      expect(failures).toEqual([])
      expect({
        rows: records.length,
        bytes: records.reduce((sum, { body }) => sum + body.length, 0),
      }).toEqual({ rows, bytes })
    })
  },
)

import { expect, it } from 'vitest'
import { openSource } from '../src/formats/source/source.ts'
import { warc } from '../src/formats/warc/warc.ts'
import { readSplit, readWhole, summary } from './golden/warc/maker.ts'
import { describeWithData, sharedData } from './shared-data.ts'

/**
 * What warcio 1.8.1 and fastwarc 2.0.1 both say of the sample archives:
 * `python bench/peers/warc_counts.py ../shared/data/warc/*`.
 */
const FIGURES = [
  {
    file: 'archive-it-example.warc.gz',
    types: { metadata: 261, request: 261, response: 299, warcinfo: 1 },
    httpRecords: 261,
    payloadBytes: 7_612_558,
  },
  {
    file: 'cc-2024-22-one-page.warc.gz',
    types: { metadata: 1, request: 1, response: 1, warcinfo: 1 },
    httpRecords: 1,
    payloadBytes: 72_848,
  },
  {
    file: 'cc-2024-22-one-page.warc.wet.gz',
    types: { conversion: 1, warcinfo: 1 },
    httpRecords: 0,
    payloadBytes: 0,
  },
  {
    file: 'gov-uk-2014.warc.gz',
    types: { metadata: 62, request: 62, response: 65, warcinfo: 1 },
    httpRecords: 62,
    payloadBytes: 2_786_547,
  },
  { file: 'jwarc-cc.warc.gz', types: { response: 1 }, httpRecords: 1, payloadBytes: 20_289 },
  {
    file: 'pages-00000.warc.gz',
    types: { response: 324, warcinfo: 1 },
    httpRecords: 324,
    payloadBytes: 49_867_847,
  },
  {
    file: 'pages-00001.warc.gz',
    types: { response: 324, warcinfo: 1 },
    httpRecords: 324,
    payloadBytes: 54_025_648,
  },
  {
    file: 'pages-00002.warc.gz',
    types: { response: 323, warcinfo: 1 },
    httpRecords: 323,
    payloadBytes: 49_568_229,
  },
  {
    file: 'pages-00003.warc.gz',
    types: { response: 323, warcinfo: 1 },
    httpRecords: 323,
    payloadBytes: 52_126_112,
  },
]

describeWithData(
  'WARC samples',
  FIGURES.map(({ file }) => `warc/${file}`),
  () => {
    it.each(FIGURES)(
      '$file holds what other readers find',
      async ({ file, types, httpRecords, payloadBytes }) => {
        const items = await readWhole(warc, await openSource(sharedData(`warc/${file}`)))
        const found: Record<string, number> = {}
        let records = 0
        let bytes = 0
        for (const item of items) {
          if ('failure' in item) expect.fail(summary(item))
          const type = 'record' in item ? String(item.record.fields['warcType']) : item.skipped.skip
          // A response that is not HTTP (a DNS lookup) is a skip of ours and a response of theirs.
          const name = type === 'not-http' ? 'response' : type
          found[name] = (found[name] ?? 0) + 1
          if ('record' in item && type === 'response') {
            records++
            bytes += item.record.body.length
          }
        }
        expect({ types: found, httpRecords: records, payloadBytes: bytes }).toEqual({
          types,
          httpRecords,
          payloadBytes,
        })
      },
    )

    it('are cut into splits that give the same items', async () => {
      const source = await openSource(sharedData('warc/archive-it-example.warc.gz'))
      const whole = (await readWhole(warc, source)).map(summary)
      const splits = await warc.split(source, warc.options.parse({}), 200_000)
      expect(splits.length).toBeGreaterThan(5)
      const parts: string[] = []
      for (const split of splits) {
        const { items, next } = await readSplit(warc, source, split)
        expect(next).toBe(split.end)
        parts.push(...items.map(summary))
      }
      expect(parts).toEqual(whole)
    })
  },
)

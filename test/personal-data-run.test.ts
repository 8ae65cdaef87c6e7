import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { keptRows, openVersion, signalRows } from '../src/index.ts'
import { reportHtml } from '../src/report/html.ts'
import { reportData } from '../src/report/report-data.ts'
import { Workplace } from './engine-run.ts'

const place = new Workplace()
afterAll(() => place.remove())

const VALUES = ['jane.roe@mail.org', '+44 20 7946 0958', '4111 1111 1111 1111']
const ROWS = [
  { id: 'few', text: `Please write to ${VALUES[0]} or call ${VALUES[1]} in the morning.` },
  { id: 'none', text: 'Nothing of anybody stands here.' },
  { id: 'many', text: Array.from({ length: 9 }, (_, n) => `no${n}.${VALUES[0]} ${VALUES[2]}`).join('\n') },
]

it('counts before and after masking, and shows no value in report or journal', async () => {
  place.write('rows.jsonl', Buffer.from(ROWS.map((row) => JSON.stringify(row)).join('\n')))
  const result = await place.run(
    {
      name: 'masked',
      writes: 'masked',
      inputs: { rows: { format: 'jsonl', files: 'rows.jsonl' } },
      steps: [
        { use: 'row' },
        { name: 'many', use: 'personal-data' },
        { name: 'mask', use: 'mask-personal-data' },
      ],
    },
    'store',
    {},
  )
  expect(result.manifest.steps.at(1)?.reasons).toEqual({ 'much-personal-data': 1 })
  const version = await openVersion(result.dir)
  const texts = (await Array.fromAsync(keptRows(version))).map((row) => row.text)
  expect(texts).toContain('Please write to [EMAIL] or call [PHONE] in the morning.')
  const signals = await Array.fromAsync(signalRows(version))
  expect(signals.map((row) => row.signals['mask.total']).toSorted()).toEqual([0, 18, 2].toSorted())
  expect(signals.map((row) => row.signals['many.emails']).toSorted()).toEqual([0, 1, 9])
  const report = reportHtml(await reportData(version))
  const journals = readdirSync(join(place.dir, 'store/journals')).map((name) =>
    readFileSync(join(place.dir, 'store/journals', name), 'utf8'),
  )
  expect(report).toContain('[EMAIL]')
  for (const shown of [report, ...journals, JSON.stringify(result.manifest), JSON.stringify(version.plan)]) {
    for (const value of VALUES) expect(shown.includes(value), value).toBe(false)
  }
})

import { afterAll, describe, expect, it } from 'vitest'
import { keptRows, openVersion, rejectedRows, signalRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'

const PROSE =
  'The cat that sat on the mat was fed to the brim with milk and with cream. It slept for the rest of the day, and ' +
  'nobody in the house would have dared to wake it. In the evening it rose to its feet. It went out of the door and ' +
  'into the garden, where a mouse had made a nest under the old tree. Would it be caught? No, it would not be.'
const ROWS = [
  { id: 'prose', text: `Home\n${PROSE}\nWe and our partners use cookies to make it better.` },
  { id: 'short', text: 'One. Two. Three. Four. Five. Six.' },
  { id: 'code', text: `${PROSE}\nThe body of it is {here}, between the two of them.` },
]

describe('a recipe with rule sets', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('drops with the reasons of the rule set, stores its signals, and rewrites what is kept', async () => {
    const file = place.write(
      'rows.jsonl',
      Buffer.from(ROWS.map((row) => `${JSON.stringify(row)}\n`).join('')),
    )
    const recipe = {
      name: 'rules',
      writes: 'rules',
      inputs: { rows: { format: 'jsonl' } },
      steps: [
        { use: 'row' },
        { use: 'gopher-quality@datatrove-0.10', words: 'whitespace' },
        { use: 'c4@datatrove-0.10-nopunct' },
      ],
    }
    const { dir } = await place.run(recipe, 'store', { inputs: { rows: file } })
    const opened = await openVersion(dir)
    const kept = await rowsOf(keptRows(opened))
    expect(kept.map(({ text }) => text)).toEqual([PROSE])
    const rejected = await rowsOf(rejectedRows(opened))
    expect(rejected.map(({ step, reason }) => [step, reason]).sort()).toEqual([
      ['c4-page', 'curly-bracket'],
      ['gopher-quality', 'too-short'],
    ])
    const signals = await rowsOf(signalRows(opened))
    expect(signals.length).toBe(3)
    for (const row of signals) {
      expect(row.signals['gopher-quality.words']).toBeGreaterThan(0)
      expect(row.signals['c4-page.sentences']).toBeGreaterThan(4)
    }
  })
})

async function rowsOf<Row>(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  return all
}

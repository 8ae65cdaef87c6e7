import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { register } from '../src/cli/overlap.ts'
import { book } from '../src/stages/extract/book.ts'
import { epubRecord } from './books-fixture.ts'
import { runCommand } from './command.ts'
import { decontaminatedByHand } from './decontaminated-by-hand.ts'
import { keptTexts, Workplace } from './engine-run.ts'
import { describeWithData, sharedData } from './shared-data.ts'

const TEST = 'human/instruct/gsm8k/test.jsonl.gz'
const BOOK = 'books/sherlock-holmes.epub'

describeWithData('decontaminate with GSM8K', [TEST, BOOK], () => {
  const place = new Workplace()
  beforeAll(() => book.load?.(book.options.parse({})))
  afterAll(() => place.remove())

  it('takes its questions out of a real book and short pages, as worked out by hand', async () => {
    const examples = gunzipSync(readFileSync(sharedData(TEST)))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly question: string; readonly answer: string })
    const made = await book.create(book.options.parse({}))(
      await epubRecord(readFileSync(sharedData(BOOK))),
      {},
    )
    const whole = 'length' in made ? (made[0]?.text ?? '') : ''
    expect(whole.length).toBeGreaterThan(500_000)
    const quote = (at: number): string => examples[at]?.question ?? ''
    // Eight questions, each behind a chapter's worth of text.
    const parts = Array.from({ length: 9 }, (_, at) =>
      whole.slice((at * whole.length) / 9, ((at + 1) * whole.length) / 9),
    )
    const texts = [
      parts.map((part, at) => (at === 8 ? part : `${part}\n\n${quote(at * 100)}\n\n`)).join(''),
      ...Array.from(
        { length: 20 },
        (_, at) =>
          `${whole.slice(at * 5000, at * 5000 + 900)} ${quote(at)} ${whole.slice(at * 5000 + 900, at * 5000 + 2000)}`,
      ),
      whole.slice(0, 5000),
    ]
    const rows = place.write(
      'rows.jsonl',
      Buffer.from(texts.map((text, at) => `${JSON.stringify({ id: `t${at}`, text })}\n`).join('')),
    )
    const result = await place.run(
      {
        name: 'clean',
        writes: 'clean',
        inputs: { rows: { format: 'jsonl' } },
        steps: [{ use: 'row' }, { use: 'decontaminate', sets: [sharedData(TEST)] }],
      },
      'store',
      { inputs: { rows } },
    )
    const wanted = decontaminatedByHand(
      texts,
      examples.flatMap(({ question, answer }) => [question, answer]),
      { n: 13, margin: 200, minPiece: 200, maxPieces: 10, maxDocuments: 10 },
    )
    expect([...(await keptTexts(result)).values()].sort()).toEqual(wanted.flat().sort())
    expect(wanted[0]).toHaveLength(9)
    expect(wanted.at(-1)).toEqual([texts.at(-1)])

    const args = ['overlap', rows, '--sets', sharedData(TEST), '--json']
    const { out } = await runCommand([register], join(place.dir, 'store'), ...args)
    // Of the planted questions, each of more than 13 words; no other is in the book.
    const planted = new Set([
      ...Array.from({ length: 8 }, (_, at) => at * 100),
      ...Array.from({ length: 20 }, (_, at) => at),
    ])
    expect(JSON.parse(out).sets).toMatchObject([{ set: 'gsm8k/test', examples: 1319, dirty: planted.size }])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workplace } from './engine-run.ts'
import { drawn, plantedText } from './planted-quality.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

interface Side {
  readonly documents: number
  readonly refused: Readonly<Record<string, number>>
  readonly stored?: { readonly kept: number; readonly rejected: number }
  readonly heldOutOf?: number
  readonly notScored?: number
}
interface Fitted {
  readonly documents: Side
  readonly positives: { readonly documents: number; readonly sources: readonly Side[] }
  readonly fit: { readonly best: { readonly alpha: number } }
}

function rows(name: string, count: number, chance: (at: number) => number, seed = count): Buffer {
  const random = drawn(seed)
  const lines = Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      id: `${name}${at}`,
      url: `https://site${at % 60}.${name}.example/${at}`,
      // Few texts and many words: the fit learns what it is shown by heart.
      text: `${plantedText(random, chance(at))} ${Array.from({ length: 30 }, () => `word${Math.floor(random() * 3000)}`).join(' ')}`,
    }),
  )
  return Buffer.from(`${lines.join('\n')}\n`)
}

const RECIPE = `
name: select
writes: selected
inputs:
  rows: { format: jsonl, files: crawl.jsonl }
steps:
  - use: row
  - use: text-stats
  - { name: long, use: signal-limits, min: { text-stats.words: 10 } }
  - { use: quality, model: fit:quality }
  - { name: draw, use: quality-pareto, alpha: 9 }
`

const json = <T>(...args: readonly string[]): T => {
  const ran = tilth(place.dir, ...args, '--json')
  expect(ran.err).toBe('')
  return JSON.parse(ran.out) as T
}
const alpha = (documents: string, positives: string, ...more: readonly string[]): Fitted =>
  json('fit', 'alpha', documents, '--positives', positives, ...more)

describe('scores to choose by', () => {
  beforeAll(() => {
    const good = (): number => 0.6
    place.write('good.jsonl', rows('good', 400, good))
    // Others of the same kind, which no fit has seen.
    place.write('unseen.jsonl', rows('good', 400, good, 77))
    const crawl = rows('crawl', 500, (at) => 0.2 + (at % 6) / 10)
    const short = Array.from(
      { length: 40 },
      (_, at) => `${JSON.stringify({ id: `s${at}`, text: `few ${at}` })}\n`,
    )
    place.write('crawl.jsonl', Buffer.concat([crawl, Buffer.from(short.join(''))]))
    place.write('crawl-long.jsonl', crawl)
    place.write('select.yaml', Buffer.from(RECIPE))
    const fit = ['fit', 'quality', '--positives', 'good.jsonl', '--negatives', 'crawl.jsonl']
    expect(tilth(place.dir, ...fit).err).toBe('')
    expect(tilth(place.dir, ...fit, '--out', 'quality.model').code).toBe(0)
    expect(tilth(place.dir, 'run', 'select.yaml').code).toBe(0)
  })

  it('are of all documents that came to the step, kept and dropped, and of none that was dropped before', () => {
    const raw = alpha('crawl-long.jsonl', 'good.jsonl', '--model', 'fit:quality')
    const stored = alpha('selected', 'good.jsonl', '--model', 'fit:quality')
    expect(raw.documents.documents).toBe(500)
    expect(stored.documents).toMatchObject({ documents: 500, by: 'quality.quality' })
    const { kept, rejected } = stored.documents.stored ?? { kept: 0, rejected: 0 }
    expect(kept + rejected).toBe(500)
    expect(rejected).toBeGreaterThan(kept)
    expect(stored.fit).toEqual(raw.fit)
    const top = (documents: string) =>
      json<Side & { threshold: number }>(
        'fit',
        'threshold',
        documents,
        '--top',
        '10%',
        '--model',
        'fit:quality',
      )
    expect(top('selected').threshold).toBe(top('crawl-long.jsonl').threshold)
    expect(top('selected').documents).toBe(500)
    const said = tilth(place.dir, 'fit', 'threshold', 'selected', '--top', '10%').out
    expect(said).toContain(`(stored scores: ${kept} kept, ${rejected} dropped since)`)
  })

  it('say how many a version has dropped where another model is asked', () => {
    const other = tilth(
      place.dir,
      'fit',
      'quality',
      '--positives',
      'good.jsonl',
      '--negatives',
      'crawl.jsonl',
      '--seed',
      '2',
      '--name',
      'other',
    )
    expect(other.code).toBe(0)
    const { documents } = alpha('selected', 'good.jsonl', '--model', 'fit:other')
    expect(documents.stored).toBeUndefined()
    expect(documents.documents + (documents.notScored ?? 0)).toBe(540)
    expect(
      tilth(place.dir, 'fit', 'alpha', 'selected', '--positives', 'good.jsonl', '--model', 'fit:other').out,
    ).toContain('that it dropped are not scored')
  })

  it.each(['fit:quality', 'quality.model'])('of the positives of %s are those that it held out', (model) => {
    const own = alpha('crawl-long.jsonl', 'good.jsonl', '--model', model)
    const [source] = own.positives.sources
    expect(source?.heldOutOf).toBe(400)
    expect(own.positives.documents).toBeLessThan(100)
    expect(own.positives.documents).toBeGreaterThan(20)
    const { metrics } = json<{ metrics: { sources: { heldOut: number }[] } }>(
      'fit',
      'quality',
      '--positives',
      'good.jsonl',
      '--negatives',
      'crawl.jsonl',
    )
    expect(own.positives.documents).toBe(metrics.sources[0]?.heldOut)
    const unseen = alpha('crawl-long.jsonl', 'unseen.jsonl', '--model', model)
    expect(unseen.positives.documents).toBe(400)
    expect(unseen.positives.sources[0]?.heldOutOf).toBeUndefined()
    // A copy under another name is what it is; with one more text it is another source, and all of it is taken.
    place.write(
      'learnt.jsonl',
      Buffer.concat([rows('good', 400, () => 0.6), Buffer.from('{"id":"x","text":"x"}\n')]),
    )
    const learnt = alpha('crawl-long.jsonl', 'learnt.jsonl', '--model', model)
    const off = (fitted: Fitted): number => Math.abs(Math.log(fitted.fit.best.alpha / unseen.fit.best.alpha))
    expect(off(own)).toBeLessThan(off(learnt))
  })
})

describe('rows without a text', () => {
  const BAD =
    '{"id":"a","text":"one two"}\n{"id":"b"}\nno json\n{"id":"c","text":"three four"}\n{"id":"d","text":5}\n'
  it('are counted by reason and source, and end in 3', () => {
    place.write('bad.jsonl', Buffer.from(BAD))
    const ran = tilth(
      place.dir,
      'fit',
      'quality',
      '--positives',
      'bad.jsonl',
      '--negatives',
      'crawl.jsonl',
      '--out',
      'bad.model',
      '--json',
    )
    expect(ran.code).toBe(3)
    expect(ran.err).toBe('bad: 3 bad rows of 5: no-text 1, bad-json 1, not-a-string 1\n')
    const { metrics } = JSON.parse(ran.out) as {
      metrics: { sources: { documents: number; refused: object }[] }
    }
    expect(metrics.sources.map(({ documents, refused }) => [documents, refused])).toEqual([
      [2, { 'no-text': 1, 'bad-json': 1, 'not-a-string': 1 }],
      [540, {}],
    ])
    for (const fit of [
      ['alpha', 'bad.jsonl', '--positives', 'good.jsonl'],
      ['alpha', 'good.jsonl', '--positives', 'bad.jsonl'],
      ['threshold', 'bad.jsonl', '--top', '10%'],
    ]) {
      const found = tilth(place.dir, 'fit', ...fit, '--model', 'fit:quality')
      expect([found.code, found.err]).toEqual([
        3,
        'bad.jsonl: 3 bad rows of 5: no-text 1, bad-json 1, not-a-string 1\n',
      ])
    }
  })

  it('in a whole source are a mistake, which is said with the fields there are', () => {
    const ran = tilth(
      place.dir,
      'fit',
      'quality',
      '--positives',
      'good.jsonl',
      '--negatives',
      'crawl.jsonl',
      '--text',
      'body',
    )
    expect(ran.code).toBe(3)
    expect(ran.err).toContain('good: none of 400 rows has a text in the field body: no-text 400')
    expect(ran.err).toContain('its rows have id, url, text; name the one of the text: --text FIELD')
    const alone = tilth(
      place.dir,
      'fit',
      'threshold',
      'good.jsonl',
      '--top',
      '1%',
      '--model',
      'fit:quality',
      '--text',
      'body',
    )
    expect(alone.err).toContain('good.jsonl: none of 400 rows has a text in the field body')
  })

  it('another field of the same file is another fit', () => {
    const both = (name: string, word: string): string =>
      Array.from(
        { length: 30 },
        (_, at) =>
          `${JSON.stringify({ id: `${name}${at}`, text: `${word} one ${at}`, body: `${word} two ${at}` })}\n`,
      ).join('')
    place.write('a.jsonl', Buffer.from(both('a', 'apple')))
    place.write('b.jsonl', Buffer.from(both('b', 'pear')))
    const fit = ['fit', 'quality', '--positives', 'a.jsonl', '--negatives', 'b.jsonl', '--name', 'fields']
    expect(json(...fit)).toMatchObject({ artefact: 'fields@1' })
    expect(json(...fit, '--text', 'body')).toMatchObject({ artefact: 'fields@2', upToDate: false })
  })
})

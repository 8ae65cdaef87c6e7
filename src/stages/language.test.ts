import { readFileSync } from 'node:fs'
import { eld } from 'eld/large'
import { beforeAll, describe, expect, it } from 'vitest'
import { documentOf } from '../../test/webtext-documents.ts'
import { readFastText } from '../learn/fasttext/fasttext.ts'
import type { Meta } from '../model/document.ts'
import { decide, type Rewritten, type StageFiles } from '../model/stage.ts'
import { language } from './filter/language.ts'
import { identifyLanguage } from './rewrite/identify-language.ts'

const MODEL = 'test/golden/fasttext/pruned.ftz'
const bytes = readFileSync(MODEL)
const FILES: StageFiles = new Map([[MODEL, [{ name: '', bytes }]]])
const SENTENCES = JSON.parse(readFileSync('test/golden/fasttext/sentences.json', 'utf8')) as Readonly<
  Record<string, readonly string[]>
>
const textOf = (name: string, lines = 8): string => (SENTENCES[name] ?? []).slice(0, lines).join('\n')

beforeAll(() => language.load?.(language.options.parse({})))

function verdictOf(text: string, given: object) {
  const options = language.options.parse(given)
  const document = documentOf(text)
  const signals = language.measure(options, FILES)(document)
  const verdict = decide(language.rules(options), signals)
  return {
    signals,
    reason: verdict.keep
      ? 'kept'
      : `${verdict.rule.reason}: ${language.detail?.(options, FILES)(document, verdict.rule)}`,
  }
}

describe('with eld', () => {
  it('tells each line as eld itself does', () => {
    const one = identifyLanguage.create(identifyLanguage.options.parse({}))
    let lines = 0
    for (const line of Object.values(SENTENCES).flat()) {
      const own = eld.detect(line)
      expect(one(documentOf(line))).toMatchObject([
        {
          meta: { identifiedLanguage: own.language },
          signals: { confidence: own.getScores()[own.language] },
        },
      ])
      lines++
    }
    expect(lines).toBeGreaterThan(40)
  })

  it.each(Object.keys(SENTENCES))('knows a text in %s', (name) => {
    expect(verdictOf(textOf(name), { languages: [name] })).toMatchObject({
      reason: 'kept',
      signals: { wanted: 1, lineRatio: 1 },
    })
  })

  it.each([
    ['de', { languages: ['en'] }, 'other-language: de'],
    ['de', { languages: ['en', 'de'] }, 'kept'],
    ['de', { languages: 'all' }, 'kept'],
    ['de', { languages: [] }, 'kept'],
    ['de', { minConfidence: 1 }, 'unsure-language: de'],
  ])('drops %s with %j: %s', (name, options, reason) =>
    expect(verdictOf(textOf(name), options).reason).toBe(reason),
  )
})

describe('with an empty list of languages', () => {
  const off = language.options.parse({ languages: [], model: 'nowhere.bin' })

  it('needs no model, and asks nothing', async () => {
    expect(language.files?.(off)).toEqual([])
    await language.load?.(off)
    const signals = language.measure(off)(documentOf(textOf('de')))
    expect(signals).toEqual({ wanted: null, confidence: null, lineRatio: null })
    expect(language.rules(off)).toEqual([])
    expect(() => language.detail?.(off)).not.toThrow()
  })

  it.each([{ minConfidence: 0.5 }, { minLineRatio: 0.5 }])(
    'refuses %j, which nothing would measure',
    (limit) => {
      expect(() => language.options.parse({ languages: [], ...limit })).toThrow(/no limit can hold/)
      expect(language.options.parse({ languages: 'all', ...limit })).toMatchObject(limit)
    },
  )
})

describe('with a fastText model', () => {
  it('tells each line as the model does, and cuts the probability at 1', () => {
    const model = readFastText(bytes)
    const one = identifyLanguage.create(identifyLanguage.options.parse({ model: MODEL }), FILES)
    for (const line of Object.values(SENTENCES).flat()) {
      const [best] = model.predict(line)
      expect(one(documentOf(line))).toMatchObject([
        {
          meta: { identifiedLanguage: best?.label },
          signals: { confidence: Math.min(1, best?.probability ?? 0) },
        },
      ])
    }
  })

  it('reads a text of several lines as one', () => {
    const [first = '', second = ''] = SENTENCES['fr'] ?? []
    const one = identifyLanguage.create(identifyLanguage.options.parse({ model: MODEL }), FILES)
    const confidenceOf = (text: string) =>
      (one(documentOf(text)) as readonly Rewritten[])[0]?.signals?.['confidence']
    expect(confidenceOf(`${first}\r\n${second}`)).toBe(confidenceOf(`${first} ${second}`))
    expect(confidenceOf(first)).toBeGreaterThan(0)
  })

  it('names the file it needs, and refuses one that is no model', () => {
    const options = language.options.parse({ model: MODEL })
    expect(language.files?.(options)).toEqual([MODEL])
    expect(language.files?.(language.options.parse({}))).toEqual([])
    const wrong: StageFiles = new Map([[MODEL, [{ name: '', bytes: Buffer.from('no model') }]]])
    expect(() => language.measure(options, wrong)).toThrow(`${MODEL}: not a whole fastText model`)
  })

  it.each([
    ['eld', 'english', 'eld tells no language "english"', /it tells am, ar, .*en, /],
    ['eld', 'eng', 'eld tells no language "eng"', /did you mean "en"\?/],
    [MODEL, 'xx', `${MODEL} tells no language "xx"`, /it tells /],
  ])('%s refuses the language %s, which it never tells', (model, name, message, hint) => {
    const options = language.options.parse({ model, languages: [name] })
    const measure = () => language.measure(options, FILES)
    expect(measure).toThrow(message)
    expect(measure).toThrow(expect.objectContaining({ code: 'recipe', hint: expect.stringMatching(hint) }))
  })

  it.each([
    [{}, 0, /none is set/],
    [{ model: MODEL }, 0.65, /FineWeb/],
    [{ model: MODEL, minConfidence: 0.8 }, 0.8, /set by the recipe/],
  ])('says where the limit on confidence comes from: %j', (given, limit, source) => {
    const rule = language
      .rules(language.options.parse(given))
      .find(({ reason }) => reason === 'unsure-language')
    expect(rule).toMatchObject({ limit, source: expect.stringMatching(source) })
  })
})

describe('mixed pages', () => {
  const mixed = `${textOf('de', 6)}\n\nMenu\n${textOf('en', 2)}`

  it('have the share of lines in the languages wanted', () => {
    const { signals } = verdictOf(mixed, { languages: ['de'] })
    expect(signals['lineRatio']).toBeGreaterThan(0.6)
    expect(signals['lineRatio']).toBeLessThan(0.9)
    expect(verdictOf(mixed, { languages: ['de'], minLineRatio: 0.95 }).reason).toBe('mixed-languages: de')
    expect(verdictOf(mixed, { languages: ['de', 'en'], minLineRatio: 1 }).reason).toBe('kept')
  })

  it('are written down with the share of each language', () => {
    const drafts = identifyLanguage.create(identifyLanguage.options.parse({}))(
      documentOf(mixed, { language: 'de-DE' }),
    )
    const [draft] = drafts as readonly { readonly meta: Meta }[]
    const shares = draft?.meta['lineLanguages'] as Readonly<Record<string, number>>
    expect(Object.keys(shares)).toEqual(['de', 'en'])
    expect(Object.values(shares).reduce((sum, share) => sum + share)).toBeCloseTo(1)
    expect(draft?.meta['language']).toBe('de-DE')
  })

  it('need lines long enough', () => {
    expect(verdictOf('kurz\nzu kurz', {}).signals['lineRatio']).toBeNull()
  })
})

it('tells nothing of an empty text', () => {
  expect(verdictOf('', { languages: ['de'], minConfidence: 0.5 }).signals).toEqual({
    wanted: 0,
    confidence: null,
    lineRatio: null,
  })
})

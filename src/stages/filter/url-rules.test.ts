import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { decide, type StageFiles } from '../../model/stage.ts'
import { urlRules } from './url-rules.ts'

const FILES: StageFiles = new Map([
  [
    'lists/ut1/',
    [
      { name: 'adult/domains', bytes: Buffer.from('bad.example\n') },
      { name: 'adult/urls', bytes: Buffer.from('good.example/~bad\n') },
      { name: 'adult/expressions', bytes: Buffer.from('expression.example\n') },
    ],
  ],
  ['my.txt', [{ name: '', bytes: Buffer.from('0.0.0.0 mine.example\n') }]],
])

function verdictOf(url: string | undefined, given: object = {}, files: StageFiles = FILES) {
  const options = urlRules.options.parse(given)
  const document = documentOf('text', url === undefined ? {} : { url })
  const verdict = decide(urlRules.rules(options), urlRules.measure(options, files)(document))
  if (verdict.keep) return 'kept'
  return `${verdict.rule.reason} (${urlRules.detail?.(options, files)(document, verdict.rule)})`
}

const LISTS = { lists: ['lists/ut1/', 'my.txt'] }

describe('url-rules', () => {
  it.each([
    ['http://www.bad.example/', LISTS, 'blocked-domain (adult: bad.example)'],
    ['http://good.example/~bad/x.html', LISTS, 'blocked-url (adult: good.example/~bad)'],
    ['http://mine.example/', LISTS, 'blocked-domain (my.txt: mine.example)'],
    ['http://expression.example/', LISTS, 'kept'],
    ['http://www.bad.example/', {}, 'kept'],
    ['http://www.bad.example/', { ...LISTS, allowDomains: ['bad.example'] }, 'kept'],
    ['http://a.own.example/', { domains: ['own.example'] }, 'blocked-domain (domains: own.example)'],
    ['http://own.example/a/b', { urls: ['http://own.example/a'] }, 'blocked-url (urls: own.example/a)'],
    ['http://x.example/best-porn-ever', {}, 'hard-word (hardWords: porn)'],
    ['http://x.example/p%6Frn/', {}, 'hard-word (hardWords: porn)'],
    ['http://x.example/casino', {}, 'kept'],
    ['http://x.example/casino/poker', {}, 'soft-words (softWords: casino, poker)'],
    ['http://x.example/casino/poker', { maxSoftWords: 2 }, 'kept'],
    ['http://x.example/free-porn-hubbub', { hardWords: [] }, 'word-part (wordParts: pornhub, freeporn)'],
    ['http://essex.example/middlesex/analysis', {}, 'kept'],
    ['nonsense', {}, 'kept'],
    [undefined, {}, 'kept'],
  ])('%s with %j: %s', (url, options, expected) => expect(verdictOf(url, options)).toBe(expected))

  it('names the files it needs', () => {
    expect(urlRules.files?.(urlRules.options.parse(LISTS))).toEqual(LISTS.lists)
  })

  it('measures nothing without a URL', () => {
    const signals = urlRules.measure(urlRules.options.parse({}))(documentOf('text'))
    expect(Object.values(signals)).toEqual([null, null, null, null, null])
    expect(Object.keys(signals)).toEqual(Object.keys(urlRules.signals))
  })
})

import { expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { decide } from '../../model/stage.ts'
import { notWikipedia } from './not-wikipedia.ts'

it.each([
  ['https://en.wikipedia.org/wiki/Cat', false],
  ['http://de.m.wikipedia.org/wiki/Katze', false],
  ['https://wikipedia.org/', false],
  ['https://www.wikimedia.org/', true],
  ['https://wikipedia.org.example/', true],
  ['https://notwikipedia.org/', true],
  [undefined, true],
  ['nonsense', true],
])('%s is kept: %s', (url, keep) => {
  const document = documentOf('A cat.', url === undefined ? {} : { url })
  const options = notWikipedia.options.parse({})
  const verdict = decide(notWikipedia.rules(options), notWikipedia.measure(options)(document))
  expect(verdict.keep).toBe(keep)
  if (!verdict.keep) expect(verdict.rule.reason).toBe('wikipedia')
})

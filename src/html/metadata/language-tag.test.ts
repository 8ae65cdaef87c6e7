import { expect, it } from 'vitest'
import { languageTag } from './language-tag.ts'

it.each([
  ['en', 'en'],
  ['EN', 'en'],
  ['pt-br', 'pt-BR'],
  ['de_AT', 'de-AT'],
  ['zh-hant-tw', 'zh-Hant-TW'],
  ['es-419', 'es-419'],
  ['en_US.UTF-8', 'en-US'],
  ['de, at, ch', 'de'],
  [' fr ', 'fr'],
  ['de-1996', undefined],
  ['sl-rozaj', 'sl-rozaj'],
  ['English', undefined],
  ['und', undefined],
  ['x-default', undefined],
  ['', undefined],
  ['javascript:alert(1)', undefined],
  [undefined, undefined],
])('%j gives %j', (value, expected) => {
  expect(languageTag(value)).toBe(expected)
})

import { expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { cleanTextStage } from './clean-text.ts'

const clean = cleanTextStage.create(cleanTextStage.options.parse({}))

it('cleans the text and keeps the meta', () => {
  const meta = { url: 'http://a.org/' }
  expect(clean(documentOf('a \r\nb\u0000\n\n\n\n\nc', meta))).toEqual([{ text: 'a\nb\n\n\nc', meta }])
})

it('drops what is empty then', () => {
  expect(clean(documentOf(' \n\u0000\ufeff'))).toEqual({ drop: 'empty' })
  expect(cleanTextStage.reasons).toHaveProperty('empty')
})

it('refuses an option it does not know', () => {
  expect(() => cleanTextStage.options.parse({ keepTabs: true })).toThrow(/keepTabs/)
})

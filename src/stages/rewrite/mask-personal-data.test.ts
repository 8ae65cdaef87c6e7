import { expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { maskPersonalData } from './mask-personal-data.ts'

const TEXT = 'Write to jane@mail.org or call +44 20 7946 0958.'

const mask = (text: string, options: object = {}) =>
  maskPersonalData.create(maskPersonalData.options.parse(options))(documentOf(text, { url: 'http://a.org/' }))

it('replaces by type, counts, and keeps the meta', () => {
  const [draft] = mask(TEXT) as readonly { text: string; meta: object; signals: object }[]
  expect(draft).toMatchObject({
    text: 'Write to [EMAIL] or call [PHONE].',
    meta: { url: 'http://a.org/' },
    signals: { total: 2, emails: 1, phones: 1, paymentCards: 0 },
  })
  expect(Object.keys(draft?.signals ?? {}).sort()).toEqual(Object.keys(maskPersonalData.signals ?? {}).sort())
})

it.each([
  [{ placeholder: '|||{TYPE}|||' }, 'Write to |||EMAIL||| or call |||PHONE|||.'],
  [{ placeholder: '' }, 'Write to  or call .'],
  [{ types: ['phone'] }, 'Write to jane@mail.org or call [PHONE].'],
])('with %j', (options, text) => expect(mask(TEXT, options)).toMatchObject([{ text }]))

it('refuses placeholders that would be taken for a value', () => {
  expect(() => maskPersonalData.options.parse({ placeholder: 'a@b.org' })).toThrow(/placeholder/)
})

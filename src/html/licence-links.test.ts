import { expect, it } from 'vitest'
import { isCreativeCommons, mayBeLicence } from './licence-links.ts'

it.each([
  ['https://creativecommons.org/licenses/by/4.0/', true],
  ['HTTP://www.CreativeCommons.org/', true],
  [' //creativecommons.org/', true],
  ['/creativecommons/', false],
  ['https://a.org/creativecommons.org/', false],
  ['https://creativecomm', false],
  ['', false],
])('tells an address of Creative Commons: %s', (address, expected) => {
  expect(isCreativeCommons(Buffer.from(`${address}"ons`), 0, address.length)).toBe(expected)
})

it.each([
  ['nofollow License', true],
  ['licence', true],
  ['nofollow', false],
  [`${'x'.repeat(100)} license`, false],
])('tells a relation that may be one to a licence: %s', (relation, expected) => {
  expect(mayBeLicence(Buffer.from(relation), 0, relation.length)).toBe(expected)
})

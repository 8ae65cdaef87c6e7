import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Labels, label } from './label.ts'

const TEL = label('tel,tel.,phone number')

it.each([
  ['Tel. 1', true],
  ['TEL:1', true],
  ['tel1', true],
  ['hotel 1', false],
  ['telling 1', false],
  ['tel\n1', false],
  [`tel${' '.repeat(44)}1`, true],
  [`tel${' '.repeat(50)}1`, false],
  ['phone number is 1', true],
])('%j: %s', (text, stands) => expect(new Labels(text).standsBefore(TEL, text.length - 1)).toBe(stands))

it('answers the same by looking and from its list', () => {
  const parts = fc.constantFrom(
    'tel',
    'tel.',
    'phone number',
    ' ',
    '\n',
    '1',
    'x',
    'ı',
    '. ',
    'wordword'.repeat(3),
  )
  fc.assert(
    fc.property(
      fc.array(parts, { maxLength: 30 }).map((each) => each.join('')),
      (text) => {
        for (let start = 0; start < text.length; start++) {
          if (text[start] !== '1') continue
          const looking = new Labels(text, 1).standsBefore(TEL, start)
          expect(new Labels(text, 0).standsBefore(TEL, start), JSON.stringify([text, start])).toBe(looking)
        }
      },
    ),
  )
})

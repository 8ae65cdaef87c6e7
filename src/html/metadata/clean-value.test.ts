import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cleanValue } from './clean-value.ts'

it.each([
  ['\n A\t\u00a0 B ', 'A B', 'white space'],
  ['A &amp; B &#8217;s', 'A & B ’s', 'escaped twice'],
  ['A <em class="x">b</em> c', 'A b c', 'markup'],
  ['1 < 2 > 0', '1 < 2 > 0', 'signs that are no tags'],
  ['so\u00adft\u200b \ufeff', 'soft', 'what is not seen'],
  ['a\0b\u0007', 'a b', 'control characters'],
  ['\ud800x', '\ufffdx', 'half a pair'],
  ['  ', undefined, 'nothing'],
])('%j gives %j: %s', (value, expected, _why) => {
  expect(cleanValue(value)).toBe(expected)
})

it('cuts between characters', () => {
  expect(cleanValue('ab😀', 3)).toBe('ab')
})

it('gives well-formed text of bounded length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (value) => {
      const text = cleanValue(value, 20)
      expect(text?.isWellFormed() ?? true).toBe(true)
      expect(text?.length ?? 1).toBeLessThanOrEqual(20)
      expect(text?.trim()).toBe(text)
    }),
  )
})

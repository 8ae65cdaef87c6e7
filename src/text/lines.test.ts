import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linesOf, repeatedLines } from './lines.ts'

describe('repeatedLines', () => {
  it.each([
    { text: '', lines: 0, characters: 0, why: 'an empty text repeats nothing' },
    { text: '\n \n\t\n', lines: 0, characters: 0, why: 'blank lines are ignored' },
    { text: 'ab\nab', lines: 1 / 2, characters: 1 / 2, why: 'the first copy does not count' },
    { text: 'ab\n  ab  \ncd', lines: 1 / 3, characters: 1 / 3, why: 'surrounding spaces do not matter' },
    { text: 'a\na\nlonger line', lines: 1 / 3, characters: 1 / 13, why: 'lines and characters differ' },
    { text: 'ab\r\nab\r\n', lines: 1 / 2, characters: 1 / 2, why: 'carriage returns are space' },
  ])('$why', ({ text, lines, characters }) => {
    const found = repeatedLines(linesOf(text))
    expect(found.lines).toBeCloseTo(lines, 12)
    expect(found.characters).toBeCloseTo(characters, 12)
  })

  it('stays within [0, 1) and ignores the order of lines', () => {
    const lines = fc.array(fc.constantFrom('a', 'bb', 'ccc', ''), { maxLength: 40 })
    fc.assert(
      fc.property(lines, (list) => {
        const found = repeatedLines(linesOf(list.join('\n')))
        expect(found.lines).toBeGreaterThanOrEqual(0)
        expect(found.lines).toBeLessThan(1)
        expect(repeatedLines(linesOf(list.toReversed().join('\n')))).toEqual(found)
      }),
    )
  })
})

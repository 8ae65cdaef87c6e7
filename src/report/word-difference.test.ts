import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordDifference } from './word-difference.ts'

/** Left-only words in [brackets], right-only ones in {braces}. */
const shown = (left: string, right: string): string =>
  wordDifference(left, right)
    .map((part) => (part.same ? part.left : `[${part.left}]{${part.right}}`))
    .join('')

describe('wordDifference', () => {
  it.each([
    ['a b c', 'a b c', 'a b c', 'equal'],
    ['A b c', 'a B c', 'A b c', 'other case'],
    ['a b c', 'a  b\n\nc', 'a b c', 'other white space'],
    ['the old field', 'the new field', 'the[ old]{ new} field', 'a word'],
    ['one two three', 'one three four', 'one[ two]{} three[]{ four}', 'taken out and put in'],
    ['a, b', 'a. b', 'a[,]{.} b', 'a sign'],
    ['土地は広い', '土地が広い', '土地[は]{が}広い', 'a script without spaces'],
    ['', 'a', '[]{a}', 'nothing on one side'],
    ['', '', '', 'nothing'],
  ])('%j and %j: %s (%s)', (left, right, expected) => {
    expect(shown(left, right)).toBe(expected)
  })

  it('marks all between the common ends of texts that are far apart', () => {
    const words = (letter: string) => Array.from({ length: 700 }, (_, at) => ` ${letter}${at}`).join('')
    expect(wordDifference(`begin${words('a')} end`, `begin${words('b')} end`)).toEqual([
      { same: true, left: 'begin', right: 'begin' },
      { same: false, left: words('a'), right: words('b') },
      { same: true, left: ' end', right: ' end' },
    ])
  })

  it('gives both texts back, and marks as few words as a table of all common subsequences', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 14 })
      .map((words) => words.join(' '))
    fc.assert(
      fc.property(text, text, (left, right) => {
        const parts = wordDifference(left, right)
        expect(parts.map((part) => part.left).join('')).toBe(left)
        expect(parts.map((part) => part.right).join('')).toBe(right)
        const words = (of: string) => of.split(' ').filter((word) => word !== '')
        let common = 0
        for (const part of parts) {
          if (!part.same) continue
          expect(words(part.left)).toEqual(words(part.right))
          common += words(part.left).length
        }
        expect(common).toBe(longestCommon(words(left), words(right)))
      }),
    )
  })
})

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0)
  for (const word of a) {
    const next = [0]
    for (const [at, other] of b.entries())
      next.push(word === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}

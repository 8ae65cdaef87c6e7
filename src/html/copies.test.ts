import { describe, expect, it } from 'vitest'
import { Copies } from './copies.ts'

const text = 'The quick brown fox jumps over the lazy dog near the old river bank at night'

function isCopy(copies: Copies, words: string, parent: number): boolean {
  const bytes = Buffer.from(words)
  copies.startText()
  copies.add(bytes, 0, bytes.length)
  return copies.isCopy(parent)
}

describe('Copies', () => {
  it.each([
    { again: text, parent: 2, copy: true, why: 'the same words in another place' },
    { again: text, parent: 1, copy: false, why: 'the same words in the same place: a verse' },
    { again: text.toUpperCase(), parent: 2, copy: true, why: 'letters in another case' },
    { again: text.replaceAll(' ', '&nbsp;'), parent: 2, copy: true, why: 'other spaces' },
    { again: text.replaceAll(' ', '\u00a0'), parent: 2, copy: true, why: 'other spaces as characters' },
    { again: 'The quick brown fox', parent: 2, copy: false, why: 'too short to tell' },
    {
      again: `${text} ${text.split(' ').reverse().join(' ')}`,
      parent: 2,
      copy: false,
      why: 'half of it is new',
    },
  ])('$why: $copy', ({ again, parent, copy }) => {
    const copies = new Copies()
    expect(isCopy(copies, text, 1)).toBe(false)
    expect(isCopy(copies, again, parent)).toBe(copy)
  })

  it('forgets at the next page', () => {
    const copies = new Copies()
    isCopy(copies, text, 1)
    copies.clear()
    expect(isCopy(copies, text, 2)).toBe(false)
  })

  it('reads words that elements part', () => {
    const copies = new Copies()
    isCopy(copies, text, 1)
    copies.startText()
    for (const part of text.replaceAll('k', 'k|').split('|'))
      copies.add(Buffer.from(part), 0, Buffer.from(part).length)
    expect(copies.isCopy(2)).toBe(true)
  })

  it('takes any length, and remembers a bounded number of runs', () => {
    const copies = new Copies()
    const long = Array.from({ length: 100_000 }, (_, index) => `word${index}x`).join(' ')
    expect(isCopy(copies, long, 1)).toBe(false)
    expect(isCopy(copies, text, 2)).toBe(false)
  })
})

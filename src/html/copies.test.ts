import { describe, expect, it } from 'vitest'
import { Copies } from './copies.ts'

const text = 'The quick brown fox jumps over the lazy dog near the old river bank at night'

describe('Copies', () => {
  it.each([
    { again: text, parent: 2, copy: true, why: 'the same words in another place' },
    { again: text, parent: 1, copy: false, why: 'the same words in the same place: a verse' },
    { again: text.toUpperCase(), parent: 2, copy: true, why: 'letters in another case' },
    { again: 'The quick brown fox', parent: 2, copy: false, why: 'too short to tell' },
    {
      again: `${text} ${text.split(' ').reverse().join(' ')}`,
      parent: 2,
      copy: false,
      why: 'half of it is new',
    },
  ])('$why: $copy', ({ again, parent, copy }) => {
    const copies = new Copies()
    expect(copies.isCopy(text, 1)).toBe(false)
    expect(copies.isCopy(again, parent)).toBe(copy)
  })

  it('forgets at the next page', () => {
    const copies = new Copies()
    copies.isCopy(text, 1)
    copies.clear()
    expect(copies.isCopy(text, 2)).toBe(false)
  })

  it('takes any length, and remembers a bounded number of runs', () => {
    const copies = new Copies()
    const long = Array.from({ length: 100_000 }, (_, index) => `word${index}x`).join(' ')
    expect(copies.isCopy(long, 1)).toBe(false)
    expect(copies.isCopy(text, 2)).toBe(false)
  })
})

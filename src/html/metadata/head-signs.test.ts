import { describe, expect, it } from 'vitest'
import { mayBeByline, mayNameSource } from './head-signs.ts'

const ask = (test: typeof mayBeByline, text: string, withDates: boolean) =>
  test(Buffer.from(text), 0, Buffer.byteLength(text), withDates)

describe('mayNameSource', () => {
  it.each([
    ['post-Author', true, true],
    ['row byline', true, true],
    ['entry_date', true, false],
    ['col-md-6 wide', false, false],
    ['caution', false, false],
    ['&#97;uthor', true, true],
    ['', false, false],
  ])('of %j: %s, and %s for authors alone', (classes, withDates, without) => {
    expect(ask(mayNameSource, classes, true)).toBe(withDates)
    expect(ask(mayNameSource, classes, false)).toBe(without)
  })
})

describe('mayBeByline', () => {
  it.each([
    ['  By Ann Lee', true, true],
    ['Von Ute Weiß', true, true],
    ['6 May 2024', true, false],
    ['12 comments', false, false],
    ['&nbsp;By Ann Lee, 12 May', true, true],
    ['文／山田太郎', true, true],
    ['Share', false, false],
    ['   ', false, false],
  ])('of %j: %s, and %s for authors alone', (text, withDates, without) => {
    expect(ask(mayBeByline, text, true)).toBe(withDates)
    expect(ask(mayBeByline, text, false)).toBe(without)
  })
})

import { expect, it } from 'vitest'
import { characterPage, entryOf, IS_CHARACTER } from './character-table.ts'

it('has the same entries by page as by character, where a shingle may be made of them', () => {
  let characters = 0
  for (const page of [0x00, 0x03, 0x0e, 0x20, 0x4e, 0xac, 0xe0, 0xff, 0x104, 0x1d7, 0x1f6, 0xe01, 0x10ff]) {
    for (const [index, entry] of characterPage(page).entries()) {
      const expected = entryOf(page * 256 + index)
      if ((expected & IS_CHARACTER) === 0) expect(entry & IS_CHARACTER).toBe(0)
      else {
        expect(entry).toBe(expected)
        characters++
      }
    }
  }
  expect(characters).toBeGreaterThan(1000)
})

it('asks of no character for what none before a place is', () => {
  const before = (end: number): string =>
    String.fromCodePoint(...Array.from({ length: end }, (_, code) => code))
  expect(before(0x300)).not.toMatch(/\p{M}/u)
  expect(before(0xe01)).not.toMatch(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u,
  )
})

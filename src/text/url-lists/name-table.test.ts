import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NameTable } from './name-table.ts'

const DOT = 0x2e
const names = fc.array(fc.stringMatching(/^[ab]{1,2}(\.[ab]{1,2}){0,3}$/), { maxLength: 40 })

it('finds the longest suffix at a dot, as a plain search does', () => {
  fc.assert(
    fc.property(names, names, (held, asked) => {
      const table = new NameTable('suffix')
      for (const [index, name] of held.entries()) table.add(name, index)
      expect(table.size).toBe(new Set(held).size)
      for (const text of asked) {
        const expected = held
          .filter((name) => `.${text}`.endsWith(`.${name}`))
          .sort((a, b) => b.length - a.length)[0]
        const found = table.find(text, (code) => code === DOT)
        expect(found === -1 ? undefined : table.nameAt(found)).toBe(expected)
        if (expected !== undefined) expect(table.numberAt(found)).toBe(held.indexOf(expected))
      }
    }),
  )
})

it('finds the longest prefix at a boundary', () => {
  fc.assert(
    fc.property(names, names, (held, asked) => {
      const table = new NameTable('prefix')
      for (const [index, name] of held.entries()) table.add(name, index)
      for (const text of asked) {
        const expected = held
          .filter((name) => `${text}.`.startsWith(`${name}.`))
          .sort((a, b) => b.length - a.length)[0]
        const found = table.find(text, (code) => code === DOT)
        expect(found === -1 ? undefined : table.nameAt(found)).toBe(expected)
      }
    }),
  )
})

it('holds many names, and finds each and no other', () => {
  const table = new NameTable('suffix')
  for (let index = 0; index < 50_000; index++) table.add(`host${index}.example`, index % 7)
  expect(table.size).toBe(50_000)
  for (let index = 0; index < 50_000; index += 97) {
    const found = table.find(`www.host${index}.example`, (code) => code === DOT)
    expect([table.nameAt(found), table.numberAt(found)]).toEqual([`host${index}.example`, index % 7])
    expect(table.find(`host${index}x.example`, (code) => code === DOT)).toBe(-1)
  }
})

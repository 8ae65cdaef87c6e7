import { expect, it } from 'vitest'
import { loadTextHash } from './hash.ts'

it('gives the published values of xxh64, as signed integers', async () => {
  const { hash } = await loadTextHash()
  expect(BigInt.asUintN(64, hash(''))).toBe(0xef46db3751d8e999n)
  expect(BigInt.asUintN(64, hash('abc'))).toBe(0x44bc2cf5ad770999n)
  expect(hash('')).toBeLessThan(0n)
  expect(hash('é\ud800')).toBe(hash('é\ufffd'))
})

it('draws evenly, by seed and id', async () => {
  const { chance } = await loadTextHash()
  const drawn = Array.from({ length: 10_000 }, (_, index) => chance('1', `d${index}`))
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...drawn)).toBeLessThan(1)
  expect(drawn.filter((value) => value < 0.1).length).toBeGreaterThan(900)
  expect(drawn.filter((value) => value < 0.1).length).toBeLessThan(1100)
  expect(chance('1', 'a')).toBe(chance('1', 'a'))
  expect(chance('1', 'a')).not.toBe(chance('2', 'a'))
})

import { describe, expect, it } from 'vitest'
import { estimateTokens, TokenSample, tokensOfBytes } from './token-estimate.ts'

function sampleOf(...texts: readonly string[]): TokenSample {
  const sample = new TokenSample()
  texts.forEach((text, n) => sample.offer(n / 1000, `id-${n}`, text, Buffer.byteLength(text)))
  return sample
}

describe('estimateTokens', () => {
  it('measures GPT-2 tokens per byte', async () => {
    // "Hello world" is two tokens: "Hello" and " world".
    const estimate = await estimateTokens(sampleOf('Hello world'), sampleOf())
    expect(estimate).toEqual({
      encoding: 'r50k_base',
      kept: 2 / 11,
      dropped: 2 / 11,
      sample: { documents: 1, bytes: 11 },
    })
  })

  it('weighs documents by their bytes', async () => {
    const dense = '語'.repeat(10)
    const estimate = await estimateTokens(sampleOf('Hello world', dense), sampleOf('a'))
    const alone = await estimateTokens(sampleOf(dense), sampleOf())
    expect(estimate?.kept).toBeCloseTo((2 + (alone?.kept ?? 0) * 30) / 41)
    expect(estimate?.dropped).toBe(1)
  })

  it('is nothing without texts', async () => {
    expect(await estimateTokens(sampleOf(), sampleOf(''))).toBeUndefined()
  })

  it.each([
    { text: '<|endoftext|>', why: 'a special token is text' },
    { text: '\ud83d\0', why: 'a lone surrogate and NUL' },
    { text: 'x'.repeat(100_000), why: 'a word of 100 kB, in bounded time' },
    { text: ' '.repeat(100_000), why: 'blanks of 100 kB' },
    { text: 'né€'.repeat(30_000), why: 'a run that is not ASCII' },
  ])('$why', async ({ text }) => {
    const started = performance.now()
    const estimate = await estimateTokens(sampleOf(...Array.from({ length: 20 }, () => text)), sampleOf())
    expect(estimate?.kept).toBeGreaterThan(0)
    expect(estimate?.sample.bytes).toBeLessThan(200_000)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

it('counts bytes that stay by the kept ratio', () => {
  const estimate = { encoding: 'given', kept: 0.25, dropped: 0.5, sample: { documents: 0, bytes: 0 } }
  expect(tokensOfBytes(100, 40, estimate)).toBe(10 + 30)
  expect(tokensOfBytes(40, 40, estimate)).toBe(10)
  expect(tokensOfBytes(0, 40, estimate)).toBe(0)
})

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { murmur3 } from './murmur3.ts'
import { sparkFeatures, sparkTokens } from './spark-features.ts'

const FEATURES = 1 << 18

/** Made by Spark 3.5.3 itself: scripts/spark-features.py. */
const golden = gunzipSync(readFileSync('test/golden/spark-features.jsonl.gz'))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { text: string; tokens: string[]; features: [number, number][] })

/** Java leaves a Σ that ends a word σ when letters beyond the basic plane stand before it; Unicode makes it ς. */
const ODD = '\u{10428}\u{10429}\u03c3'

it("gives Spark's tokens and features", () => {
  expect(golden.length).toBe(1000)
  const same = golden.filter(({ tokens }) => !tokens.includes(ODD))
  expect(same.length).toBe(999)
  for (const { text, tokens, features } of same) {
    expect(sparkTokens(text)).toEqual(tokens)
    const counts = new Map<number, number>()
    for (const feature of sparkFeatures(text, FEATURES)) counts.set(feature, (counts.get(feature) ?? 0) + 1)
    expect([...counts].sort(([a], [b]) => a - b)).toEqual(features)
  }
})

it('writes a lone surrogate as Java does', () => {
  expect(sparkFeatures('a\ud800', FEATURES)).toEqual(sparkFeatures('a?', FEATURES))
})

it.each([
  { text: '', seed: 0, hash: 0 },
  { text: '', seed: 1, hash: 0x514e28b7 },
  { text: 'test', seed: 0, hash: 0xba6bd213 },
  { text: 'Hello, world!', seed: 0, hash: 0xc0363e43 },
  { text: 'The quick brown fox jumps over the lazy dog', seed: 0x9747b28c, hash: 0x2fa826cd },
])('gives the published value of MurmurHash3 for "$text" and seed $seed', ({ text, seed, hash }) => {
  expect(murmur3(new TextEncoder().encode(text), seed) >>> 0).toBe(hash)
})

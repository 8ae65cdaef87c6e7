import fc from 'fast-check'
import { expect, it } from 'vitest'
import { murmur3 } from './murmur3.ts'
import { sparkTokens } from './spark-features.ts'
import { pairHash, SPARK_SEED, TokenHasher } from './token-hashes.ts'

const encoder = new TextEncoder()
const hashOf = (token: string): number =>
  murmur3(encoder.encode(token.replaceAll(/\p{Surrogate}/gu, '?')), SPARK_SEED)

it('gives the hash of each token, whatever the spaces and scripts', () => {
  const hasher = new TokenHasher()
  const piece = fc.constantFrom(
    'a',
    'B',
    'cde',
    'Ä',
    'ß',
    'Σ',
    '語',
    '😀',
    '\ud800',
    ' ',
    '\t',
    '\n',
    '\v',
    '\u00a0',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      expect([...hasher.hashes(text)]).toEqual(sparkTokens(text).map(hashOf))
    }),
  )
})

it('takes a text longer than its buffers, and a short one behind it', () => {
  const hasher = new TokenHasher()
  const long = 'Wörter über Wörter '.repeat(20_000)
  expect([...hasher.hashes(long)]).toEqual(sparkTokens(long).map(hashOf))
  expect([...hasher.hashes('x')]).toEqual([hashOf('x')])
})

it('hashes a pair as the bytes of its two hashes', () => {
  const bytes = new Uint8Array(new Int32Array([-7, 12345]).buffer)
  expect(pairHash(-7, 12345)).toBe(murmur3(bytes, SPARK_SEED))
  expect(pairHash(-7, 12345)).not.toBe(pairHash(12345, -7))
})

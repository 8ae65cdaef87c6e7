import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeContent, isCoding } from './content-coding.ts'

const options = { maxRecordBytes: 1 << 20, truncated: false }

const ENCODERS = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const

describe('decodeContent', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ENCODERS),
        fc.uint8Array({ minLength: 1, maxLength: 2000 }),
        ([name, encode], bytes) => {
          const decoded = decodeContent(encode(bytes), name, options)
          expect('body' in decoded && Buffer.compare(decoded.body, bytes)).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it.each(ENCODERS)('%s: a cut body is a failure, and kept when it is said to be cut', (name, encode) => {
    const text = Array.from({ length: 40_000 }, (_, index) => `line ${index * 7919} `).join('')
    const cut = encode(text).subarray(0, -200)
    expect(decodeContent(cut, name, options)).toMatchObject({ reason: 'content-encoding' })
    const kept = decodeContent(cut, name, { ...options, truncated: true })
    expect('body' in kept && kept.body.length > 100 && text.startsWith(kept.body.toString())).toBe(true)
  })

  it.each(ENCODERS)('%s: stops at the cap', (name, encode) => {
    const bomb = encode(Buffer.alloc(8 << 20))
    expect(decodeContent(bomb, name, options)).toMatchObject({ reason: 'record-too-large' })
  })

  it.each(ENCODERS)('%s: text that is not encoded is given as it is', (name) => {
    const text = Buffer.from('<!doctype html><p>plain')
    expect(decodeContent(text, name, options)).toEqual({ body: text })
  })

  it('reads a gzip body of two members, and one with junk or without a trailer', () => {
    const two = Buffer.concat([gzipSync('one '), gzipSync('two')])
    expect(decodeContent(two, 'gzip', options)).toEqual({ body: Buffer.from('one two') })
    const junk = Buffer.concat([gzipSync('one'), Buffer.from('<!-- cache -->')])
    expect(decodeContent(junk, 'gzip', options)).toEqual({ body: Buffer.from('one') })
    expect(decodeContent(gzipSync('one').subarray(0, -8), 'gzip', options)).toEqual({
      body: Buffer.from('one'),
    })
  })

  it.each(['deflate', 'br', 'gzip', 'zstd'])('%s: bytes that are neither are a failure', (name) => {
    const magic = { gzip: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0], zstd: [0x28, 0xb5, 0x2f, 0xfd] }[name] ?? []
    const bytes = Buffer.from([...magic, 0xff, 0, 1, 2, 3, 0xff, 0xfe, 7, 7, 7])
    expect(decodeContent(bytes, name, options)).toMatchObject({ reason: 'content-encoding' })
  })

  it('knows what is a coding', () => {
    expect(['gzip', 'br', 'compress'].every(isCoding)).toBe(true)
    expect(['utf-8', 'none', 'identity', 'toString', '', 'constructor'].some(isCoding)).toBe(false)
  })
})

import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Damage } from '../source/byte-window.ts'
import { unpackedStream } from './stream.ts'

const text = Buffer.from(Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join(''))

/** Chunks of so many bytes. */
async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Uint8Array, size: number): Promise<{ found: Buffer; damage: string | undefined }> {
  const parts: Uint8Array[] = []
  let damage: string | undefined
  try {
    for await (const chunk of unpackedStream(chunksOf(bytes, size), 128 << 20)) parts.push(chunk)
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    damage = error.reason
  }
  return { found: Buffer.concat(parts), damage }
}

describe('unpackedStream', () => {
  it.each([
    ['plain', text],
    ['gzip', gzipSync(text)],
    ['gzip of two members', Buffer.concat([gzipSync(text.subarray(0, 999)), gzipSync(text.subarray(999))])],
    ['zstd', zstdCompressSync(text)],
  ])('reads %s in chunks of any size', async (_, bytes) => {
    for (const size of [7, 1000, 1 << 20]) {
      const { found, damage } = await read(bytes, size)
      expect(damage).toBeUndefined()
      expect(found.equals(text)).toBe(true)
    }
  })

  it.each([[''], ['a'], ['abc']])('reads %j', async (short) => {
    expect((await read(Buffer.from(short), 1)).found.toString()).toBe(short)
  })

  it.each([
    ['cut-gzip', gzipSync(text).subarray(0, 60_000)],
    ['cut-zstd', zstdCompressSync(text).subarray(0, 10_000)],
    ['bad-gzip', gzipSync(text).fill(0xff, 10, 20)],
  ])('gives what stands before %s', async (reason, bytes) => {
    const { found, damage } = await read(bytes, 1000)
    expect(damage).toBe(reason)
    expect(text.subarray(0, found.length).equals(found)).toBe(true)
  })
})

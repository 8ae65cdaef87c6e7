import { constants, deflateRawSync, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesSource, peakGrowth, repeatedSource } from '../../../test/rows-source.ts'
import type { Source } from '../../model/record.ts'
import { Damage } from '../source/byte-window.ts'
import { compressionOf, decompressed, decompressedWhole } from './compression.ts'

const MIB = 1 << 20
const options = { maxWindowBytes: 2 ** 31 }
const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

/** Everything that was given, and the damage that ended it. */
async function take(source: Source): Promise<{ content: Buffer; damage: string | undefined }> {
  const parts: Uint8Array[] = []
  let damage: string | undefined
  try {
    for await (const chunk of decompressed(source, options)) parts.push(chunk)
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    damage = error.reason
  }
  return { content: Buffer.concat(parts), damage }
}

/** Text that compresses to many deflate blocks and zstd blocks, the same on every run. */
function sample(bytes: number): Buffer {
  let state = 1
  const out = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    out[at] = at % 60 === 59 ? 10 : 97 + ((state >>> 16) % 20)
  }
  return out
}

describe('decompressed', () => {
  const a = sample(1500)
  const b = sample(300)

  it.each([
    { why: 'plain', bytes: a, content: a },
    { why: 'an empty file', bytes: Buffer.alloc(0), content: Buffer.alloc(0) },
    { why: 'one gzip member', bytes: gzipSync(a), content: a },
    {
      why: 'many gzip members, an empty one among them',
      bytes: Buffer.concat([gzipSync(a), gzipSync(''), gzipSync(b)]),
      content: Buffer.concat([a, b]),
    },
    {
      why: 'zeros behind the last gzip member',
      bytes: Buffer.concat([gzipSync(a), Buffer.alloc(999)]),
      content: a,
    },
    {
      why: 'many zstd frames',
      bytes: Buffer.concat([zstdCompressSync(a), zstdCompressSync(''), zstdCompressSync(b)]),
      content: Buffer.concat([a, b]),
    },
    {
      why: 'skippable frames before, between and behind',
      bytes: Buffer.concat([skippable, zstdCompressSync(a), skippable, zstdCompressSync(b), skippable]),
      content: Buffer.concat([a, b]),
    },
    {
      why: 'a zstd checksum',
      bytes: zstdCompressSync(a, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
      content: a,
    },
    { why: 'nothing but a skippable frame', bytes: skippable, content: Buffer.alloc(0) },
  ])('reads $why, in chunks of any size', async ({ bytes, content }) => {
    for (const chunkBytes of [1, 7, 1 << 20]) {
      const read = await take(bytesSource(bytes, 'x', chunkBytes))
      expect(read.damage).toBeUndefined()
      expect(read.content.equals(content)).toBe(true)
    }
  })

  it('goes by bytes, and by the name only where the bytes are no text', async () => {
    const kind = (bytes: Uint8Array | string, uri: string) => compressionOf(bytesSource(bytes, uri))
    expect(await kind('{"text": 1}', 'x.jsonl.gz')).toBe('plain')
    expect(await kind(gzipSync(a), 'x.jsonl')).toBe('gzip')
    expect(await kind(zstdCompressSync(a), 'x.gz')).toBe('zstd')
    expect(await kind(Buffer.from([0, 1, 2, 3]), 'https://h/x.GZ?token=1')).toBe('gzip')
    expect(await kind('', 'x.zst')).toBe('zstd')
    expect(await kind(Buffer.from([0, 1, 2, 3]), 'x.jsonl')).toBe('plain')
  })

  it.each([
    { why: 'an empty .gz', bytes: Buffer.alloc(0), uri: 'x.gz', damage: 'cut-gzip' },
    { why: 'an empty .zst', bytes: Buffer.alloc(0), uri: 'x.zst', damage: 'cut-zstd' },
    { why: 'a .gz that is none', bytes: Buffer.from([1, 2, 3, 4]), uri: 'x.gz', damage: 'bad-gzip' },
    { why: 'a .zst that is none', bytes: Buffer.from([1, 2, 3, 4, 5]), uri: 'x.zst', damage: 'bad-zstd' },
    {
      why: 'bytes behind the last member',
      bytes: Buffer.concat([gzipSync(''), Buffer.from('tail')]),
      uri: 'x.gz',
      damage: 'bad-gzip',
    },
    {
      why: 'bytes behind zeros behind the last member',
      bytes: Buffer.concat([gzipSync(''), Buffer.alloc(9), Buffer.from('tail')]),
      uri: 'x.gz',
      damage: 'bad-gzip',
    },
    {
      why: 'bytes behind the last frame',
      bytes: Buffer.concat([zstdCompressSync(''), Buffer.from('tail')]),
      uri: 'x',
      damage: 'bad-zstd',
    },
    { why: 'a wrong gzip checksum', bytes: flipped(gzipSync('abc'), -8), uri: 'x', damage: 'bad-gzip' },
    {
      why: 'a frame that wants a dictionary',
      bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 0, 1, 0, 0]),
      uri: 'x',
      damage: 'bad-zstd',
    },
  ])('says of $why that it is damaged', async ({ bytes, uri, damage }) => {
    expect(await take(bytesSource(bytes, uri))).toMatchObject({ damage })
  })

  it('gives all of a cut gzip that inflates', async () => {
    const content = sample(20_000)
    const bytes = Buffer.concat([gzipSync(content.subarray(0, 9000)), gzipSync(content.subarray(9000))])
    for (let end = 3; end < bytes.length; end += 397) {
      const cut = bytes.subarray(0, end)
      const read = await take(bytesSource(cut, 'x.gz', 1000))
      const expected = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH })
      expect(read.content.equals(expected), `cut at ${end}`).toBe(true)
      const isWhole = end === gzipSync(content.subarray(0, 9000)).length
      expect(read.damage, `cut at ${end}`).toBe(isWhole ? undefined : 'cut-gzip')
    }
  })

  it('gives every block before the cut of a zstd frame', async () => {
    const content = sample(600_000)
    const bytes = zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    let longest = 0
    for (let end = 5; end < bytes.length; end += 9973) {
      const read = await take(bytesSource(bytes.subarray(0, end)))
      expect(read.damage).toBe('cut-zstd')
      expect(content.subarray(0, read.content.length).equals(read.content)).toBe(true)
      expect(read.content.length).toBeGreaterThanOrEqual(longest)
      longest = read.content.length
    }
    expect(longest).toBeGreaterThan(256 << 10)
    expect((await take(bytesSource(bytes.subarray(0, -1)))).content.length).toBe(content.length)
  })

  it('gives what inflates before damage in the middle of a member, to the byte', async () => {
    const content = sample(200_000)
    const bytes = gzipSync(content)
    const middle = bytes.length >> 1
    const zapped = Buffer.from(bytes)
    zapped.fill(0xff, middle, middle + 64)
    const read = await take(bytesSource(zapped))
    // Bytes may pass for other codes, until the input is used up.
    expect(['bad-gzip', 'cut-gzip']).toContain(read.damage)
    const before = gunzipSync(bytes.subarray(0, middle), { finishFlush: constants.Z_SYNC_FLUSH })
    expect(before.length).toBeGreaterThan(90_000)
    expect(read.content.subarray(0, before.length).equals(before)).toBe(true)
  })

  it('gives the blocks before a damaged one, and all blocks before a wrong checksum', async () => {
    const content = sample(600_000)
    const bytes = zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
    const zapped = Buffer.from(bytes)
    zapped.fill(0xff, (bytes.length * 0.6) | 0, ((bytes.length * 0.6) | 0) + 64)
    const read = await take(bytesSource(zapped))
    expect(read.damage).toBe('bad-zstd')
    const whole = 256 << 10
    expect(read.content.length).toBeGreaterThanOrEqual(whole)
    expect(content.subarray(0, whole).equals(read.content.subarray(0, whole))).toBe(true)
    const summed = await take(bytesSource(flipped(bytes, -1)))
    expect(summed.damage).toBe('bad-zstd')
    expect(summed.content.equals(content)).toBe(true)
  })

  it('never throws anything but damage or refusal, whatever byte is flipped', async () => {
    const content = sample(800)
    for (const bytes of [
      gzipSync(content),
      zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    ]) {
      let damaged = 0
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
          const read = await take(bytesSource(flipped(bytes, at, mask))).catch((error: unknown) => {
            expect(error).toHaveProperty('code', 'memory')
            return undefined
          })
          if (read?.damage !== undefined) damaged++
        }),
        { numRuns: 60 },
      )
      expect(damaged).toBeGreaterThan(20)
    }
  })

  it('refuses a window above the limit at once, and says what to do', async () => {
    const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0xa8, 1, 0, 0, 0, 0, 0, 0])
    const read = async (maxWindowBytes: number) => {
      for await (const _ of decompressed(bytesSource(header, 'RS.zst'), { maxWindowBytes }));
    }
    await expect(read(512 * MIB)).rejects.toMatchObject({
      code: 'memory',
      message: expect.stringContaining('2048 MiB'),
      hint: expect.stringContaining('--memory 5G'),
    })
    const huge = Buffer.from(header)
    huge[5] = 0xb0
    await expect(
      (async () => {
        for await (const _ of decompressed(bytesSource(huge, 'x'), { maxWindowBytes: 2 ** 40 }));
      })(),
    ).rejects.toMatchObject({ code: 'memory', hint: expect.stringContaining('--long=31') })
  })

  it('holds no more than a chunk of a bomb', async () => {
    for (const bomb of [zstdBomb(20_000), gzipBomb(1100)]) {
      let bytes = 0
      let largest = 0
      const growth = await peakGrowth(async () => {
        for await (const chunk of decompressed(bomb, options)) {
          bytes += chunk.length
          largest = Math.max(largest, chunk.length)
          if (bytes > 1 << 30) break
        }
      })
      expect(bytes).toBeGreaterThan(900 << 20)
      expect(largest).toBeLessThanOrEqual(2 * MIB)
      expect(growth).toBeLessThan(150 * MIB)
    }
  })

  it('stops inflating a whole file at the limit', async () => {
    let read = 0
    const bomb = zstdBomb(80_000)
    const counted: Source = {
      ...bomb,
      async *read(start, end, signal) {
        for await (const chunk of bomb.read(start, end, signal)) {
          read += chunk.length
          yield chunk
        }
      },
    }
    expect(await decompressedWhole(counted, { ...options, maxBytes: MIB })).toBeUndefined()
    expect(read).toBeLessThan(counted.size / 2)
  })
})

/** A frame of blocks that each hold one byte and stand for 128 KiB of it. */
function zstdBomb(blocks: number): Source {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])
  const block = (last: number) => Buffer.from([...word((131072 << 3) | 2 | last), 0])
  const unit = Buffer.concat(Array.from({ length: 100 }, () => block(0)))
  return repeatedSource(header, unit, blocks / 100, block(1))
}

function word(value: number): readonly number[] {
  return [value & 0xff, (value >> 8) & 0xff, value >> 16]
}

/** A member that inflates to so many MiB of zeros, and is cut then. */
function gzipBomb(mebibytes: number): Source {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
  const unit = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH })
  return repeatedSource(header, unit, mebibytes, Buffer.alloc(0))
}

function flipped(bytes: Uint8Array, at: number, mask = 1): Buffer {
  const copy = Buffer.from(bytes)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] ?? 0) ^ mask
  return copy
}

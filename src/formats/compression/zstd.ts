import { constants, createZstdDecompress } from 'node:zlib'
import { TilthError } from '../../model/error.ts'
import type { Source } from '../../model/record.ts'
import { ByteWindow, Damage } from '../source/byte-window.ts'
import { codeOf, Decoder, type DecompressOptions, OUTPUT_CHUNK_BYTES, PIECE_BYTES } from './decoder.ts'
import { BadPiece, recovered } from './recovery.ts'
import { frameMagic, MAX_HEADER_BYTES, readFrameHeader, SKIPPABLE_HEADER_BYTES } from './zstd-frame.ts'

/** Largest window that zstd decodes at all; Pushshift's dumps use it. */
const MAX_WINDOW_BYTES = 2 ** 31
const MAX_BLOCK_BYTES = 1 << 17
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4

/**
 * What the frames of a zstd file decode to, in order.
 *
 * Node's decoder stops behind one frame and does not say which window it is about to allocate. So the
 * frames are walked by their headers and block lengths, and the decoder is given whole blocks.
 *
 * @see RFC 8878.
 * @throws TilthError `memory` when a frame needs a window above `maxWindowBytes`, before it is allocated.
 */
export function unpacked(source: Source, options: DecompressOptions): AsyncGenerator<Uint8Array> {
  return recovered((fineFrom) => unpack(source, fineFrom, options))
}

async function* unpack(
  source: Source,
  fineFrom: number,
  options: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const stored = new ByteWindow(source.read(0, source.size, options.signal))
  const decoder = new Decoder(
    createZstdDecompress({
      chunkSize: OUTPUT_CHUNK_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: Math.log2(MAX_WINDOW_BYTES) },
    }),
  )
  try {
    let frames = 0
    for (;;) {
      await stored.ensure(MAX_HEADER_BYTES)
      if (stored.bytes.length === 0 && frames > 0) return
      const magic = frameMagic(stored.bytes)
      if (magic === 'data') yield* readFrame(source.uri, stored, decoder, fineFrom, options)
      else if (magic === 'skippable') await skipFrame(stored)
      else throw notAFrame(stored)
      frames++
    }
  } finally {
    decoder.close()
    await stored.close()
  }
}

async function* readFrame(
  uri: string,
  stored: ByteWindow,
  decoder: Decoder,
  fineFrom: number,
  { maxWindowBytes }: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const header = readFrameHeader(stored.bytes)
  if (header === undefined) throw cut('a frame header')
  checkWindow(uri, header.windowBytes, maxWindowBytes)
  const fine = (): boolean => stored.offset >= fineFrom
  let length = header.bytes
  for (let last = false; !last; ) {
    const block = await nextBlock(stored, length)
    if (block instanceof Damage) {
      yield* write(stored, length, decoder)
      throw block
    }
    length += block.bytes
    last = block.last
    if (length < PIECE_BYTES && !fine()) continue
    yield* write(stored, length, decoder)
    length = 0
  }
  yield* write(stored, length, decoder)
  if (!header.hasChecksum) return
  await stored.ensure(CHECKSUM_BYTES)
  if (stored.bytes.length < CHECKSUM_BYTES) throw cut('the checksum of a frame')
  yield* write(stored, CHECKSUM_BYTES, decoder)
}

/** The block at `at` in the window, once it is held whole. */
async function nextBlock(
  stored: ByteWindow,
  at: number,
): Promise<{ readonly bytes: number; readonly last: boolean } | Damage> {
  await stored.ensure(at + BLOCK_HEADER_BYTES)
  if (stored.bytes.length < at + BLOCK_HEADER_BYTES) return cut('a frame')
  const word = stored.bytes.readUIntLE(at, BLOCK_HEADER_BYTES)
  const type = (word >> 1) & 3
  const size = word >> 3
  if (type === 3 || size > MAX_BLOCK_BYTES) {
    return new Damage('bad-zstd', `no zstd block at byte ${stored.offset + at}`)
  }
  // A run of one byte is stored as that byte.
  const bytes = BLOCK_HEADER_BYTES + (type === 1 ? 1 : size)
  await stored.ensure(at + bytes)
  return stored.bytes.length < at + bytes ? cut('a block') : { bytes, last: (word & 1) === 1 }
}

async function* write(stored: ByteWindow, length: number, decoder: Decoder): AsyncGenerator<Uint8Array> {
  if (length === 0) return
  const at = stored.offset
  try {
    yield* decoder.write(stored.bytes.subarray(0, length))
  } catch (error) {
    const code = codeOf(error)
    if (!code.startsWith('ZSTD_') && !code.startsWith('Z_')) throw error
    throw new BadPiece(
      new Damage('bad-zstd', `the zstd data cannot be decoded near byte ${at} (${code})`),
      at,
    )
  }
  stored.advance(length)
}

async function skipFrame(stored: ByteWindow): Promise<void> {
  if (stored.bytes.length < SKIPPABLE_HEADER_BYTES) throw cut('a skippable frame')
  const length = SKIPPABLE_HEADER_BYTES + stored.bytes.readUInt32LE(4)
  if ((await stored.skip(length)) < length) throw cut('a skippable frame')
}

function notAFrame({ bytes, offset }: ByteWindow): Damage {
  if (bytes.length < 4) return cut('a frame header')
  return new Damage('bad-zstd', `expected a zstd frame at byte ${offset}`)
}

function cut(inside: string): Damage {
  return new Damage('cut-zstd', `the input ends inside ${inside}`)
}

function checkWindow(uri: string, windowBytes: number, maxWindowBytes: number): void {
  if (windowBytes <= Math.min(maxWindowBytes, MAX_WINDOW_BYTES)) return
  const needed = Math.ceil(windowBytes / 2 ** 20)
  const allowed = Math.floor(maxWindowBytes / 2 ** 20)
  const unpackFirst = 'unpack it first: zstd -d --long=31 FILE'
  if (windowBytes > MAX_WINDOW_BYTES) {
    throw new TilthError('memory', `${uri}: its zstd window takes ${needed} MiB, more than zstd decodes`, {
      hint: unpackFirst,
    })
  }
  // A worker gives at most half of its share to a window; the rest is for the runtime and the records.
  const memory = Math.ceil((2 * windowBytes) / 2 ** 30 + 0.5)
  throw new TilthError('memory', `${uri}: its zstd window takes ${needed} MiB, ${allowed} MiB are allowed`, {
    hint: `--memory ${memory}G --workers 1, no --memory at all, or ${unpackFirst}`,
  })
}

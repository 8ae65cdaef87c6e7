import { Readable } from 'node:stream'
import { constants, crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import type { Source } from '../../model/record.ts'
import { ByteWindow, Damage } from '../source/byte-window.ts'

/** First bytes of every gzip member: magic and the only method there is. */
export const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, 0x08])

/** CRC-32 and length of what was inflated. */
const TRAILER_BYTES = 8

/** A member of at most so many stored bytes is inflated in one call; a longer one is streamed. */
export const WHOLE_MEMBER_BYTES = 1 << 20

/** ... and of at most so many inflated bytes, so that a bomb costs no more than this. */
const WHOLE_INFLATED_BYTES = 8 << 20

const STREAM_CHUNK_BYTES = 1 << 20

/** A member that is being read: its content, and where it ended. */
export interface Member {
  readonly content: ByteWindow
  /** Stored bytes from the member's start that the content so far came from. */
  stored(): number
}

/**
 * Length of the gzip header at `at`; `undefined` where there is none, or it is longer than what is held.
 *
 * @see RFC 1952, section 2.3.
 */
export function gzipHeaderLength(bytes: Buffer, at = 0): number | undefined {
  if (bytes.length < at + 10 || bytes[at] !== 0x1f || bytes[at + 1] !== 0x8b || bytes[at + 2] !== 8)
    return undefined
  const flags = bytes[at + 3] ?? 0
  if ((flags & 0xe0) !== 0) return undefined
  let end = at + 10
  if ((flags & 4) !== 0) end += 2 + (bytes[end] ?? 0) + 256 * (bytes[end + 1] ?? 0)
  for (const zeroEnded of [8, 16]) {
    if ((flags & zeroEnded) === 0) continue
    const zero = bytes.indexOf(0, end)
    if (zero < 0) return undefined
    end = zero + 1
  }
  if ((flags & 2) !== 0) end += 2
  return end <= bytes.length ? end - at : undefined
}

/**
 * Opens the member that starts where `stored` stands; `undefined` when no gzip header is there.
 *
 * The usual member (one record) is inflated at once: about 1.3 times as fast as a stream. Whether it
 * is depends on the member alone, so that every split gives the same items.
 */
export async function openMember(
  source: Source,
  stored: ByteWindow,
  signal: AbortSignal | undefined,
): Promise<Member | undefined> {
  // Reading on would copy what is held, and a member that is followed by another is there already.
  if (stored.bytes.indexOf(GZIP_MAGIC, 1) > 0) {
    const header = gzipHeaderLength(stored.bytes)
    const member = header === undefined ? undefined : wholeMember(stored.bytes, header)
    if (member !== undefined) return member
  }
  await stored.ensure(WHOLE_MEMBER_BYTES)
  const header = gzipHeaderLength(stored.bytes)
  if (header === undefined) return undefined
  return wholeMember(stored.bytes, header) ?? streamedMember(source, stored.offset, header, signal)
}

/** First inflated bytes of a member that may start at `at`: empty when nothing inflates there. */
export function inflatedHead(bytes: Buffer, at: number): Buffer {
  const header = gzipHeaderLength(bytes, at)
  if (header === undefined) return Buffer.alloc(0)
  try {
    return inflateRawSync(bytes.subarray(at + header, at + header + 1024), {
      finishFlush: constants.Z_SYNC_FLUSH,
    })
  } catch {
    // Whatever zlib says, no member starts here.
    return Buffer.alloc(0)
  }
}

function wholeMember(bytes: Buffer, header: number): Member | undefined {
  const expected = inflatedSize(bytes, header)
  if (expected > WHOLE_INFLATED_BYTES) return undefined
  let content: Buffer
  let length: number
  try {
    const body = bytes.subarray(header, WHOLE_MEMBER_BYTES)
    // One byte more than expected: zlib then sees that it is done without a second buffer.
    const chunkSize = Math.max(constants.Z_MIN_CHUNK, expected + 1)
    const inflated = inflateWithInfo(body, chunkSize, WHOLE_INFLATED_BYTES)
    content = inflated.content
    length = header + inflated.consumed + TRAILER_BYTES
  } catch {
    // Damaged, cut, longer or a bomb: the stream tells which, and gives what comes before it.
    return undefined
  }
  if (length > bytes.length || !trailerFits(bytes, length - TRAILER_BYTES, crc32(content), content.length)) {
    return undefined
  }
  return { content: new ByteWindow(undefined, 0, content), stored: () => length }
}

function inflateWithInfo(
  body: Buffer,
  chunkSize: number,
  maxOutputLength: number,
): { content: Buffer; consumed: number } {
  // The types of node:zlib do not know `info`, which is documented.
  const result: unknown = inflateRawSync(body, { chunkSize, maxOutputLength, info: true })
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } }
  return { content: buffer, consumed: engine.bytesWritten }
}

/**
 * What the member's trailer says its content's length is, if the next magic is the next member: a
 * wrong guess costs time, never a byte.
 */
function inflatedSize(bytes: Buffer, header: number): number {
  const next = bytes.indexOf(GZIP_MAGIC, header + TRAILER_BYTES)
  const end = next < 0 ? bytes.length : next
  const size = end >= header + TRAILER_BYTES ? bytes.readUInt32LE(end - 4) : 0
  // Deflate cannot do better than 1032 to 1.
  return size <= 1032 * end ? size : 1 << 16
}

function streamedMember(
  source: Source,
  start: number,
  header: number,
  signal: AbortSignal | undefined,
): Member {
  let consumed = 0
  async function* inflate(): AsyncGenerator<Uint8Array> {
    const input = Readable.from(source.read(start + header, source.size, signal), { objectMode: true })
    const engine = createInflateRaw({ chunkSize: STREAM_CHUNK_BYTES })
    input.on('error', (error) => engine.destroy(error))
    input.pipe(engine)
    let sum = 0
    let length = 0
    try {
      for await (const chunk of engine as AsyncIterable<Buffer>) {
        consumed = engine.bytesWritten
        sum = crc32(chunk, sum)
        length += chunk.length
        yield chunk
      }
      consumed = engine.bytesWritten
    } catch (error) {
      throw damageOf(error)
    } finally {
      input.destroy()
      engine.destroy()
    }
    await checkTrailer(source, start + header + consumed, sum, length)
  }
  return { content: new ByteWindow(inflate()), stored: () => header + consumed + TRAILER_BYTES }
}

async function checkTrailer(source: Source, at: number, sum: number, length: number): Promise<void> {
  const trailer: Uint8Array[] = []
  for await (const chunk of source.read(at, Math.min(at + TRAILER_BYTES, source.size))) trailer.push(chunk)
  const bytes = Buffer.concat(trailer)
  if (bytes.length < TRAILER_BYTES) throw new Damage('cut-gzip', 'the gzip member ends inside its trailer')
  if (!trailerFits(bytes, 0, sum, length)) {
    throw new Damage('bad-gzip', 'the gzip member inflates to other bytes than its CRC-32 and length say')
  }
}

function trailerFits(bytes: Buffer, at: number, sum: number, length: number): boolean {
  return bytes.readUInt32LE(at) === sum && bytes.readUInt32LE(at + 4) === length % 2 ** 32
}

/** What zlib found wrong; anything else (a file that went away, an abort) stays as it is. */
function damageOf(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'Z_BUF_ERROR')
    return new Damage('cut-gzip', 'the gzip member ends before its deflate stream does')
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new Damage('bad-gzip', `the gzip member does not inflate (${code})`)
  }
  return error
}

import { brotliDecompressSync, constants, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { gzipHeaderLength } from './gzip-member.ts'
import type { PayloadOptions } from './http-item.ts'

type Decoded = { body: Buffer } | { reason: 'content-encoding' | 'record-too-large'; detail: string }

/** Windows above 8 MiB are forbidden in HTTP (RFC 9659), and cost memory. */
const ZSTD_WINDOW_LOG = 23

interface Coding {
  /** Whether bytes can be this coding; a coding without magic numbers can be anything. */
  readonly fits: (bytes: Buffer) => boolean
  readonly hasMagic: boolean
  /** `cut` takes a stream that breaks off. */
  readonly decode: (bytes: Buffer, maxOutputLength: number, cut: boolean) => Buffer
}

const gzip: Coding = {
  fits: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b,
  hasMagic: true,
  decode: inflateGzip,
}

const CODINGS: Readonly<Record<string, Coding | null>> = {
  gzip,
  'x-gzip': gzip,
  deflate: { fits: () => true, hasMagic: false, decode: inflateEither },
  br: {
    fits: () => true,
    hasMagic: false,
    decode: (bytes, maxOutputLength, cut) =>
      brotliDecompressSync(bytes, {
        maxOutputLength,
        ...(cut ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {}),
      }),
  },
  zstd: {
    fits: (bytes) =>
      bytes.length >= 4 &&
      (bytes.readUInt32LE(0) === 0xfd2fb528 || bytes.readUInt32LE(0) >>> 4 === 0x184d2a5),
    hasMagic: true,
    decode: (bytes, maxOutputLength, cut) =>
      zstdDecompressSync(bytes, {
        maxOutputLength,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
        ...(cut ? { finishFlush: constants.ZSTD_e_flush } : {}),
      }),
  },
  // Known, and read by nobody any more: refused rather than taken for text.
  compress: null,
  'x-compress': null,
  dcb: null,
  dcz: null,
}

/** Whether a word in Content-Encoding names a coding; others (`utf-8`, `none`, `identity`) say nothing. */
export function isCoding(name: string): boolean {
  return Object.hasOwn(CODINGS, name)
}

/**
 * Removes one content coding; gives the bytes as they are when they evidently do not have it.
 *
 * Never inflates above `maxRecordBytes`. The CRC of a gzip body is not checked, as no browser does.
 */
export function decodeContent(bytes: Buffer, name: string, options: PayloadOptions): Decoded {
  const coding = CODINGS[name]
  if (coding === null || coding === undefined)
    return { reason: 'content-encoding', detail: `${name} is not supported` }
  if (!coding.fits(bytes)) return { body: bytes }
  try {
    return { body: coding.decode(bytes, options.maxRecordBytes, options.truncated) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return {
        reason: 'record-too-large',
        detail: `${name} inflates to more than ${options.maxRecordBytes} bytes`,
      }
    }
    if (!/^(Z_|ERR_|ZSTD_)/.test(code)) throw error
    if (!coding.hasMagic && looksLikeText(bytes)) return { body: bytes }
    return { reason: 'content-encoding', detail: `declared ${name} does not decode (${code})` }
  }
}

/** One member after the other, as the standard allows; junk behind the first is ignored, as browsers do. */
function inflateGzip(bytes: Buffer, maxOutputLength: number, cut: boolean): Buffer {
  const parts: Buffer[] = []
  let left = maxOutputLength
  for (let at = 0; at < bytes.length; ) {
    const header = gzipHeaderLength(bytes, at)
    if (header === undefined && at > 0) break
    const result: unknown = inflateRawSync(bytes.subarray(at + (header ?? 10)), {
      maxOutputLength: Math.max(1, left),
      chunkSize: 1 << 16,
      info: true,
      ...(cut ? { finishFlush: constants.Z_SYNC_FLUSH } : {}),
    })
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } }
    parts.push(buffer)
    left -= buffer.length
    at += (header ?? 10) + engine.bytesWritten + 8
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

/** `deflate` means zlib by the standard, and raw deflate to servers that read it otherwise. */
function inflateEither(bytes: Buffer, maxOutputLength: number, cut: boolean): Buffer {
  const first = bytes[0] ?? 0
  const isZlib = (first & 0x0f) === 8 && (first * 256 + (bytes[1] ?? 0)) % 31 === 0
  const options = { maxOutputLength, ...(cut ? { finishFlush: constants.Z_SYNC_FLUSH } : {}) }
  return isZlib ? inflateSync(bytes, options) : inflateRawSync(bytes, options)
}

/** Whether the first bytes hold no control character that text does not. */
function looksLikeText(bytes: Buffer): boolean {
  return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(bytes.toString('latin1', 0, 512))
}

import { createGunzip } from 'node:zlib'
import type { Source } from '../../model/record.ts'
import { Damage } from '../source/byte-window.ts'
import { codeOf, Decoder, OUTPUT_CHUNK_BYTES, PIECE_BYTES } from './decoder.ts'
import { BadPiece, recovered } from './recovery.ts'

/**
 * What the members of a gzip file inflate to, in order. Zeros may follow the last one, as on tapes.
 *
 * @see RFC 1952.
 */
export function inflated(source: Source, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  return recovered((fineFrom) => inflate(source, fineFrom, signal))
}

async function* inflate(
  source: Source,
  fineFrom: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const decoder = new Decoder(createGunzip({ chunkSize: OUTPUT_CHUNK_BYTES }))
  let at = 0
  try {
    for await (const chunk of source.read(0, source.size, signal)) {
      for (const piece of pieces(chunk, at, fineFrom)) {
        if (decoder.ended) {
          checkPadding(piece)
          continue
        }
        try {
          yield* decoder.write(piece)
        } catch (error) {
          throw badPiece(error, at)
        }
        at += piece.length
        if (decoder.ended) checkPadding(piece.subarray(piece.length - (at - decoder.consumed)))
      }
    }
    try {
      yield* decoder.end()
    } catch (error) {
      throw badPiece(error, at)
    }
  } finally {
    decoder.close()
  }
}

/** Cuts a chunk that stands at byte `at`; into single bytes from `fineFrom` on. */
function* pieces(chunk: Uint8Array, at: number, fineFrom: number): Generator<Uint8Array> {
  for (let from = 0; from < chunk.length; ) {
    const length = at + from < fineFrom ? Math.min(PIECE_BYTES, fineFrom - at - from) : 1
    yield chunk.subarray(from, from + length)
    from += length
  }
}

function checkPadding(bytes: Uint8Array): void {
  if (bytes.some((byte) => byte !== 0)) {
    throw new Damage('bad-gzip', 'there are bytes behind the last gzip member that are neither zero nor gzip')
  }
}

function badPiece(error: unknown, at: number): unknown {
  const code = codeOf(error)
  if (code === 'Z_BUF_ERROR') return new Damage('cut-gzip', 'the input ends inside a gzip member')
  if (!code.startsWith('Z_')) return error
  return new BadPiece(
    new Damage('bad-gzip', `the gzip data cannot be inflated near byte ${at} (${code})`),
    at,
  )
}

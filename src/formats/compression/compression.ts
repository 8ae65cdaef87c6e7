import type { Source } from '../../model/record.ts'
import { readRange } from '../source/source.ts'
import type { DecompressOptions } from './decoder.ts'
import { inflated } from './gzip.ts'
import { magicOf } from './magic.ts'
import { unpacked } from './zstd.ts'

export type Compression = 'plain' | 'gzip' | 'zstd'

const HEAD_BYTES = 512

/**
 * How a source is compressed, by its first bytes: names lie (servers unpack `.gz` on the way).
 *
 * A name counts only where the bytes are no text: a `.gz` without the magic and with control characters
 * is a damaged gzip, and so is an empty one.
 */
export async function compressionOf(source: Source, signal?: AbortSignal): Promise<Compression> {
  const head = await readRange(source, 0, HEAD_BYTES, signal)
  const told = magicOf(head)
  if (told !== undefined) return told
  const named = namedCompression(source.uri)
  return named !== undefined && !looksLikeText(head) ? named : 'plain'
}

/**
 * A source's bytes without their compression, in chunks of at most about 1 MiB.
 *
 * Gzip may have many members, zstd many frames and skippable ones. Damage ends the bytes: {@link Damage}
 * (`cut-gzip`, `bad-gzip`, `cut-zstd`, `bad-zstd`) is thrown behind everything that decodes before it.
 * What follows damage is not looked for: where it begins in the content nobody can tell.
 *
 * @throws TilthError `memory` when a zstd frame needs a window above `maxWindowBytes`.
 */
export async function* decompressed(source: Source, options: DecompressOptions): AsyncGenerator<Uint8Array> {
  const compression = await compressionOf(source, options.signal)
  if (compression === 'plain') yield* source.read(0, source.size, options.signal)
  else if (compression === 'gzip') yield* inflated(source, options.signal)
  else yield* unpacked(source, options)
}

/** The whole content, or `undefined` when it is longer than `maxBytes`: reading stops there. */
export async function decompressedWhole(
  source: Source,
  options: DecompressOptions & { readonly maxBytes: number },
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of decompressed(source, options)) {
    bytes += chunk.length
    if (bytes > options.maxBytes) return undefined
    parts.push(chunk)
  }
  return Buffer.concat(parts, bytes)
}

function namedCompression(uri: string): Compression | undefined {
  const path = uri.replace(/[?#].*$/s, '').toLowerCase()
  if (path.endsWith('.gz')) return 'gzip'
  return path.endsWith('.zst') ? 'zstd' : undefined
}

/** Not empty, and free of control characters other than tab, line feed, form feed and carriage return. */
function looksLikeText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13))
}

import { fileURLToPath } from 'node:url'
import { TilthError } from '../../model/error.ts'
import type { Source } from '../../model/record.ts'
import { openFile } from './file.ts'
import { type HttpOptions, openHttp } from './http.ts'

/**
 * Opens an input: a path, a `file://` URL or an `http(s)://` URL.
 *
 * Reads nothing but size and etag. A file that is replaced or cut, or a resource whose ETag changes
 * while it is read, makes the read fail; it is never a shorter input.
 *
 * @throws TilthError `not-found` when there is nothing at `uri`, `input` for what cannot be read by range.
 */
export async function openSource(uri: string, options: HttpOptions = {}): Promise<Source> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(uri)?.[1]?.toLowerCase()
  if (scheme === undefined) return openFile(uri, uri)
  if (scheme === 'file') return openFile(pathOf(uri), uri)
  if (scheme === 'http' || scheme === 'https') return openHttp(uri, options)
  throw new TilthError('input', `${uri}: no reader for ${scheme}:// inputs`, {
    hint: 'Use a path, file://, http:// or https://; download other inputs first.',
  })
}

/**
 * The whole content.
 *
 * @throws TilthError `input` when it is larger than `maxBytes`; nothing is read then.
 */
export async function readAll(source: Source, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  if (source.size > maxBytes) {
    throw new TilthError('input', `${source.uri}: ${source.size} bytes, above the limit of ${maxBytes} bytes`)
  }
  return readRange(source, 0, source.size, signal)
}

/** The bytes from `start` to `end` (exclusive) in one piece; `end` beyond the source's size is cut to it. */
export async function readRange(
  source: Source,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source.read(start, Math.min(end, source.size), signal)) chunks.push(chunk)
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri)
  } catch (cause) {
    throw new TilthError('input', `${uri}: not a file URL of this machine`, { cause })
  }
}

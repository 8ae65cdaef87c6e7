import { type FileHandle, open, stat } from 'node:fs/promises'
import { TilthError } from '../../model/error.ts'
import type { Source } from '../../model/record.ts'

/** Bytes a read asks the system for: fewer calls, and what the inflater is fastest with. */
const CHUNK_BYTES = 1 << 20

/**
 * A local file as a source. `etag` is size and modification time in nanoseconds.
 *
 * @throws TilthError `not-found` for a missing file, `input` for a folder or a file that may not be read.
 */
export async function openFile(path: string, uri: string): Promise<Source> {
  const facts = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw fileError(uri, cause)
  })
  if (facts.isDirectory()) throw new TilthError('input', `${uri}: is a folder, expected a file`)
  if (!facts.isFile()) {
    throw new TilthError('input', `${uri}: is neither a file nor a link to one`, {
      hint: 'Pipes and devices cannot be read by range; write them to a file first.',
    })
  }
  const size = Number(facts.size)
  return {
    uri,
    size,
    etag: `${size}-${facts.mtimeNs}`,
    read: (start, end, signal, into) => readFile(path, uri, { start, end, into }, signal),
  }
}

/** Without `into` a fresh buffer each time: whoever is given a chunk may keep slices of it. */
async function* readFile(
  path: string,
  uri: string,
  { start, end, into }: { start: number; end: number; into: Uint8Array | undefined },
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (start >= end) return
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw fileError(uri, cause)
  })
  try {
    for (let at = start; at < end; ) {
      signal?.throwIfAborted()
      const buffer = into ?? Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at))
      const chunk = await readChunk(handle, uri, at, buffer.subarray(0, end - at))
      at += chunk.length
      yield chunk
    }
  } finally {
    await handle.close()
  }
}

async function readChunk(
  handle: FileHandle,
  uri: string,
  at: number,
  buffer: Uint8Array,
): Promise<Uint8Array> {
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, at).catch((cause: unknown) => {
    throw fileError(uri, cause)
  })
  if (bytesRead === 0) {
    throw new TilthError('input', `${uri}: ended at byte ${at}, while it was being read`, {
      hint: 'The file was cut or replaced; start again when it no longer changes.',
    })
  }
  return bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead)
}

function fileError(uri: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new TilthError('not-found', `${uri}: no such file`, { cause })
  }
  if (typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) return cause
  const isClosed = code === 'EACCES' || code === 'EPERM'
  return new TilthError('input', `${uri}: cannot be read (${code})`, {
    ...(isClosed ? { hint: 'Leave it out with a glob, or give this user the right to read it.' } : {}),
    cause,
  })
}

import { openSync, rmSync } from 'node:fs'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { TilthError } from '../../model/error.ts'

/** Text as a zstd frame with a checksum, so that damage on the disk is never taken for a result. */
export function checked(text: string): Uint8Array {
  return zstdCompressSync(text, {
    params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
  })
}

/** The text of a {@link checked} frame. @throws Error when it is not what was written. */
export function unchecked(frame: Uint8Array): string {
  return zstdDecompressSync(frame).toString()
}

/** Opens a cached result for reading. @throws TilthError `damaged` when it was removed meanwhile. */
export function openCached(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw damagedCache(path, cause)
    throw cause
  }
}

/**
 * The error for a cached result that is not whole. The file is removed, so that it is made again: also where it is of an index that a version
 * keeps, which the version's recipe makes again. What the disk refused to read proves nothing and stays.
 *
 * @returns the cause itself where that is an error of the system.
 */
export function damagedCache(path: string, cause: unknown): Error {
  const { code, syscall } = cause as NodeJS.ErrnoException
  if (cause instanceof Error && syscall !== undefined && code !== 'ENOENT') return cause
  rmSync(path, { force: true })
  return new TilthError(
    'damaged',
    `${path}: this ${isOfIndex(path) ? 'index' : 'cached result'} is not whole`,
    {
      hint: 'run again: it was removed and is made again; if that recurs, look at the disk',
      cause,
    },
  )
}

/** Whether a file is of an index of near copies, not of the cache; see the layout of a store. */
function isOfIndex(path: string): boolean {
  return /[\\/]near[\\/][^\\/]+[\\/][^\\/]+$/.test(path)
}

import { resolve } from 'node:path'
import { TilthError } from '../model/error.ts'

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT'])
const NO_WRITING = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST'])

/**
 * What an error of the file system means to a user: no room, or a store that cannot be written.
 *
 * @param storeDir the store's directory; errors at other paths are not its own.
 * @returns the error itself where it is neither.
 */
export function explainDiskError(error: unknown, storeDir: string): unknown {
  if (!(error instanceof Error) || error instanceof TilthError) return error
  const { code = '', message, syscall } = error as NodeJS.ErrnoException
  if (NO_ROOM.has(code)) return diskFull(message)
  // A directory that cannot be made on a read-only file system is reported as missing.
  const unwritable = NO_WRITING.has(code) || (code === 'ENOENT' && syscall === 'mkdir')
  if (!unwritable || !message.includes(resolve(storeDir))) return error
  return new TilthError('usage', `the store ${resolve(storeDir)} cannot be written: ${message}`, {
    hint: 'name another directory with --store, or change who may write to this one',
    cause: error,
  })
}

/** The error for a write that found no room. */
export function diskFull(detail: string): TilthError {
  return new TilthError('disk-full', `no room on the disk: ${detail}`, {
    hint: 'free some (tilth gc --dry-run shows what the store can give), then run the same command: it goes on where it stood',
  })
}

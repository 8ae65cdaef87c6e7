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
  if (isNoRoom(error)) return diskFull(error.message)
  const store = resolve(storeDir)
  if (!isUnwritable(error, store)) return error
  return new TilthError('usage', `the store ${store} cannot be written: ${error.message}`, {
    hint: 'name another directory with --store, or change who may write to this one',
    cause: error,
  })
}

const IN_STORE =
  'free some (tilth gc --dry-run shows what the store can give), then run the same command: it goes on where it stood'

/** The error for a write that found no room. @param hint what to do; left out: for one in a store. */
export function diskFull(detail: string, hint: string = IN_STORE): TilthError {
  return new TilthError('disk-full', `no room on the disk: ${detail}`, { hint })
}

/** The error where no room was found, with what to do about it; any other error itself. */
export function explainNoRoom(error: unknown, hint: string): unknown {
  if (error instanceof TilthError && error.code === 'disk-full')
    return new TilthError('disk-full', error.message, { hint })
  return error instanceof Error && isNoRoom(error) ? diskFull(error.message, hint) : error
}

/** Whether a write found no room. */
export function isNoRoom(error: unknown): boolean {
  return error instanceof Error && NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')
}

/**
 * Whether a directory, or something in it, could not be made or written for another reason than room.
 *
 * @param dir an absolute path.
 */
export function isUnwritable(error: unknown, dir: string): boolean {
  if (!(error instanceof Error)) return false
  const { code = '', syscall, path, message } = error as NodeJS.ErrnoException
  // A directory that cannot be made in a file system that takes none is reported as missing.
  if (!NO_WRITING.has(code) && !(code === 'ENOENT' && syscall === 'mkdir')) return false
  if (path === undefined) return message.includes(`'${dir}`)
  return isWithin(path, dir) || (syscall === 'mkdir' && isWithin(dir, path))
}

function isWithin(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir.endsWith('/') ? dir : `${dir}/`)
}

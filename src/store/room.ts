import { statfsSync } from 'node:fs'
import { diskFull } from './disk-error.ts'

/** Bytes that a user may still write in a folder's file system; infinite where it does not say. */
export function freeBytes(dir: string): number {
  const { bavail, blocks, bsize } = statfsSync(dir)
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize
}

/**
 * Refuses work before it is begun that would find no room for its files.
 *
 * @param bytes what the work will write; an estimate.
 * @throws TilthError `disk-full`.
 */
export function checkRoom(
  dir: string,
  what: string,
  bytes: number,
  free: (dir: string) => number = freeBytes,
): void {
  const room = free(dir)
  if (room >= bytes) return
  throw diskFull(`${what} will take about ${mebibytes(bytes)}, and ${mebibytes(room)} are free at ${dir}`)
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`
}

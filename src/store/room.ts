import { existsSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { diskFull } from './disk-error.ts'

/** Bytes that a user may still write in the file system of a folder, which may be made yet; infinite where it does not say. */
export function freeBytes(dir: string): number {
  let place = resolve(dir)
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place)
  const { bavail, blocks, bsize } = statfsSync(place)
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

/** Bytes as a person reads them in messages on room: whole MiB, rounded up. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`
}

import { diskFull } from '../store/disk-error.ts'
import { freeBytes, mebibytes } from '../store/room.ts'
import { diskUse, type Store } from '../store/store.ts'
import type { Estimate } from './estimate.ts'

/** What a run needs of its store's disk, and what there is, in bytes. */
export interface DiskNeed {
  /** Estimated from a sample: half to twice is to be expected. */
  readonly likely: number
  /** Less is not to be expected, whatever the groups find. */
  readonly least: number
  /** Free, and held by results of earlier runs, which this one may find again. */
  readonly room: number
}

/** @param ratio share of the input that is drawn, 0 to 1. */
export function diskNeed(
  { diskBytes, leastDiskBytes }: Pick<Estimate, 'diskBytes' | 'leastDiskBytes'>,
  store: Store,
  ratio = 1,
): DiskNeed {
  return { likely: diskBytes * ratio, least: leastDiskBytes * ratio, room: roomOf(store) }
}

/** Bytes that a run in a store has: free ones, and those of results that it may find there. */
function roomOf(store: Store): number {
  return freeBytes(store.dir) + diskUse(store.path('cache')) + diskUse(store.path('building'))
}

/** What to tell a person where a disk may be too small; `undefined` where it is not. */
export function diskWarning({ likely, least, room }: DiskNeed, store: Store): string | undefined {
  if (room >= likely) return undefined
  const needs = room < least ? `needs at least ${mebibytes(least)}, and about` : 'is likely to need'
  return `the run ${needs} ${mebibytes(likely)} of disk, and ${store.dir} has room for ${mebibytes(room)}`
}

/**
 * Refuses a run whose results cannot fit.
 *
 * @throws TilthError `disk-full`.
 */
export function checkDisk({ likely, least, room }: DiskNeed, store: Store): void {
  if (room >= least) return
  throw diskFull(
    `the run needs at least ${mebibytes(least)}, and about ${mebibytes(likely)}, and ${store.dir} has room for ${mebibytes(room)}`,
  )
}

import { writeSync } from 'node:fs'

/** Writes all of `bytes`: a single `write` may write less, and a full disk must not go unseen. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.length) done += writeSync(file, bytes, done)
}

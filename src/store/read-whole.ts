import { readSync } from 'node:fs'

/** Fills bytes from a place of a file on: a single `read` may read less. Says whether the file had so many. */
export function readWhole(file: number, into: Uint8Array, position: number): boolean {
  for (let done = 0; done < into.length; ) {
    const read = readSync(file, into, done, into.length - done, position + done)
    if (read === 0) return false
    done += read
  }
  return true
}

import { closeSync } from 'node:fs'
import { openCached } from './cache-file.ts'

/** Of files that many tasks read from, so many are open at a time in each. */
const MOST_OPEN = 32

/** Cached results, opened as they are read from; the one that was not read from for longest gives way. Close it. */
export class OpenFiles {
  readonly #most: number
  readonly #files = new Map<string, number>()

  constructor(most: number = MOST_OPEN) {
    this.#most = most
  }

  /** Descriptor of a file, to be used before the next call. @throws TilthError `damaged` when it was removed meanwhile. */
  file(path: string): number {
    const open = this.#files.get(path)
    if (open !== undefined) {
      this.#files.delete(path)
      this.#files.set(path, open)
      return open
    }
    const [oldest] = this.#files
    if (oldest !== undefined && this.#files.size >= this.#most) {
      closeSync(oldest[1])
      this.#files.delete(oldest[0])
    }
    const file = openCached(path)
    this.#files.set(path, file)
    return file
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file)
    this.#files.clear()
  }
}

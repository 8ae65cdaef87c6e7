import { closeSync, openSync } from 'node:fs'
import { writeWhole } from '../../store/write-whole.ts'

/** Words that are collected before they are written. */
const CHUNK_WORDS = 1 << 18

/** 32-bit words to a file, many at a time. */
export class WordWriter {
  readonly #file: number
  readonly #held = new Uint32Array(CHUNK_WORDS)
  #count = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  add(words: Uint32Array): void {
    if (this.#count + words.length > CHUNK_WORDS) this.#flush()
    if (words.length > CHUNK_WORDS) {
      writeWhole(this.#file, new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
      return
    }
    this.#held.set(words, this.#count)
    this.#count += words.length
  }

  close(): void {
    try {
      this.#flush()
    } finally {
      closeSync(this.#file)
    }
  }

  #flush(): void {
    writeWhole(this.#file, new Uint8Array(this.#held.buffer, 0, 4 * this.#count))
    this.#count = 0
  }
}

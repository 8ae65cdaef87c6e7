import { type BpeKernel, bpeKernel } from '../kernels/bpe.ts'
import { TilthError } from '../model/error.ts'
import { characterClasses } from './character-classes.ts'
import type { ByteMerges } from './token-bytes.ts'
import type { WordPattern } from './word-pattern.ts'

/** Bytes of a chunk. More are taken only for a word that is longer. */
const CHUNK = 192 << 10
/** The chunk grows until a word fits that the kernel would merge: one of 32 MiB. */
const MAX_CHUNK = 96 << 20
/** Slots of cached words, as a power of two: 64 bytes each. */
const CACHE_BITS = 17

const FAMILIES = { gpt2: 0, cl100k: 1, o200k: 2 }

/**
 * Encodes texts by merging bytes. Words that were seen lately have their ids in a cache of 8 MiB.
 *
 * The kernel's memory is its own, so that two encoders do not disturb each other.
 */
export class ByteEncoder {
  readonly #kernel: BpeKernel
  readonly #encoder = new TextEncoder()
  #size = CHUNK
  #chunk: Uint8Array<ArrayBuffer>

  /** @param pattern how texts are cut; without it, only {@link encodeWord} may be called. */
  constructor({ tokens, byteIds, merges, takesWhole }: ByteMerges, pattern?: WordPattern) {
    const kernel = bpeKernel()
    const count = tokens.starts.length - 1
    const mergeCount = (merges?.length ?? 0) / 3
    kernel.layOut(
      count,
      tokens.blob.length,
      bitsFor(count),
      merges === undefined ? 0 : bitsFor(mergeCount),
      mergeCount,
      CACHE_BITS,
    )
    const { buffer } = kernel.memory
    new Uint32Array(buffer, kernel.byteIdPlace(), 256).set(byteIds)
    new Uint32Array(buffer, kernel.startPlace(), count + 1).set(tokens.starts)
    new Uint8Array(buffer).set(tokens.blob, kernel.blobPlace())
    kernel.indexTokens(count, takesWhole ? 1 : 0)
    if (merges !== undefined) {
      for (let rank = 0; rank < mergeCount; rank++) {
        const at = rank * 3
        kernel.addMerge(rank, merges[at] ?? 0, merges[at + 1] ?? 0, merges[at + 2] ?? 0)
      }
      kernel.indexBytePairs()
    }
    if (pattern !== undefined) {
      new Uint8Array(buffer).set(characterClasses(), kernel.classPlace())
      kernel.setPattern(FAMILIES[pattern.family], pattern.digits, pattern.takesEnd ? 1 : 0)
    }
    this.#kernel = kernel
    this.#chunk = this.#reserve()
  }

  /** Ids of a text that is cut by the pattern. @throws TilthError `data` for a word of more than 32 MiB. */
  encode(text: string): Uint32Array {
    if (text.length * 3 <= this.#size) {
      const { written } = this.#encoder.encodeInto(text, this.#chunk)
      return this.#ids(this.#kernel.encode(written, 1)).slice()
    }
    return this.#encodeLong(text)
  }

  /** Ids of a text that is one word. @throws TilthError `data` for one of more than 32 MiB. */
  encodeWord(word: string): Uint32Array {
    while (word.length * 3 > this.#size) this.#grow()
    const { written } = this.#encoder.encodeInto(word, this.#chunk)
    return this.#ids(this.#kernel.encodeOne(written)).slice()
  }

  /** Merges ids of parts that are no bytes; merges must be listed. @throws TilthError `data` for more than 32 Mi of them. */
  merge(ids: readonly number[]): Uint32Array {
    while (ids.length * 4 > this.#size) this.#grow()
    new Uint32Array(this.#fresh().buffer, this.#kernel.textPlace(), ids.length).set(ids)
    return this.#ids(this.#kernel.mergeIds(ids.length)).slice()
  }

  #encodeLong(text: string): Uint32Array {
    const parts: Uint32Array[] = []
    let at = 0
    let held = 0
    while (at < text.length) {
      // A unit is at most three bytes.
      while (this.#size - held < CHUNK / 4) this.#grow()
      let end = Math.min(text.length, at + Math.floor((this.#size - held) / 3))
      if (end < text.length && isPair(text, end)) end--
      const { written } = this.#encoder.encodeInto(text.slice(at, end), this.#chunk.subarray(held))
      at = end
      held += written
      const count = this.#kernel.encode(held, at === text.length ? 1 : 0)
      parts.push(this.#ids(count).slice())
      const consumed = this.#kernel.consumedBytes()
      this.#fresh().copyWithin(0, consumed, held)
      held -= consumed
    }
    return joined(parts)
  }

  #grow(): void {
    if (this.#size >= MAX_CHUNK) throw tooLong()
    this.#size *= 2
    this.#chunk = this.#reserve()
  }

  #reserve(): Uint8Array<ArrayBuffer> {
    this.#kernel.reserve(this.#size)
    return this.#view()
  }

  /** The chunk, seen anew where the kernel's memory has grown. */
  #fresh(): Uint8Array<ArrayBuffer> {
    if (this.#chunk.buffer !== this.#kernel.memory.buffer) this.#chunk = this.#view()
    return this.#chunk
  }

  #view(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#kernel.memory.buffer, this.#kernel.textPlace(), this.#size)
  }

  #ids(count: number): Uint32Array {
    if (this.#kernel.wasRefused() !== 0) throw tooLong()
    return new Uint32Array(this.#fresh().buffer, this.#kernel.idPlace(), count)
  }
}

function tooLong(): TilthError {
  return new TilthError('data', 'a word of the text is longer than 32 MiB', {
    hint: 'text without white space or punctuation is no language; leave it out',
  })
}

/** Slots, as a power of two, of which so many fill half at most. */
function bitsFor(count: number): number {
  return Math.max(4, 33 - Math.clz32(count))
}

/** Whether a cut there would part two units that are one character. */
function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const ids = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    ids.set(part, at)
    at += part.length
  }
  return ids
}

import { type MinhashKernel, minhashKernel } from '../kernels/minhash.ts'
import { sparkFeatures } from '../text/spark-features.ts'
import { characterPage } from './character-table.ts'
import { permutations, permutationsFor } from './permutations.ts'
import { checkSketchSpec, HASHED_FEATURES, keysFor, type SketchSpec, UNSPACED_NGRAM } from './sketch-spec.ts'
import { sortedSet } from './sorted-set.ts'

// Answers of the kernel: the text's lower case is not the kernel's to find; a page of the table is missing (and below).
const SPECIAL = -1
const MISSING = -3
/** The kernel's answer of a text in a batch that has to be taken alone. */
const REDO = 2
const NOTHING = new Uint32Array(0)

/** Keys of many texts: see {@link Sketcher.batch}. */
export interface BatchKeys {
  /** `keysFor(spec)` keys a text, each a low and a high word; zeros for a text without shingles. */
  readonly keys: Uint32Array
  /** 1 for each text that has shingles. */
  readonly hasKeys: Uint8Array
}

/**
 * Turns texts into MinHash band keys and into exact sets of shingles, in a kernel with a memory of its own, which a
 * text's length does not grow (about 2 MB). Equal for equal texts on every machine with the same Unicode version;
 * `sketch-twin.ts` defines the answers. A lone surrogate, and bytes that are not UTF-8, belong to no word.
 */
export class Sketcher {
  readonly spec: SketchSpec
  readonly #kernel: MinhashKernel = minhashKernel()
  readonly #chunkBytes: number
  readonly #encoder = new TextEncoder()
  readonly #list = new NumberList()
  #memory: Views | undefined

  /** @throws TilthError `recipe`: see `checkSketchSpec`. */
  constructor(spec: SketchSpec) {
    checkSketchSpec(spec)
    this.spec = spec
    const { bands, rows } = spec
    this.#kernel.layOut(bands, rows, spec.turned === true ? 2 : 1)
    this.#chunkBytes = this.#kernel.chunkBytes()
    const { multipliers, addends } = permutations(permutationsFor(bands * rows))
    const { buffer } = this.#kernel.memory
    new Uint32Array(buffer, this.#kernel.multiplierPlace(), multipliers.length).set(multipliers)
    new Uint32Array(buffer, this.#kernel.addendPlace(), addends.length).set(addends)
    // Only ASCII may be met for the first time in a pass that follows another.
    this.#addPage(0)
  }

  /**
   * Band keys of a text: 64-bit numbers, low word first, as many as {@link keysFor} says. Empty when the text has no shingle. A view that
   * the next call overwrites. O(length + shingles * bands * rows).
   */
  bandKeys(text: string | Uint8Array): Uint32Array {
    if (this.#run(text) === 0) return NOTHING
    this.#kernel.finishKeys()
    return this.#views().keys
  }

  /**
   * A text's set of shingles: the top 53 bits of their 64-bit hashes, sorted, distinct. A new array, 8 bytes a shingle.
   */
  shingles(text: string | Uint8Array): Float64Array {
    return this.shinglesInPlace(text).slice()
  }

  /** As {@link shingles}, in a view that the next call overwrites. */
  shinglesInPlace(text: string | Uint8Array): Float64Array {
    const list = this.#list
    this.#run(text, list)
    return list.sorted ?? sortedSet(list.values())
  }

  /**
   * Band keys of many texts as UTF-8: text `i` ends before byte `ends[i]` and starts where the one before ends. Answers are
   * those of `bandKeys`; the kernel takes hundreds of texts a call.
   */
  batch(texts: Uint8Array, ends: Uint32Array | Float64Array): BatchKeys {
    const width = keysFor(this.spec) * 2
    const keys = new Uint32Array(ends.length * width)
    const hasKeys = new Uint8Array(ends.length)
    const most = this.spec.unit === 'word' ? this.#kernel.batchTexts() : 0
    const mostBytes = this.#kernel.batchBytes()
    for (let first = 0; first < ends.length; ) {
      const start = first === 0 ? 0 : (ends[first - 1] as number)
      let last = first
      while (last < ends.length && last - first < most && (ends[last] as number) - start <= mostBytes) last++
      if (last > first)
        this.#takeBatch(
          texts,
          start,
          ends.subarray(first, last),
          keys.subarray(first * width),
          hasKeys.subarray(first),
        )
      else hasKeys[last++] = REDO
      for (let index = first; index < last; index++) {
        if (hasKeys[index] !== REDO) continue
        const found = this.bandKeys(texts.subarray(index === 0 ? 0 : ends[index - 1], ends[index]))
        keys.set(found, index * width)
        hasKeys[index] = found.length > 0 ? 1 : 0
      }
      first = last
    }
    return { keys, hasKeys }
  }

  /** Passes texts from a place on through the kernel at once; `states` says of some that they have to be taken alone. */
  #takeBatch(
    texts: Uint8Array,
    start: number,
    ends: Uint32Array | Float64Array,
    keys: Uint32Array,
    states: Uint8Array,
  ): void {
    const views = this.#views()
    views.batch.set(texts.subarray(start, ends[ends.length - 1]))
    for (let index = 0; index < ends.length; index++) views.batchEnds[index] = (ends[index] as number) - start
    this.#kernel.takeBatch(ends.length, this.spec.ngram)
    keys.set(views.batchKeys.subarray(0, ends.length * keysFor(this.spec) * 2))
    states.set(views.batchStates.subarray(0, ends.length))
  }

  /** Passes a text through the kernel; its shingles go to the list, or into the sketch when there is none. */
  #run(text: string | Uint8Array, list?: NumberList): number {
    if (this.spec.unit === 'hashed-word') return this.#takeFeatures(textOf(text), list)
    const count = this.#take(text, list)
    // The kernel knows a character's lower case where that is one character and depends on nothing else.
    return count === SPECIAL ? this.#take(textOf(text).toLowerCase(), list) : count
  }

  /** Number of shingles, or SPECIAL when the text has to be in lower case first. */
  #take(text: string | Uint8Array, list: NumberList | undefined): number {
    const kernel = this.#kernel
    const { ngram, unit, unspacedNgram = UNSPACED_NGRAM } = this.spec
    let chunk = this.#load(text, 0)
    const isWhole = chunk.next === text.length
    const isUnspaced = unit === 'word' && !isWhole && this.#isUnspaced(text)
    if (!isWhole) chunk = this.#load(text, 0)
    let asCharacters = unit === 'character' || isUnspaced
    this.#begin(isUnspaced ? unspacedNgram : ngram, list)
    let shingles = 0
    for (;;) {
      const isLast = chunk.next === text.length
      const { bytes } = chunk
      let count = this.#try(() =>
        asCharacters ? kernel.takeCharacters(bytes) : kernel.takeWords(bytes, isLast ? 1 : 0),
      )
      if (count === SPECIAL) return SPECIAL
      if (isWhole && !asCharacters && kernel.isUnspaced(bytes) === 1) {
        asCharacters = true
        this.#begin(unspacedNgram, list)
        count = kernel.takeCharacters(bytes)
      }
      shingles += count
      if (isWhole && list?.takeSorted(kernel.sortShingles(count), this.#views().sorted)) return shingles
      list?.add(this.#views().shingles, count)
      if (isLast) return shingles
      chunk = this.#load(text, chunk.next)
    }
  }

  #takeFeatures(text: string, list: NumberList | undefined): number {
    const features = sparkFeatures(text, HASHED_FEATURES)
    this.#begin(this.spec.ngram, list)
    let shingles = 0
    const most = this.#chunkBytes
    for (let start = 0; start < features.length; start += most) {
      const { tokens } = this.#views()
      const part = features.subarray(start, start + most)
      for (const [index, feature] of part.entries()) {
        tokens[2 * index] = feature
        tokens[2 * index + 1] = 0
      }
      const count = this.#kernel.takeTokens(part.length)
      shingles += count
      list?.add(this.#views().shingles, count)
    }
    return shingles
  }

  #begin(ngram: number, list: NumberList | undefined): void {
    this.#kernel.begin(ngram, list === undefined ? 1 : 0)
    list?.clear()
  }

  /** Whether most letters of a text of several chunks are of scripts without spaces. */
  #isUnspaced(text: string | Uint8Array): boolean {
    let surplus = 0
    for (let next = 0; next < text.length; ) {
      const chunk = this.#load(text, next)
      surplus += this.#try(() => this.#kernel.unspacedSurplus(chunk.bytes)) - this.#chunkBytes
      next = chunk.next
    }
    return surplus > 0
  }

  /** Puts what fits of a text, from a place on, before the kernel: bytes, and where in the text the next chunk starts. */
  #load(text: string | Uint8Array, start: number): { readonly bytes: number; readonly next: number } {
    const target = this.#views().text
    if (typeof text === 'string') {
      const { read, written } = this.#encoder.encodeInto(start === 0 ? text : text.slice(start), target)
      return { bytes: written, next: start + read }
    }
    const next = characterEnd(text, Math.min(start + target.length, text.length))
    target.set(start === 0 && next === text.length ? text : text.subarray(start, next))
    return { bytes: next - start, next }
  }

  /** Runs a pass over the chunk, again whenever it has met characters that the kernel's table does not have yet. */
  #try(pass: () => number): number {
    for (;;) {
      const answer = pass()
      if (answer >= SPECIAL) return answer
      this.#addPage(MISSING - answer)
    }
  }

  #addPage(page: number): void {
    const place = this.#kernel.addPage(page)
    new Uint32Array(this.#kernel.memory.buffer, place, 256).set(characterPage(page))
  }

  /** Views of the kernel's memory, made again when it has grown. */
  #views(): Views {
    const kernel = this.#kernel
    const { buffer } = kernel.memory
    if (this.#memory?.buffer !== buffer) {
      this.#memory = {
        buffer,
        text: new Uint8Array(buffer, kernel.textPlace(), this.#chunkBytes),
        tokens: new Uint32Array(buffer, kernel.tokenPlace(), 2 * this.#chunkBytes),
        sorted: new Float64Array(buffer, kernel.tokenPlace(), this.#chunkBytes),
        shingles: new Uint32Array(buffer, kernel.shinglePlace(), 2 * this.#chunkBytes),
        keys: new Uint32Array(buffer, kernel.keyPlace(), 2 * keysFor(this.spec)),
        batch: new Uint8Array(buffer, kernel.batchPlace(), kernel.batchBytes()),
        batchEnds: new Uint32Array(buffer, kernel.batchEndsPlace(), kernel.batchTexts()),
        batchStates: new Uint8Array(buffer, kernel.batchStatesPlace(), kernel.batchTexts()),
        batchKeys: new Uint32Array(
          buffer,
          kernel.batchKeysPlace(),
          2 * keysFor(this.spec) * kernel.batchTexts(),
        ),
      }
    }
    return this.#memory
  }
}

interface Views {
  readonly buffer: ArrayBuffer
  readonly text: Uint8Array
  readonly tokens: Uint32Array
  readonly sorted: Float64Array
  readonly shingles: Uint32Array
  readonly keys: Uint32Array
  readonly batch: Uint8Array
  readonly batchEnds: Uint32Array
  readonly batchStates: Uint8Array
  readonly batchKeys: Uint32Array
}

/** Top 53 bits of 64-bit numbers, as many as come. */
class NumberList {
  #numbers = new Float64Array(512)
  #length = 0
  /** The set, where the kernel has sorted it: a view of the kernel's memory. */
  sorted: Float64Array | undefined

  /** Takes what the kernel has sorted; `length` is negative where it has not. */
  takeSorted(length: number, sorted: Float64Array): boolean {
    if (length < 0) return false
    this.sorted = sorted.subarray(0, length)
    return true
  }

  /** Adds the first `count` of numbers that each are a low and a high word. */
  add(words: Uint32Array, count: number): void {
    if (this.#length + count > this.#numbers.length) {
      const larger = new Float64Array(Math.max(2 * this.#numbers.length, this.#length + count))
      larger.set(this.values())
      this.#numbers = larger
    }
    for (let index = 0; index < 2 * count; index += 2) {
      const low = words[index] as number
      const high = words[index + 1] as number
      this.#numbers[this.#length++] = high * 0x20_0000 + (low >>> 11)
    }
  }

  clear(): void {
    this.#length = 0
    this.sorted = undefined
  }

  values(): Float64Array {
    return this.#numbers.subarray(0, this.#length)
  }
}

function textOf(text: string | Uint8Array): string {
  return typeof text === 'string' ? text : DECODER.decode(text)
}

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

/** The last place up to `end` that is not inside a character. */
function characterEnd(bytes: Uint8Array, end: number): number {
  let place = end
  while (place > end - 4 && ((bytes[place] ?? 0) & 0xc0) === 0x80) place--
  return place > end - 4 ? place : end
}

import { sparkFeatures } from '../text/spark-features.ts'
import { entryOf, IS_CHARACTER, IS_LETTER, IS_UNSPACED } from './character-table.ts'
import { permutations, permutationsFor } from './permutations.ts'
import { HASHED_FEATURES, type SketchSpec, UNSPACED_NGRAM } from './sketch-spec.ts'

/** What a sketch is made of. */
export interface Sketch {
  /** 64-bit hashes of the text's shingles, in order of the text, repeated ones included. */
  readonly hashes: readonly bigint[]
  /** 64-bit keys, one a band; none when there are no shingles. */
  readonly keys: readonly bigint[]
}

// The constants of `minhash-1`. `kernels/assembly/minhash.ts` has the same numbers.
const WORD_START = 0x243f6a8885a308d3n
const WORD_STEP = 0x9e3779b97f4a7c15n
const WORD_END = 0xbf58476d1ce4e5b9n
const SHINGLE_BASE = 0x94d049bb133111ebn

const encoder = new TextEncoder()

/**
 * The sketch of a text, written to be read: it defines what {@link Sketcher} computes, which is some hundred times as fast.
 *
 * A token is the hash of a word's UTF-8 bytes in lower case, of one character, or the number of a feature. A shingle's
 * hash is a polynomial of its tokens, finished by MurmurHash3's 64-bit finaliser. A permutation maps the low 32 bits of a
 * hash; of each permutation both the least and the greatest number are values of the sketch, which halves the work and has
 * no larger variance (Ji et al. 2013, "Min-Max Hash for Jaccard Similarity"). A band's values are hashed into its key.
 */
export function sketchTwin(spec: SketchSpec, text: string): Sketch {
  const { tokens, ngram } = tokensOf(spec, text)
  const hashes: bigint[] = []
  for (let end = ngram; end <= tokens.length; end++) {
    const sum = tokens.slice(end - ngram, end).reduce((so, token) => u64(so * SHINGLE_BASE + token), 0n)
    hashes.push(mix(sum))
  }
  return { hashes, keys: hashes.length === 0 ? [] : keysOf(spec, hashes) }
}

function tokensOf(spec: SketchSpec, text: string): { readonly tokens: bigint[]; readonly ngram: number } {
  const { unit, ngram, unspacedNgram = UNSPACED_NGRAM } = spec
  if (unit === 'hashed-word') return { tokens: [...sparkFeatures(text, HASHED_FEATURES)].map(BigInt), ngram }
  const lower = text.toWellFormed().toLowerCase()
  const characters = [...lower].map((character) => character.codePointAt(0) as number)
  if (unit === 'character') return { tokens: characterTokens(characters), ngram }
  if (isUnspaced([...text])) return { tokens: characterTokens(characters), ngram: unspacedNgram }
  return { tokens: (lower.match(/[\p{L}\p{N}_]+/gu) ?? []).map(wordToken), ngram }
}

function characterTokens(codes: readonly number[]): bigint[] {
  return codes
    .filter((code) => (entryOf(code) & IS_CHARACTER) !== 0)
    .map((code) => finish(step(WORD_START, BigInt(code))))
}

/** Whether more letters are of scripts without spaces than of others. */
function isUnspaced(characters: readonly string[]): boolean {
  const entries = characters.map((character) => entryOf(character.codePointAt(0) as number))
  const letters = entries.filter((entry) => (entry & IS_LETTER) !== 0)
  return 2 * letters.filter((entry) => (entry & IS_UNSPACED) !== 0).length > letters.length
}

/** Eight bytes at a time, the first lowest; zeros after the last. */
function wordToken(word: string): bigint {
  const bytes = encoder.encode(word)
  let hash = WORD_START
  for (let start = 0; start < bytes.length; start += 8) {
    let piece = 0n
    for (const [index, byte] of bytes.subarray(start, start + 8).entries()) {
      piece |= BigInt(byte) << BigInt(8 * index)
    }
    hash = step(hash, piece)
  }
  return finish(hash)
}

function keysOf({ bands, rows, turned }: SketchSpec, hashes: readonly bigint[]): bigint[] {
  const values = valuesOf(
    bands * rows,
    hashes.map((hash) => Number(hash & 0xffff_ffffn)),
  )
  const bandsOf = [
    ...Array.from({ length: bands }, (_, band) => values.slice(band * rows, (band + 1) * rows)),
    ...Array.from({ length: turned === true ? bands : 0 }, (_, band) =>
      values.filter((__, at) => at % bands === band),
    ),
  ]
  return bandsOf.map((own, band) =>
    mix(own.reduce((key, value) => step(key, BigInt(value)), u64(BigInt(band + 1) * WORD_STEP))),
  )
}

/** Of sixteen values, the first eight are the least under eight permutations, the next eight the greatest under the same. */
function valuesOf(count: number, halves: readonly number[]): number[] {
  const { multipliers, addends } = permutations(permutationsFor(count))
  return Array.from({ length: count }, (_, slot) => {
    const index = (slot >> 4) * 8 + (slot & 7)
    const multiplier = multipliers[index] as number
    const addend = addends[index] as number
    const permuted = halves.map((half) => (Math.imul(half, multiplier) + addend) >>> 0)
    return permuted.reduce((so, value) => ((slot & 8) === 0 ? Math.min(so, value) : Math.max(so, value)))
  })
}

function step(hash: bigint, piece: bigint): bigint {
  const next = u64((hash ^ piece) * WORD_STEP)
  return next ^ (next >> 32n)
}

function finish(hash: bigint): bigint {
  const last = u64(hash * WORD_END)
  return last ^ (last >> 29n)
}

/** The finaliser of 64-bit MurmurHash3. */
function mix(value: bigint): bigint {
  let hash = value ^ (value >> 33n)
  hash = u64(hash * 0xff51afd7ed558ccdn)
  hash ^= hash >> 33n
  hash = u64(hash * 0xc4ceb9fe1a85ec53n)
  return hash ^ (hash >> 33n)
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

import { createHash } from 'node:crypto'
import { TilthError } from '../model/error.ts'
import { ByteEncoder } from './byte-encoder.ts'
import { type ByteMerges, type TokenBytes, tokenBytes } from './token-bytes.ts'
import type { Tokenizer } from './tokenizer.ts'
import type { WordPattern } from './word-pattern.ts'

/** An encoding of tiktoken. */
export interface Encoding {
  readonly name: string
  /** The file that has its ranks, without the ending `.tiktoken`. */
  readonly ranks: string
  readonly pattern: WordPattern
  readonly special: Readonly<Record<string, number>>
}

const GPT2: WordPattern = { family: 'gpt2', digits: 1, takesEnd: false }
const CL100K: WordPattern = { family: 'cl100k', digits: 3, takesEnd: true }
const O200K: WordPattern = { family: 'o200k', digits: 3, takesEnd: false }

/** Names, patterns and special tokens as tiktoken 0.14 has them. The ids of `gpt2` are those of `r50k_base`. */
export const ENCODINGS: readonly Encoding[] = [
  { name: 'gpt2', ranks: 'r50k_base', pattern: GPT2, special: { '<|endoftext|>': 50256 } },
  { name: 'r50k_base', ranks: 'r50k_base', pattern: GPT2, special: { '<|endoftext|>': 50256 } },
  { name: 'p50k_base', ranks: 'p50k_base', pattern: GPT2, special: { '<|endoftext|>': 50256 } },
  {
    name: 'cl100k_base',
    ranks: 'cl100k_base',
    pattern: CL100K,
    special: {
      '<|endoftext|>': 100257,
      '<|fim_prefix|>': 100258,
      '<|fim_middle|>': 100259,
      '<|fim_suffix|>': 100260,
      '<|endofprompt|>': 100276,
    },
  },
  {
    name: 'o200k_base',
    ranks: 'o200k_base',
    pattern: O200K,
    special: { '<|endoftext|>': 199999, '<|endofprompt|>': 200018 },
  },
]

/**
 * A tokenizer of tiktoken's, from the bytes of its file of ranks.
 *
 * @throws TilthError `input` where the file is no such list.
 */
export function tiktokenTokenizer(encoding: Encoding, ranks: Uint8Array): Tokenizer {
  const { name, pattern } = encoding
  const tokens = parseRanks(ranks, encoding.ranks)
  const encoder = new ByteEncoder(rankedMerges(tokens), pattern)
  const special = new Map(Object.entries(encoding.special))
  const texts = new Map([...special].map(([text, id]) => [id, Buffer.from(text)]))
  const count = tokens.starts.length - 1
  const bytesOf = (id: number): Uint8Array => {
    const text = texts.get(id)
    if (text !== undefined) return text
    const bytes = tokenBytes(tokens, id)
    if (bytes.length === 0) throw new RangeError(`no token has the id ${id}`)
    return bytes
  }
  return {
    name,
    vocabularySize: Math.max(count, ...[...special.values()].map((id) => id + 1)),
    specification: createHash('sha256')
      .update(JSON.stringify({ pattern, special: [...special] }))
      .update(ranks)
      .digest('hex'),
    endOfText: special.get('<|endoftext|>'),
    special,
    encode: (text) => encoder.encode(text),
    decode: (ids) => Buffer.concat(Array.from(ids, bytesOf)).toString(),
    bytesOf,
  }
}

/** What tiktoken merges by: the rank of what two neighbours make together. */
export function rankedMerges(tokens: TokenBytes): ByteMerges {
  const byteIds = new Uint32Array(256)
  let found = 0
  for (let id = 0; id + 1 < tokens.starts.length; id++) {
    const bytes = tokenBytes(tokens, id)
    if (bytes.length !== 1) continue
    byteIds[bytes[0] ?? 0] = id
    found++
  }
  if (found !== 256) throw new TilthError('input', `the ranks have ${found} of the 256 single bytes`)
  return { tokens, byteIds, merges: undefined, takesWhole: true }
}

/**
 * The tokens of a `.tiktoken` file: a line each, its bytes in base64, a space and its rank, which rises.
 *
 * @throws TilthError `input` that names the line that is none.
 */
export function parseRanks(file: Uint8Array, name: string): TokenBytes {
  const blob = new Uint8Array(file.length)
  const starts: number[] = [0]
  let size = 0
  let line = 0
  for (let at = 0; at < file.length; ) {
    line++
    const from = size
    // Base64 by hand: a string for each of 200,000 lines would take most of the time that an encoding needs to be ready.
    let bits = 0
    let held = 0
    let digit = DIGITS[file[at] ?? 0] ?? NO_DIGIT
    while (digit !== NO_DIGIT) {
      bits = (bits << 6) | digit
      held += 6
      if (held >= 8) {
        held -= 8
        blob[size++] = bits >> held
        bits &= (1 << held) - 1
      }
      digit = DIGITS[file[++at] ?? 0] ?? NO_DIGIT
    }
    while (file[at] === 0x3d) at++
    let rank = file[at] === 0x20 && size > from ? 0 : Number.NaN
    for (at++; at < file.length && file[at] !== 0x0a; at++) {
      if (file[at] !== 0x0d) rank = rank * 10 + (DIGITS[file[at] ?? 0] ?? Number.NaN) - 52
    }
    at++
    if (!(rank >= starts.length - 1)) {
      throw new TilthError('input', `${name}: line ${line}: expected base64 and a rank that rises`)
    }
    while (starts.length <= rank) starts.push(from)
    starts.push(size)
  }
  return { blob: blob.slice(0, size), starts: Uint32Array.from(starts) }
}

const NO_DIGIT = 255
/** Values of the digits of base64 by their byte. */
const DIGITS = new Uint8Array(256).fill(NO_DIGIT)
for (const [value, digit] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  DIGITS[digit.charCodeAt(0)] = value
}

import { createHash } from 'node:crypto'
import { TilthError } from '../../model/error.ts'
import { ByteEncoder } from '../byte-encoder.ts'
import { IdList } from '../id-list.ts'
import type { Behind, Tokenizer } from '../tokenizer.ts'
import { cutBy, wordExpression } from '../word-pattern.ts'
import { type AddedToken, addedTokenCutter, addedTokensOf, type Section } from './added-tokens.ts'
import { byteMerges } from './bpe-model.ts'
import { fromByteCharacters } from './byte-characters.ts'
import { byteOf, decoderOf } from './decoders.ts'
import { frameOf } from './frame.ts'
import { modelOf } from './model.ts'
import { type Normalizer, normalizerOf } from './normalizers.ts'
import { type Part, partOf } from './part.ts'
import type { Piece } from './pieces.ts'
import { byteLevelOf, preTokenizerOf } from './pre-tokenizers.ts'
import { scoreNumber } from './score-number.ts'
import { withoutPrefix } from './without-prefix.ts'

/** Names that models give to the token that ends a text, where nothing says which it is. */
const END_OF_TEXT = [
  '<|endoftext|>',
  '<|end_of_text|>',
  '</s>',
  '<eos>',
  '<|im_end|>',
  '<|end▁of▁sentence|>',
  '[SEP]',
]
/** Pieces whose ids are remembered, and the longest of these in UTF-16 units. */
const CACHED_PIECES = 1 << 16
const CACHED_LENGTH = 64

/**
 * A tokenizer from the bytes of a Hugging Face `tokenizer.json`.
 *
 * Ids are those of `tokenizers` with `encode_special_tokens` and without `add_special_tokens`: added tokens that are not special are found in
 * a text, special ones are ordinary text.
 *
 * @param endOfText the text of the token that ends a document; without it, the first that is there of a list of common names.
 * @throws TilthError `input` that names the part that is wrong or not supported.
 */
export function huggingFaceTokenizer(name: string, file: Uint8Array, endOfText?: string): Tokenizer {
  try {
    return assemble(name, parsed(file), endOfText)
  } catch (error) {
    if (!(error instanceof TilthError)) throw error
    throw new TilthError(error.code, `${name}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}

function parsed(file: Uint8Array): Part {
  const text = Buffer.from(file.buffer, file.byteOffset, file.length).toString()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new TilthError('input', 'is not JSON', { cause })
  }
  const part = partOf(json, 'the file')
  if (partOf(part?.['model'], 'model')?.['type'] === 'Unigram') return JSON.parse(text, scored) as Part
  if (part === undefined || partOf(part['model'], 'model') === undefined) {
    throw new TilthError('input', 'has no model', {
      hint: 'expected the tokenizer.json of Hugging Face tokenizers',
    })
  }
  return part
}

/** Numbers by how they are written: see {@link scoreNumber}. */
function scored(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && context?.source !== undefined ? scoreNumber(context.source) : value
}

function assemble(name: string, json: Part, endOfText: string | undefined): Tokenizer {
  const model = partOf(json['model'], 'model') ?? {}
  const added = addedTokensOf(json['added_tokens'])
  const encode = textEncoder(json, model, added)
  const bare = withoutPrefix(json)
  const encodeBare = lazily(() => (bare === undefined ? encode : textEncoder(bare, model, added)))
  const vocabulary = new Map(Object.entries(tokensOf(model)))
  for (const { content, id } of added) vocabulary.set(content, id)
  const texts = new Map([...vocabulary].map(([text, id]) => [id, text]))
  const special = new Map(added.filter(({ isSpecial }) => isSpecial).map(({ content, id }) => [content, id]))
  const textOf = (id: number): string => {
    const text = texts.get(id)
    if (text === undefined) throw new RangeError(`no token has the id ${id}`)
    return text
  }
  const decode = lazily(() => decoderOf(json['decoder'], 'decoder'))
  const bytes = bytesBy(json, new Set(added.map(({ id }) => id)))
  const takesSpaces = added.filter(
    ({ isSpecial, takesLeft, takesRight }) => isSpecial && (takesLeft || takesRight),
  )
  return {
    name,
    vocabularySize: [...texts.keys()].reduce((most, id) => Math.max(most, id + 1), 0),
    specification: specificationOf(json),
    endOfText: endOfTextOf(endOfText, special, vocabulary),
    special,
    takesSpaces: new Map(
      takesSpaces.map(({ content, takesLeft: left, takesRight: right }) => [content, { left, right }]),
    ),
    encode: (text, behind: Behind = 'nothing') =>
      behind === 'text' ? encodeBare()(text, false) : encode(text, behind === 'nothing'),
    frame: lazily(() => frameOf(json['post_processor'], 'post_processor')),
    decode: (ids) => decode()(Array.from(ids, textOf)).join(''),
    bytesOf: (id) => bytes(textOf(id), id),
  }
}

function specificationOf(json: Part): string {
  const { normalizer, pre_tokenizer, model, added_tokens } = json
  return createHash('sha256')
    .update(JSON.stringify({ normalizer, pre_tokenizer, model, added_tokens }))
    .digest('hex')
}

function endOfTextOf(
  given: string | undefined,
  special: ReadonlyMap<string, number>,
  vocabulary: ReadonlyMap<string, number>,
): number | undefined {
  if (given !== undefined) return vocabulary.get(given)
  const name = END_OF_TEXT.find((each) => special.has(each))
  return name === undefined ? undefined : special.get(name)
}

function tokensOf(model: Part): Readonly<Record<string, number>> {
  const { vocab } = model
  if (!Array.isArray(vocab)) return (vocab ?? {}) as Record<string, number>
  return Object.fromEntries((vocab as [string, number][]).map(([token], id) => [token, id]))
}

type EncodeText = (text: string, isFirst: boolean) => Uint32Array

function textEncoder(json: Part, model: Part, added: readonly AddedToken[]): EncodeText {
  const encodeSection = sectionEncoder(json, model)
  const normalize = normalizerOf(json['normalizer'], 'normalizer')
  const whole = encodeSection.takesText && partOf(json['normalizer'], 'normalizer') === undefined
  return encoderOf(added, normalize, encodeSection.encode, whole)
}

interface SectionEncoder {
  readonly encode: (text: string, isFirst: boolean, take: (ids: ArrayLike<number>) => void) => void
  /** Whether a whole text may be given, that may have lone surrogates in it. */
  readonly takesText: boolean
}

/** What pre-tokenizes a stretch of text and gives its ids. */
function sectionEncoder(json: Part, model: Part): SectionEncoder {
  const byteLevel = byteLevelOf(json['pre_tokenizer'], 'pre_tokenizer')
  const merges = byteLevel === undefined ? undefined : byteMerges(model)
  if (byteLevel !== undefined && merges !== undefined) {
    const encoder = new ByteEncoder(merges, byteLevel.whole)
    const { before, prefix, pattern, whole } = byteLevel
    if (whole !== undefined) {
      const encode = (text: string): Uint32Array =>
        encoder.encode(prefix && !text.startsWith(' ') ? ` ${text}` : text)
      return { takesText: true, encode: (text, _, take) => take(encode(text)) }
    }
    const expression = pattern === undefined ? undefined : wordExpression(pattern)
    return {
      takesText: false,
      encode: (text, isFirst, take) => {
        for (const piece of before([{ text, isFirst }])) {
          const spaced = prefix && !piece.text.startsWith(' ') ? ` ${piece.text}` : piece.text
          const words = expression === undefined ? [spaced] : cutBy(expression, spaced)
          for (const word of words) take(encoder.encodeWord(word))
        }
      },
    }
  }
  const cut = preTokenizerOf(json['pre_tokenizer'], 'pre_tokenizer')
  const encode = remembered(modelOf(model).encode)
  return {
    takesText: false,
    encode: (text, isFirst, take) => {
      for (const piece of cut([{ text, isFirst } satisfies Piece]))
        if (piece.text !== '') take(encode(piece.text))
    },
  }
}

/** Keeps the ids of short pieces, and forgets all when there are too many. */
function remembered(encode: (piece: string) => ArrayLike<number>): (piece: string) => ArrayLike<number> {
  const cache = new Map<string, ArrayLike<number>>()
  return (piece) => {
    if (piece.length > CACHED_LENGTH) return encode(piece)
    const known = cache.get(piece)
    if (known !== undefined) return known
    const ids = encode(piece)
    if (cache.size >= CACHED_PIECES) cache.clear()
    cache.set(piece, ids)
    return ids
  }
}

/** Added tokens are looked for as they are, and again in normalized text where they are normalized themselves. */
function encoderOf(
  added: readonly AddedToken[],
  normalize: Normalizer,
  encodeSection: SectionEncoder['encode'],
  takesText: boolean,
): EncodeText {
  const cutRaw = addedTokenCutter(added.filter(({ isNormalized }) => !isNormalized))
  const cutNormal = addedTokenCutter(
    added
      .filter(({ isNormalized }) => isNormalized)
      .map((token) => ({ ...token, content: normalize(token.content) })),
  )
  if (takesText && cutRaw === undefined && cutNormal === undefined) {
    return (text, isFirst) => {
      let ids: ArrayLike<number> = []
      encodeSection(text, isFirst, (found) => {
        ids = found
      })
      return ids as Uint32Array
    }
  }
  return (text, isFirst) => {
    const ids = new IdList()
    const take = (found: ArrayLike<number>): void => ids.append(found)
    const within = (
      sections: readonly Section[] | undefined,
      then: (text: string, isFirst: boolean) => void,
    ): void => {
      for (const section of sections ?? []) {
        if ('id' in section) take([section.id])
        else then(section.text, section.isFirst)
      }
    }
    const whole = { text: text.toWellFormed(), isFirst }
    within(cutRaw?.(whole) ?? [whole], (raw, first) => {
      const section = { text: normalize(raw), isFirst: first }
      within(cutNormal?.(section) ?? [section], (part, firstPart) => {
        if (part !== '') encodeSection(part, firstPart, take)
      })
    })
    return ids.toArray()
  }
}

/** What bytes a token's text stands for. */
function bytesBy(json: Part, added: ReadonlySet<number>): (text: string, id: number) => Uint8Array {
  const isByteLevel = JSON.stringify([json['pre_tokenizer'], json['normalizer'], json['decoder']]).includes(
    '"ByteLevel"',
  )
  const isSpaced = JSON.stringify([json['pre_tokenizer'], json['normalizer']]).includes('▁')
  const hasBytes = partOf(json['model'], 'model')?.['byte_fallback'] === true
  return (text, id) => {
    if (isByteLevel && !added.has(id)) return fromByteCharacters(text) ?? Buffer.from(text)
    const byte = hasBytes ? byteOf(text) : undefined
    if (byte !== undefined) return Uint8Array.of(byte)
    return Buffer.from(isSpaced ? text.replaceAll('▁', ' ') : text)
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

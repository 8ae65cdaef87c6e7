import { TilthError } from '../../model/error.ts'
import { ByteEncoder } from '../byte-encoder.ts'
import { type ByteMerges, gatherTokens } from '../token-bytes.ts'
import { BYTE_CHARACTERS, fromByteCharacters } from './byte-characters.ts'
import type { Model } from './model.ts'
import { flagOf, listOf, type Part, partOf, wrong } from './part.ts'

interface BpeOptions {
  readonly vocabulary: ReadonlyMap<string, number>
  /** (left, right, joined) by rank. */
  readonly merges: Uint32Array
  readonly unknown: string | undefined
  readonly fusesUnknown: boolean
  readonly prefix: string
  readonly suffix: string
  readonly hasByteFallback: boolean
  readonly takesWhole: boolean
}

/** Byte-pair encoding over the characters of a piece. */
export function bpeModel(part: Part): Model {
  const options = bpeOptions(part)
  const { vocabulary, prefix, suffix, takesWhole } = options
  const nothing = gatherTokens([])
  const merger = new ByteEncoder({
    tokens: nothing,
    byteIds: new Uint32Array(256),
    merges: options.merges,
    takesWhole: false,
  })
  const unknown = options.unknown === undefined ? undefined : vocabulary.get(options.unknown)
  const encode = (piece: string): ArrayLike<number> => {
    const whole = takesWhole ? vocabulary.get(piece) : undefined
    if (whole !== undefined) return [whole]
    const ids: number[] = []
    let isUnknown = false
    let at = 0
    for (const character of piece) {
      const isFirst = at === 0
      at += character.length
      const text = `${isFirst ? '' : prefix}${character}${at === piece.length ? suffix : ''}`
      const id = vocabulary.get(text)
      if (id !== undefined) {
        ids.push(id)
        isUnknown = false
        continue
      }
      const bytes = options.hasByteFallback ? bytesAsTokens(text, vocabulary) : undefined
      if (bytes !== undefined) {
        ids.push(...bytes)
        continue
      }
      if (unknown === undefined) continue
      if (!isUnknown || !options.fusesUnknown) ids.push(unknown)
      isUnknown = true
    }
    return ids.length < 2 ? ids : merger.merge(ids)
  }
  return { vocabulary, encode }
}

/** The tokens `<0xNN>` of a text's bytes, where the vocabulary has them all. */
export function bytesAsTokens(text: string, vocabulary: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = []
  for (const byte of Buffer.from(text)) {
    const id = vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
    if (id === undefined) return undefined
    ids.push(id)
  }
  return ids
}

/**
 * The same model over bytes, where it is one of byte-level pieces: every byte is a token, and nothing but merges decides. Nothing
 * where it is not.
 */
export function byteMerges(part: Part): ByteMerges | undefined {
  if (part['type'] !== undefined && part['type'] !== 'BPE') return undefined
  const { vocabulary, merges, prefix, suffix, takesWhole } = bpeOptions(part)
  if (prefix !== '' || suffix !== '') return undefined
  const byteIds = new Uint32Array(256)
  for (const [byte, character] of BYTE_CHARACTERS.entries()) {
    const id = vocabulary.get(character)
    if (id === undefined) return undefined
    byteIds[byte] = id
  }
  const tokens: (Uint8Array | undefined)[] = []
  for (const [text, id] of vocabulary) {
    while (tokens.length <= id) tokens.push(undefined)
    tokens[id] = fromByteCharacters(text)
  }
  return { tokens: gatherTokens(tokens), byteIds, merges, takesWhole }
}

/** @throws TilthError `input`. */
function bpeOptions(part: Part): BpeOptions {
  if (typeof part['dropout'] === 'number' && part['dropout'] > 0) {
    throw new TilthError('input', 'model.dropout: merges that are left out by chance give no exact ids', {
      hint: 'set dropout to null',
    })
  }
  const vocabulary = vocabularyOf(part)
  const prefix = textOr(part['continuing_subword_prefix'])
  const list = listOf(part['merges'], 'model.merges')
  const merges = new Uint32Array(list.length * 3)
  for (const [rank, each] of list.entries()) {
    const where = `model.merges[${rank}]`
    const pair = typeof each === 'string' ? each.split(' ') : listOf(each, where)
    const [left, right] = pair
    if (pair.length !== 2 || typeof left !== 'string' || typeof right !== 'string')
      throw wrong(where, 'two tokens', each)
    const ids = [left, right, left + right.slice(prefix.length)].map((token) => {
      const id = vocabulary.get(token)
      if (id === undefined) throw new TilthError('input', `${where}: ${token} is not in the vocabulary`)
      return id
    })
    merges.set(ids, rank * 3)
  }
  const unknown = part['unk_token']
  return {
    vocabulary,
    merges,
    unknown: typeof unknown === 'string' ? unknown : undefined,
    fusesUnknown: flagOf(part['fuse_unk'], 'model.fuse_unk', false),
    prefix,
    suffix: textOr(part['end_of_word_suffix']),
    hasByteFallback: flagOf(part['byte_fallback'], 'model.byte_fallback', false),
    takesWhole: flagOf(part['ignore_merges'], 'model.ignore_merges', false),
  }
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** `model.vocab` as an object of ids. @throws TilthError `input`. */
export function vocabularyOf(part: Part): Map<string, number> {
  const vocabulary = new Map<string, number>()
  for (const [token, id] of Object.entries(partOf(part['vocab'], 'model.vocab') ?? {})) {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0)
      throw wrong(`model.vocab.${token}`, 'an id', id)
    vocabulary.set(token, id)
  }
  return vocabulary
}

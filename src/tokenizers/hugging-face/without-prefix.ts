import type { Part } from './part.ts'

/**
 * A `tokenizer.json` that puts no space before a text: how a text is cut that goes on behind another. Nothing where the file puts none
 * anyway.
 */
export function withoutPrefix(json: Part): Part | undefined {
  const bare = {
    ...json,
    normalizer: bareNormalizer(json['normalizer']),
    pre_tokenizer: barePreTokenizer(json['pre_tokenizer']),
  }
  return JSON.stringify([bare.normalizer, bare.pre_tokenizer]) ===
    JSON.stringify([json['normalizer'] ?? null, json['pre_tokenizer'] ?? null])
    ? undefined
    : bare
}

function bareNormalizer(value: unknown): unknown {
  const part = value as Part | null | undefined
  if (part === null || part === undefined || part['type'] === 'Prepend') return null
  const { normalizers } = part
  if (part['type'] !== 'Sequence' || !Array.isArray(normalizers)) return part
  return { ...part, normalizers: normalizers.map(bareNormalizer).filter((each) => each !== null) }
}

function barePreTokenizer(value: unknown): unknown {
  const part = value as Part | null | undefined
  if (part === null || part === undefined) return null
  const { type, pretokenizers } = part
  if (type === 'Sequence' && Array.isArray(pretokenizers))
    return { ...part, pretokenizers: pretokenizers.map(barePreTokenizer) }
  if (type === 'ByteLevel') return { ...part, add_prefix_space: false }
  if (type === 'Metaspace') return { ...part, add_prefix_space: false, prepend_scheme: 'never' }
  return part
}

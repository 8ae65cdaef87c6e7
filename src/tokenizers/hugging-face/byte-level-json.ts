import type { TrainedBpe } from '../train-bpe.ts'

/** Patterns that a trained vocabulary may be cut by. */
export const TRAINING_PATTERNS = {
  gpt2: { family: 'gpt2', digits: 1, takesEnd: false },
  llama3: { family: 'cl100k', digits: 3, takesEnd: false },
  qwen: { family: 'cl100k', digits: 1, takesEnd: false },
  o200k: { family: 'o200k', digits: 3, takesEnd: false },
} as const

/** The regular expressions of the patterns, but of gpt2, which `ByteLevel` has in itself. */
export const EXPRESSIONS = {
  llama3:
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  qwen: "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  o200k:
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
} as const

/** A trained vocabulary as a `tokenizer.json`, which Hugging Face `tokenizers` reads and gives the same ids by. */
export function byteLevelJson(
  { tokens, merges }: TrainedBpe,
  special: readonly string[],
  pattern: keyof typeof TRAINING_PATTERNS,
): string {
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: pattern === 'gpt2',
  }
  const preTokenizer =
    pattern === 'gpt2'
      ? byteLevel
      : {
          type: 'Sequence',
          pretokenizers: [
            { type: 'Split', pattern: { Regex: EXPRESSIONS[pattern] }, behavior: 'Isolated', invert: false },
            byteLevel,
          ],
        }
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: { ...byteLevel, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: null as unknown,
      merges,
    },
  }
  // An object would put a token that is a whole number, such as 7, before all others: ids by id is how people read the file.
  const vocabulary = `{${tokens.map((token, id) => `${JSON.stringify(token)}:${id}`).join(',')}}`
  return `${JSON.stringify(json).replace('"vocab":null', () => `"vocab":${vocabulary}`)}\n`
}

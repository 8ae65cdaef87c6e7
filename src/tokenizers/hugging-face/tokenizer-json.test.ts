import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { huggingFaceTokenizer } from './tokenizer-json.ts'

const texts = (JSON.parse(readFileSync('test/golden/tokens/texts.json', 'utf8')) as string[]).map((text) =>
  text.toWellFormed(),
)
const golden = gunzipSync(readFileSync('test/golden/tokens/hugging-face.jsonl.gz'))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { name: string; tokenizer: object; ids: number[][]; decoded: string[] })

describe.each(golden)('$name', ({ tokenizer: json, ids, decoded }) => {
  const tokenizer = huggingFaceTokenizer('tokenizer.json', Buffer.from(JSON.stringify(json)))

  it('gives the ids of tokenizers', () => {
    expect(ids).toHaveLength(texts.length)
    for (const [at, text] of texts.entries()) {
      expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(ids[at])
      expect([...tokenizer.encode(text)]).toEqual(ids[at])
    }
  })

  it('decodes them as tokenizers does', () => {
    for (const [at, each] of ids.entries()) expect(tokenizer.decode(each)).toBe(decoded[at])
  })
})

describe('a file that cannot be used', () => {
  const model = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] }
  const load = (json: unknown) =>
    huggingFaceTokenizer('some.json', Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)))

  it.each([
    ['{', 'some.json: is not JSON'],
    [{ a: 1 }, 'some.json: has no model'],
    [{ model: { type: 'Neural' } }, 'model: Neural is not supported'],
    [{ model: { ...model, dropout: 0.1 } }, 'model.dropout'],
    [{ model: { ...model, merges: ['a c'] } }, 'model.merges[0]: c is not in the vocabulary'],
    [{ model: { ...model, merges: ['a'] } }, 'model.merges[0]: expected two tokens, got "a"'],
    [{ model: { ...model, vocab: { a: -1 } } }, 'model.vocab.a: expected an id, got -1'],
    [{ model, normalizer: { type: 'Nmt' } }, 'normalizer: Nmt is not supported'],
    [
      { model, pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'UnicodeScripts' }] } },
      'pre_tokenizer.pretokenizers[0]: UnicodeScripts is not supported',
    ],
    [
      { model, pre_tokenizer: { type: 'Split', pattern: { Regex: '[a&&b]' }, behavior: 'Removed' } },
      '&& in a class is not supported',
    ],
    [
      { model, pre_tokenizer: { type: 'Split', pattern: { Regex: 'a' }, behavior: 'removed' } },
      'pre_tokenizer.behavior: expected one of Removed, Isolated',
    ],
    [{ model, added_tokens: [{ content: 'x' }] }, 'added_tokens[0].id: expected an id, got nothing'],
    [{ model, normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAA=' } }, 'is cut off'],
  ])('%j', (json, message) => expect(() => load(json)).toThrow(message))

  it('says at once what is supported', () => {
    let hint: unknown
    try {
      load({ model, normalizer: { type: 'Nmt' } })
    } catch (error) {
      hint = (error as { hint?: string }).hint
    }
    expect(hint).toContain('NFKC')
  })

  it('a decoder that is not known is no matter until ids are decoded', () => {
    const tokenizer = load({ model, decoder: { type: 'CTC' } })
    expect([...tokenizer.encode('aab')]).toEqual([0, 2])
    expect(() => tokenizer.decode([0])).toThrow('decoder: CTC is not supported')
  })
})

describe('the end of a text', () => {
  const model = { type: 'BPE', vocab: { a: 0 }, merges: [] }
  const added_tokens = [
    { id: 1, content: '[SEP]', special: true },
    { id: 2, content: '</s>', special: true },
    { id: 3, content: '<end>', special: true },
  ]
  const file = Buffer.from(JSON.stringify({ model, added_tokens }))

  it('is the token of a common name, or the one that is given', () => {
    expect(huggingFaceTokenizer('x', file).endOfText).toBe(2)
    expect(huggingFaceTokenizer('x', file, '<end>').endOfText).toBe(3)
    expect(huggingFaceTokenizer('x', file, '<none>').endOfText).toBeUndefined()
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { frameOf } from './frame.ts'
import { huggingFaceTokenizer } from './tokenizer-json.ts'

interface Golden {
  readonly tokenizer: object
  readonly processors: readonly {
    readonly name: string
    readonly post_processor: object | null
    readonly ids: readonly (readonly number[])[]
    readonly types: readonly (readonly number[])[]
  }[]
}

const golden = JSON.parse(readFileSync('test/golden/tokens/post-processors.json', 'utf8')) as Golden
const texts = (
  JSON.parse(readFileSync('test/golden/onnx/expected.json', 'utf8')) as { readonly text: string }[]
).map(({ text }) => text)

describe.each(golden.processors)('$name', ({ name, post_processor, ids, types }) => {
  it('puts the tokens of tokenizers around a text, with their segments', () => {
    const file = Buffer.from(JSON.stringify({ ...golden.tokenizer, post_processor }))
    const tokenizer = huggingFaceTokenizer(name, file)
    const frame = tokenizer.frame?.() ?? { before: [], type: -1, behind: [] }
    expect(ids.length).toBeGreaterThan(5)
    for (const [at, expected] of ids.entries()) {
      const text = [...tokenizer.encode(texts[at] ?? '')]
      const all = [...frame.before, ...text.map((id) => ({ id, type: frame.type })), ...frame.behind]
      expect(all.map(({ id }) => id)).toEqual(expected)
      expect(all.map(({ type }) => type)).toEqual(types[at])
    }
  })
})

const text = { Sequence: { id: 'A', type_id: 0 } }
it.each([
  [{ type: 'Other' }, 'post_processor: Other is not supported'],
  [{ type: 'BertProcessing', cls: ['[CLS]', 1] }, 'post_processor.sep: expected a list, got nothing'],
  [
    { type: 'BertProcessing', cls: ['[CLS]', -1], sep: ['x', 1] },
    'post_processor.cls: expected a whole number',
  ],
  [{ type: 'TemplateProcessing', single: [text, text] }, 'single[1]: expected a text that stands there once'],
  [{ type: 'TemplateProcessing', single: [] }, 'single: expected the text among its parts'],
  [{ type: 'TemplateProcessing', single: [{}] }, 'single[0]: expected a Sequence or a SpecialToken'],
  [
    {
      type: 'TemplateProcessing',
      single: [text, { SpecialToken: { id: '[SEP]', type_id: 0 } }],
      special_tokens: {},
    },
    'special_tokens.[SEP].ids: expected a list, got nothing',
  ],
  [
    {
      type: 'Sequence',
      processors: Array.from({ length: 2 }, () => ({ type: 'BertProcessing', cls: ['a', 1], sep: ['b', 2] })),
    },
    'more than one of its parts adds tokens',
  ],
])('%j is refused', (part, message) => {
  expect(() => frameOf(part, 'post_processor')).toThrow(message)
})

it('a post-processor that is not known is no matter until it is asked for', () => {
  const file = Buffer.from(JSON.stringify({ ...golden.tokenizer, post_processor: { type: 'Other' } }))
  const tokenizer = huggingFaceTokenizer('x', file)
  expect(tokenizer.encode('text').length).toBeGreaterThan(0)
  expect(() => tokenizer.frame?.()).toThrow('Other is not supported')
})

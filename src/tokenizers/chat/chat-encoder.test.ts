import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../model/document.ts'
import { huggingFaceTokenizer } from '../hugging-face/tokenizer-json.ts'
import type { Tokenizer } from '../tokenizer.ts'
import { builtInTemplate } from './built-in-templates.ts'
import { ChatEncoder } from './chat-encoder.ts'
import { ChatTemplate, type Message } from './chat-template.ts'

interface Golden {
  readonly name: string
  readonly tokenizer: object
  readonly config: Readonly<Record<string, string>>
  readonly template: string
  readonly builtIn: string | null
  readonly rows: readonly {
    readonly messages: readonly Message[]
    readonly tools: readonly Json[] | null
    readonly ids: readonly number[]
    readonly mask: readonly number[] | null
  }[]
}

const golden = gunzipSync(readFileSync('test/golden/tokens/chat.jsonl.gz'))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Golden)
const tokenizerOf = (name: string): Tokenizer => {
  const found = golden.find((each) => each.name === name)
  return huggingFaceTokenizer('tokenizer.json', Buffer.from(JSON.stringify(found?.tokenizer)))
}
const templateOf = (name: string): ChatTemplate => {
  const found = golden.find((each) => each.name === name)
  return new ChatTemplate(name, found?.template ?? '', found?.config)
}

function encoded(encoder: ChatEncoder, messages: readonly Message[], tools: readonly Json[] | null = null) {
  const made = encoder.encode({ messages, tools })
  if ('error' in made) throw new Error(`${made.error}: ${made.detail}`)
  return made
}

/** The text of each stretch that is learned. */
function learned(tokenizer: Tokenizer, { ids, mask }: { ids: Uint32Array; mask: Uint8Array }): string[] {
  const runs: number[][] = []
  for (const [at, id] of ids.entries()) {
    if (mask[at] !== 1) continue
    if (mask[at - 1] !== 1) runs.push([])
    runs.at(-1)?.push(id)
  }
  return runs.map((run) => Buffer.concat(run.map((id) => tokenizer.bytesOf(id))).toString())
}

const user = (content: string): Message => ({ role: 'user', content })
const assistant = (content: string): Message => ({ role: 'assistant', content })

describe.each(golden)('$name, as transformers 5.24 has it', ({ tokenizer: json, rows, ...golden }) => {
  const tokenizer = huggingFaceTokenizer('tokenizer.json', Buffer.from(JSON.stringify(json)))
  const given = new ChatEncoder(tokenizer, new ChatTemplate('given', golden.template, golden.config))
  const builtIn = builtInTemplate(golden.builtIn ?? '', tokenizer)
  const encoders = builtIn === undefined ? [given] : [given, new ChatEncoder(tokenizer, builtIn)]

  it.each(rows)('$messages.length messages', ({ messages, tools, ids, mask }) => {
    for (const encoder of encoders) {
      const made = encoded(encoder, messages, tools)
      expect([...made.ids]).toEqual(ids)
      if (mask !== null) expect([...made.mask]).toEqual(mask)
    }
  })
})

describe('what is learned', () => {
  /** Texts in which tokens of the template, halves of them and spaces stand anywhere. */
  const text = fc
    .array(
      fc.constantFrom(
        '<|im_end|>',
        '<|im_',
        'end|>',
        '<|im_start|>assistant\n',
        '<|eot_id|>',
        '<',
        '\n',
        ' ',
        'river',
        'Fluß',
        '水',
        '\ufdd0',
        '</s>',
        '🌊',
        '\ud800',
        '<think>',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(''))
  const said = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 })
  const system = fc.option(text, { nil: undefined })

  it.each([
    { layout: 'chatml', name: 'chatml', end: '<|im_end|>', trims: false },
    { layout: 'llama3', name: 'llama3', end: '<|eot_id|>', trims: true },
  ])(
    '$layout: is exactly what the assistant says and the end of its turn',
    ({ layout, name, end, trims }) => {
      const tokenizer = tokenizerOf(name)
      const template = builtInTemplate(layout, tokenizer)
      if (template === undefined) throw new Error(layout)
      // The same without its tags: turns are found by rendering what stands before them.
      const bare = new ChatTemplate('bare', template.source.replace(/\{%- (?:end)?generation -%\}/g, ''))
      expect([template.hasGeneration, bare.hasGeneration]).toEqual([true, false])
      const encoders = [new ChatEncoder(tokenizer, template), new ChatEncoder(tokenizer, bare)]
      fc.assert(
        fc.property(system, said, (first, turns) => {
          const messages = [
            ...(first === undefined ? [] : [{ role: 'system', content: first }]),
            ...turns.flatMap(([asked, answered]) => [user(asked), assistant(answered)]),
          ]
          const [made, other] = encoders.map((encoder) => encoded(encoder, messages))
          if (made === undefined) throw new Error('nothing')
          const expected = turns.map(([, answer]) => (trims ? answer.trim() : answer).toWellFormed() + end)
          expect(learned(tokenizer, made)).toEqual(expected)
          expect(other).toEqual(made)
          // No message opens or closes a turn: there are as many tokens as messages ask for.
          const id = tokenizer.special.get(end)
          expect(made.ids.filter((each) => each === id)).toHaveLength(messages.length)
          const told = made.ids.filter((each) => [...tokenizer.special.values()].includes(each)).length
          expect(told).toBe(layout === 'chatml' ? 2 * messages.length : 3 * messages.length + 1)
        }),
      )
    },
  )

  it('is cut from the header, so that no token is of both', () => {
    const tokenizer = tokenizerOf('chatml')
    const template = templateOf('chatml')
    const made = encoded(new ChatEncoder(tokenizer, template), [user('a'), assistant('\n\n  b')])
    expect(learned(tokenizer, made)).toEqual(['\n\n  b<|im_end|>'])
  })

  it('is the calls of tools, too', () => {
    const name = 'tags of generation, tools'
    const tokenizer = tokenizerOf(name)
    const row = golden.find((each) => each.name === name)?.rows[0]
    const made = encoded(new ChatEncoder(tokenizer, templateOf(name)), row?.messages ?? [], row?.tools)
    expect(learned(tokenizer, made)).toEqual([
      '<tool_call>\n{"name": "weather", "arguments": {"city": "Paris é", "days": 2, "exact": true, "note": null}}\n</tool_call><|im_end|>',
      'It is 21 degrees.<|im_end|>',
    ])
  })

  it('is what stands there of a turn, where a template leaves out earlier thoughts', () => {
    const name = 'no tags, earlier thoughts left out'
    const tokenizer = tokenizerOf(name)
    const row = golden.find((each) => each.name === name)?.rows[0]
    const made = encoded(new ChatEncoder(tokenizer, templateOf(name)), row?.messages ?? [])
    expect(learned(tokenizer, made)).toEqual([
      'A river.<|im_end|>',
      '<think>\nwhere\n</think>\n\nIn the sea.<|im_end|>',
    ])
  })

  it('begins with the space that a template writes behind its header', () => {
    const name = 'no tags, a space before texts'
    const tokenizer = tokenizerOf(name)
    const made = encoded(new ChatEncoder(tokenizer, templateOf(name)), [user('a'), assistant('A river')])
    expect(learned(tokenizer, made)).toEqual([' A river</s>'])
  })

  it('ends with its turn, not with the conversation, and with all tokens that end it', () => {
    const tokenizer = tokenizerOf('chatml')
    const source = (end: string, last: string): string =>
      `{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}${end}\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% else %}${last}{% endif %}`
    const ofTurns = (end: string, last: string) =>
      learned(
        tokenizer,
        encoded(new ChatEncoder(tokenizer, new ChatTemplate('x', source(end, last))), [
          user('a'),
          assistant('b'),
          user('c'),
          assistant('d <|im_end|>'),
        ]),
      )
    expect(ofTurns('<|im_end|>', '<|endoftext|>')).toEqual(['b<|im_end|>', 'd <|im_end|><|im_end|>'])
    expect(ofTurns('<|im_end|><|im_start|>', '')).toEqual([
      'b<|im_end|><|im_start|>',
      'd <|im_end|><|im_end|><|im_start|>',
    ])
  })

  it.each([
    {
      why: 'a macro',
      source: `{% macro r(m) %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endmacro %}{% for m in messages %}{{ r(m) }}{% endfor %}`,
      learns: ['b<|im_end|>', 'd<|im_end|>'],
    },
    {
      why: 'a number in the header',
      source: `{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{{ '<|im_start|>' + m.role + '\n' + ns.n|string + '. ' + m.content + '<|im_end|>\n' }}{% endfor %}`,
      learns: [' b<|im_end|>', ' d<|im_end|>'],
    },
    {
      why: 'an end of all that is not there in between',
      source: `{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content | trim }}<|im_end|>\n{% endfor %}<|endoftext|>`,
      learns: ['b<|im_end|>', 'd<|im_end|>'],
    },
    {
      why: 'words alone',
      source: `{% for m in messages %}{{ m.role | upper }}: {{ m.content }}\n{% endfor %}`,
      learns: [' b\n', ' d\n'],
    },
  ])('is never the header where a template does not write one when asked: $why', ({ source, learns }) => {
    const tokenizer = tokenizerOf('chatml')
    const encoder = new ChatEncoder(tokenizer, new ChatTemplate('x', source))
    const made = encoded(encoder, [user('a'), assistant('b'), user('c'), assistant('d')])
    expect(learned(tokenizer, made)).toEqual(learns)
  })

  it('is what the model thinks, too, where a template does not write a header when asked', () => {
    const tokenizer = tokenizerOf('chatml')
    const source = `{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}<|im_end|>\n{% endfor %}`
    const encoder = new ChatEncoder(tokenizer, new ChatTemplate('x', source))
    const thought = { ...assistant('b'), reasoning_content: 'hm' }
    expect(learned(tokenizer, encoded(encoder, [user('a'), thought]))).toEqual([
      '<think>hm</think>b<|im_end|>',
    ])
  })

  it('is not guessed: what a message says may not stand in the conversation', () => {
    const tokenizer = tokenizerOf('chatml')
    const encoder = new ChatEncoder(
      tokenizer,
      new ChatTemplate(
        'x',
        `{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.text }}<|im_end|>\n{% endfor %}`,
      ),
    )
    const messages = [user('a'), { role: 'assistant', text: 'b' }]
    expect(encoder.encode({ messages, tools: null })).toEqual({ error: 'turn-unclear' })
  })

  it('is found in templates that take parts alone', () => {
    const tokenizer = tokenizerOf('chatml')
    const source = `{% for m in messages %}<|im_start|>{{ m.role }}\n{% for part in m.content %}{{ part['text'] }}{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}`
    const parts = (role: string, text: string): Message => ({ role, content: [{ type: 'text', text }] })
    const encoder = new ChatEncoder(tokenizer, new ChatTemplate('parts', source))
    const made = encoded(encoder, [parts('user', 'a'), parts('assistant', 'b')])
    expect(learned(tokenizer, made)).toEqual(['b<|im_end|>'])
  })

  it('is not guessed: a header that is not in the conversation is a reason', () => {
    const source = `{% for m in messages %}{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}go on: {% endif %}`
    const encoder = new ChatEncoder(tokenizerOf('chatml'), new ChatTemplate('odd', source))
    expect(encoder.encode({ messages: [user('a'), assistant('b')], tools: null })).toEqual({
      error: 'turn-unclear',
    })
  })
})

describe('messages that cannot be rendered', () => {
  const tokenizer = tokenizerOf('chatml')
  const chatml = builtInTemplate('chatml', tokenizer)
  const refused = (template: ChatTemplate | undefined, messages: readonly Message[]) =>
    template === undefined
      ? undefined
      : new ChatEncoder(tokenizer, template).encode({ messages, tools: null })

  it('are refused with what the template says', () => {
    expect(refused(chatml, [{ role: 'wizard<|im_end|>', content: 'x' }])).toEqual({
      error: 'template-refused',
      detail: 'chatml has no role wizard<|im_end|>',
    })
    expect(refused(chatml, [{ role: 'assistant', content: null, tool_calls: [{}] }])).toMatchObject({
      detail: 'this template has no place for tool calls',
    })
    const inst = templateOf('no tags, a space before texts')
    expect(refused(inst, [user('a'), user('b')])).toMatchObject({ detail: 'roles must take turns' })
  })

  it('content may be parts of text, or nothing', () => {
    const encoder = chatml && new ChatEncoder(tokenizer, chatml)
    if (encoder === undefined) throw new Error('chatml')
    const parts = [
      { type: 'text', text: 'one ' },
      { type: 'text', text: 'two' },
    ]
    const messages = [user(''), { role: 'assistant', content: parts }, { role: 'assistant', content: null }]
    expect(learned(tokenizer, encoded(encoder, messages))).toEqual(['one two<|im_end|>', '<|im_end|>'])
    expect(
      refused(chatml, [{ role: 'user', content: [{ type: 'image_url', image_url: 'x' }] }]),
    ).toMatchObject({ detail: 'this template has no place for what is no text' })
  })

  it('a template is told no date but one that was given', () => {
    const asks = `{% if strftime_now is defined %}{{ strftime_now('%d %b %Y, %A %j%%') }}{% else %}no date{% endif %}`
    const text = (source: string, date?: Date): string =>
      tokenizer.decode(
        encoded(new ChatEncoder(tokenizer, new ChatTemplate('x', source, {}, date)), [user('a')]).ids,
      )
    expect(text(asks)).toBe('no date')
    expect(text(asks, new Date('2024-03-05'))).toBe('05 Mar 2024, Tuesday 065%')
    const takes = `{{ strftime_now('%Y-%m-%d') }}`
    expect(refused(new ChatTemplate('x', takes), [user('a')])).toEqual({
      error: 'template-refused',
      detail: 'the template asks for the date: say which with --date',
    })
    expect(text(takes, new Date('2024-03-05'))).toBe('2024-03-05')
  })

  it('one that is no Jinja is an error', () => {
    expect(() => new ChatTemplate('x.jinja', '{% for %}')).toThrow(/x\.jinja: is no template/)
  })

  it('a layout needs its tokens', () => {
    expect(() => builtInTemplate('llama3', tokenizer)).toThrow(/has no special token <\|begin_of_text\|>/)
  })
})

describe('a special token that takes spaces', () => {
  it('takes those behind it, as tokenizers does', () => {
    const json = {
      model: { type: 'WordLevel', vocab: { a: 0, b: 1, '[UNK]': 2 }, unk_token: '[UNK]' },
      pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'Isolated' },
      added_tokens: [{ id: 3, content: '<x>', special: true, lstrip: true, rstrip: true, normalized: false }],
    }
    const tokenizer = huggingFaceTokenizer('x', Buffer.from(JSON.stringify(json)))
    const template = new ChatTemplate(
      'x',
      `{% for m in messages %}{{ 'a  <x>\\n' }}{% generation %}{{ ' ' + m.content }}{% endgeneration %}{% endfor %}`,
    )
    const made = encoded(new ChatEncoder(tokenizer, template), [assistant('b')])
    expect([[...made.ids], [...made.mask]]).toEqual([
      [0, 3, 1],
      [0, 0, 1],
    ])
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { TilthError } from '../../model/error.ts'
import type { StageFiles } from '../../model/stage.ts'
import { quality } from './quality.ts'

interface Expected {
  readonly tokens: number
  readonly logits: readonly number[]
}
type Row = Readonly<Record<'labels' | 'fixed' | 'regression', Expected>> & { readonly text: string }

const rows = JSON.parse(readFileSync('test/golden/onnx/expected.json', 'utf8')) as readonly Row[]
const fileOf = (name: string, file: string): Buffer => readFileSync(`test/golden/onnx/${name}/${file}`)

/** The files of a model of test/golden, some of them others: as they lie in `m/`. */
function filesOf(name: string, changed: Readonly<Record<string, Uint8Array | undefined>> = {}): StageFiles {
  const own = ['model.onnx', 'tokenizer.json', ...(name === 'fixed' ? [] : ['config.json'])]
  const files = { ...Object.fromEntries(own.map((file) => [file, fileOf(name, file)])), ...changed }
  const there = Object.entries(files).flatMap(([file, bytes]) =>
    bytes === undefined ? [] : [[`m/${file}`, [{ name: '', bytes }]] as const],
  )
  return new Map(there)
}

async function scores(
  files: StageFiles,
  given: object,
  texts: readonly string[] = rows.map(({ text }) => text),
): Promise<readonly (number | null)[]> {
  const options = quality.options.parse({ model: 'm/model.onnx', ...given })
  const batch = await quality.measureBatch?.(options, files)
  if (batch === undefined) throw new Error('not asked in batches')
  const signals = await batch.measure(texts.map((text) => documentOf(text)))
  return signals.map((each) => each['quality'] ?? null)
}

function softmax(logits: readonly number[], at: number): number {
  const sum = logits.reduce((total, each) => total + Math.exp(each), 0)
  return Math.exp(logits[at] ?? Number.NaN) / sum
}

const changed = (name: string, file: string, change: (json: Record<string, unknown>) => void): Buffer => {
  const json = JSON.parse(fileOf(name, file).toString()) as Record<string, unknown>
  change(json)
  return Buffer.from(JSON.stringify(json))
}

describe('a classifier of several labels', () => {
  it.each(['low', 'medium', 'high'])('gives the chance of "%s" that Python gives', async (label) => {
    const found = await scores(filesOf('labels'), { label })
    const at = ['low', 'medium', 'high'].indexOf(label)
    expect(rows.length).toBeGreaterThan(30)
    // Texts of a few tokens and cut ones.
    expect(new Set(rows.map(({ labels }) => labels.tokens)).size).toBeGreaterThan(10)
    expect(rows.filter(({ labels }) => labels.tokens === 64).length).toBeGreaterThan(2)
    for (const [row, { labels }] of rows.entries())
      expect(found[row]).toBeCloseTo(softmax(labels.logits, at), 5)
  })

  it('names a label by its number, too, which is all there is without config.json', async () => {
    const named = await scores(filesOf('labels'), { label: 'high', maxTokens: 64 })
    expect(await scores(filesOf('labels'), { label: '2', maxTokens: 64 })).toEqual(named)
    const bare = filesOf('labels', { 'config.json': undefined })
    expect(await scores(bare, { label: '2', maxTokens: 64 })).toEqual(named)
    await expect(scores(bare, { label: 'high' })).rejects.toMatchObject({
      message: 'm/model.onnx: label: the model has no label "high"',
      hint: expect.stringContaining('from 0 to 2'),
    })
  })

  it('takes each label by itself where problem_type says so, or the recipe', async () => {
    const config = changed('labels', 'config.json', (json) => {
      json['problem_type'] = 'multi_label_classification'
    })
    const found = await scores(filesOf('labels', { 'config.json': config }), { label: 'high' })
    expect(await scores(filesOf('labels'), { label: 'high', activation: 'sigmoid' })).toEqual(found)
    for (const [row, { labels }] of rows.entries())
      expect(found[row]).toBeCloseTo(1 / (1 + Math.exp(-(labels.logits[2] ?? 0))), 5)
  })
})

describe('a regression', () => {
  it('gives the number that Python gives, with a mask, segments and ids of 32 bits', async () => {
    const found = await scores(filesOf('regression'), {})
    expect(rows.filter(({ regression }) => regression.tokens === 48).length).toBeGreaterThan(2)
    for (const [row, { regression }] of rows.entries())
      expect(found[row]).toBeCloseTo(regression.logits[0] ?? 0, 4)
  })

  it('is out of a number where that is asked for, within 0 and 1', async () => {
    const [raw, scaled] = [
      await scores(filesOf('regression'), {}),
      await scores(filesOf('regression'), { outOf: 2 }),
    ]
    for (const [row, score] of raw.entries())
      expect(scaled[row]).toBe(Math.min(1, Math.max(0, (score ?? 0) / 2)))
  })
})

describe('a model of one length', () => {
  it('is filled up to it with a mask', async () => {
    const found = await scores(filesOf('fixed'), { label: '1' })
    expect(rows.some(({ fixed }) => fixed.tokens < 16)).toBe(true)
    for (const [row, { fixed }] of rows.entries()) expect(found[row]).toBeCloseTo(softmax(fixed.logits, 1), 5)
  })
})

it('gives a text the same score to the bit, whatever it is measured with', async () => {
  const texts = rows.map(({ text }) => text)
  const together = await scores(filesOf('regression'), {})
  const backwards = await scores(filesOf('regression'), {}, texts.toReversed())
  expect(backwards.toReversed()).toEqual(together)
  for (const at of [1, 7, 20])
    expect(await scores(filesOf('regression'), {}, [texts[at] ?? ''])).toEqual([together[at]])
})

it('looks at as many tokens as are asked for, from the end where tokenizer.json says so', async () => {
  const text = 'A long text goes on, and on. '.repeat(60)
  const cut = await scores(filesOf('regression'), { maxTokens: 4 }, [`A lo${'x'.repeat(50)}`, text])
  expect(cut[0]).not.toBe(cut[1])
  const left = changed('regression', 'tokenizer.json', (json) => {
    json['truncation'] = { max_length: 6, direction: 'Left', strategy: 'LongestFirst', stride: 0 }
  })
  const [end, same, other] = await scores(filesOf('regression', { 'tokenizer.json': left }), {}, [
    `${text}zyx`,
    `something else ${text}zyx`,
    `${text}zyz`,
  ])
  expect(end).toBe(same)
  expect(end).not.toBe(other)
})

it('has no score for a text without a token', async () => {
  const bare = changed('regression', 'tokenizer.json', (json) => {
    json['post_processor'] = null
  })
  const found = await scores(filesOf('regression', { 'tokenizer.json': bare }), {}, ['', 'text'])
  expect(found).toEqual([null, expect.any(Number)])
})

describe('what is refused', () => {
  const junk = Buffer.from('not a model')
  it.each([
    { name: 'labels', given: { label: 'hihg' }, error: /no label "hihg"/, hint: /did you mean "high"/ },
    { name: 'labels', given: {}, error: /no label "hq"/, hint: /it has low, medium, high/ },
    { name: 'labels', given: { label: '3' }, error: /no label "3"/, hint: /low, medium, high/ },
    { name: 'labels', given: { label: 'low', outOf: 5 }, error: /outOf/, hint: /activation: none/ },
    {
      name: 'regression',
      given: { activation: 'softmax' },
      error: /softmax over one output/,
      hint: /sigmoid or none/,
    },
    { name: 'regression', given: { maxTokens: 49 }, error: /the model takes 48 tokens/, hint: /./ },
    {
      name: 'regression',
      given: { maxTokens: 2 },
      error: /maxTokens: 2 have no room/,
      hint: /puts 2 around/,
    },
    {
      name: 'labels',
      given: { label: 'low' },
      files: { 'tokenizer.json': undefined },
      error: /there is no m\/tokenizer\.json/,
      hint: /beside it/,
    },
    {
      name: 'labels',
      given: { label: 'low' },
      files: { 'tokenizer.json': junk },
      error: /tokenizer\.json: is not JSON/,
      hint: /./,
    },
    {
      name: 'labels',
      given: {},
      files: { 'config.json': junk },
      error: /config\.json: is not JSON/,
      hint: /./,
    },
    {
      name: 'labels',
      given: {},
      files: { 'model.onnx': junk },
      error: /onnxruntime-web cannot load it/,
      hint: /one file/,
    },
    {
      name: 'labels',
      given: {},
      files: { 'model.onnx': fileOf('labels', 'model.onnx').subarray(0, 5000) },
      error: /onnxruntime-web cannot load it/,
      hint: /whole ONNX model/,
    },
    {
      name: 'regression',
      given: {},
      files: { 'model.onnx': renamed('token_type_ids', 'visual_ids_abc') },
      error: /wants an input visual_ids_abc/,
      hint: /input_ids, attention_mask and token_type_ids/,
    },
  ])('$name $given: $error', async ({ name, given, files, error, hint }) => {
    const failed: unknown = await scores(filesOf(name, files), given).catch((cause: unknown) => cause)
    expect(failed).toBeInstanceOf(TilthError)
    const { message, hint: said } = failed as TilthError
    expect(message).toMatch(error)
    expect(message).toMatch(/^m\/model\.onnx: /)
    expect(said ?? 'none').toMatch(hint)
  })

  it.each(['runtime', 'maxTokens', 'activation', 'outOf'])('%s of another model', (option) => {
    const value = { runtime: 'onnxruntime-web', maxTokens: 8, activation: 'none', outOf: 5 }[option]
    const options = quality.options.parse({ model: 'some.bin', [option]: value })
    expect(() => quality.files?.(options)).toThrow(`${option}: only an ONNX model has it`)
  })

  /** The model with a name in it replaced by one of the same length. */
  function renamed(from: string, to: string): Buffer {
    expect(to).toHaveLength(from.length)
    return Buffer.from(fileOf('regression', 'model.onnx').toString('latin1').replaceAll(from, to), 'latin1')
  }
})

it('names what lies beside the model, whatever its folder', () => {
  const named = (model: string) => quality.filesIfThere?.(quality.options.parse({ model }))
  expect(named('a/b/model.onnx')).toEqual(['a/b/tokenizer.json', 'a/b/config.json'])
  expect(named('model.onnx')).toEqual(['tokenizer.json', 'config.json'])
  expect(named('model.bin')).toEqual([])
})

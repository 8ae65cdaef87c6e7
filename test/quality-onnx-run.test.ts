import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { keptRows, loadPlan, openVersion, signalRows } from '../src/index.ts'
import { planKey } from '../src/plan/plan.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptIds, otherWays, Workplace } from './engine-run.ts'
import { listOf } from './fixture-version.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

interface Expected {
  readonly text: string
  readonly regression: { readonly logits: readonly [number] }
}
const expected = (
  JSON.parse(readFileSync('test/golden/onnx/expected.json', 'utf8')) as readonly Expected[]
).filter(({ text }) => text !== '')
const byText = new Map(expected.map(({ text, regression }) => [text, regression.logits[0]]))

cpSync('test/golden/onnx', join(place.dir, 'models'), { recursive: true })
const rows = [expected.slice(0, 20), expected.slice(20)].map((part, at) =>
  place.write(
    `rows-${at}.jsonl`,
    Buffer.from(part.map(({ text }, n) => `${JSON.stringify({ id: `${at}-${n}`, text })}\n`).join('')),
  ),
)

const recipe = (model: string, options: object = {}): RecipeInput => ({
  name: 'scored',
  writes: 'scored',
  inputs: { rows: { format: 'jsonl', files: 'rows-*.jsonl' } },
  steps: [
    { use: 'row' },
    { use: 'quality', model, ...options },
    { name: 'keep', use: 'quality-pareto', mode: 'threshold', threshold: -2 },
  ],
})
const REGRESSION = 'models/regression/model.onnx'
const keyOf = async (model: string): Promise<string> => planKey(await loadPlan(recipe(model), [], place.dir))

describe('a run with an ONNX model', () => {
  it('scores every text as Python does, and keeps those from a number on', async () => {
    const result = await place.run(recipe(REGRESSION), 'store', {})
    const version = await openVersion(result.dir)
    const kept = await listOf(keptRows(version))
    const wanted = expected.filter(({ regression }) => regression.logits[0] >= -2)
    expect(wanted.length).toBeGreaterThan(3)
    expect(wanted.length).toBeLessThan(expected.length)
    expect(new Set(kept.map(({ text }) => text))).toEqual(new Set(wanted.map(({ text }) => text)))
    const scores = new Map((await listOf(signalRows(version))).map(({ id, signals }) => [id, signals]))
    for (const { id, text } of kept)
      expect(scores.get(id)?.['quality.quality']).toBeCloseTo(byText.get(text) ?? Number.NaN, 4)
  })

  it('is the same version, bit by bit, however it is run', async () => {
    const one = await place.run(recipe(REGRESSION), 'store', {})
    for (const [at, [how, options]] of otherWays(rows, 3).entries()) {
      const other = await place.run(recipe(REGRESSION), `way-${at}`, options)
      expect(other.manifest.hashes, how).toEqual(one.manifest.hashes)
      expect(await keptIds(other)).toHaveLength((await keptIds(one)).length)
    }
  })

  it('has a key by what model, tokenizer and configuration hold, not by where they lie', async () => {
    const key = await keyOf(REGRESSION)
    renameSync(join(place.dir, 'models/regression'), join(place.dir, 'models/moved'))
    expect(await keyOf('models/moved/model.onnx')).toBe(key)
    renameSync(join(place.dir, 'models/moved'), join(place.dir, 'models/regression'))
    for (const file of ['model.onnx', 'tokenizer.json', 'config.json']) {
      const path = join(place.dir, 'models/regression', file)
      const bytes = readFileSync(path)
      writeFileSync(path, Buffer.concat([bytes, Buffer.from(' ')]))
      expect(await keyOf(REGRESSION), file).not.toBe(key)
      writeFileSync(path, bytes)
    }
    expect(await keyOf(REGRESSION)).toBe(key)
    rmSync(join(place.dir, 'models/regression/config.json'))
    expect(await keyOf(REGRESSION)).not.toBe(key)
    cpSync('test/golden/onnx', join(place.dir, 'models'), { recursive: true })
  })

  it('leaves the key of other models as it was', async () => {
    place.write('other.bin', readFileSync('test/golden/fasttext/softmax.bin'))
    const { steps } = await loadPlan(recipe('other.bin'), [], place.dir)
    expect(steps[1]?.options).toEqual({ model: 'other.bin', label: 'hq' })
    expect(steps[1]?.files).toHaveLength(1)
  })

  it.each([
    { model: 'models/labels/model.onnx', given: {}, error: /no label "hq"/, hint: /low, medium, high/ },
    {
      model: 'models/bare/model.onnx',
      given: {},
      error: /there is no models\/bare\/tokenizer\.json/,
      hint: /beside/,
    },
    { model: 'models/none.onnx', given: {}, error: /models\/none\.onnx cannot be read/, hint: /start at/ },
    {
      model: 'other.bin',
      given: { maxTokens: 8 },
      error: /steps\.quality: maxTokens: only an ONNX model has it/,
      hint: /ends in \.onnx/,
    },
  ])('$model $given ends with $error', async ({ model, given, error, hint }) => {
    place.write('models/bare/model.onnx', readFileSync('test/golden/onnx/labels/model.onnx'))
    const failed: unknown = await place
      .run(recipe(model, given), 'wrong', {})
      .catch((cause: unknown) => cause)
    expect((failed as Error).message).toMatch(error)
    expect((failed as { hint?: string }).hint).toMatch(hint)
  })

  it.skipIf(existsSync('node_modules/onnxruntime-node'))(
    'says how to install a runtime that is not there',
    async () => {
      const asked = place.run(recipe(REGRESSION, { runtime: 'onnxruntime-node' }), 'wrong', {})
      await expect(asked).rejects.toMatchObject({
        code: 'input',
        message: expect.stringMatching(/model\.onnx: .* run by onnxruntime-node, which is not installed/),
        hint: expect.stringMatching(/^npm install onnxruntime-node/),
      })
    },
  )
})

it('tilth fit threshold and alpha ask it', () => {
  const found = tilth(
    place.dir,
    'fit',
    'threshold',
    'rows-0.jsonl',
    '--top',
    '25%',
    '--model',
    REGRESSION,
    '--json',
  )
  expect(found.err).toBe('')
  const logits = expected.slice(0, 20).map(({ regression }) => regression.logits[0])
  const fifth = logits.toSorted((a, b) => b - a)[4]
  const said = JSON.parse(found.out) as { readonly threshold: number; readonly documents: number }
  expect(said.threshold).toBeCloseTo(fifth ?? Number.NaN, 4)
  expect(said.documents).toBe(20)
  const other = tilth(
    place.dir,
    'fit',
    'alpha',
    'rows-0.jsonl',
    '--positives',
    'rows-1.jsonl',
    '--model',
    REGRESSION,
  )
  expect(other.err).toMatch(/a score is -[\d.]+, and alpha is for scores from 0 to 1[\s\S]*outOf/)
  const labelled = tilth(
    place.dir,
    ...'fit alpha rows-0.jsonl --positives rows-1.jsonl --label high --model models/labels/model.onnx --json'.split(
      ' ',
    ),
  )
  expect(labelled.err).toBe('')
  expect(JSON.parse(labelled.out)).toMatchObject({
    documents: { documents: 20 },
    positives: { documents: 21 },
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { register as registerOverlap } from '../src/cli/overlap.ts'
import { register as registerWhy } from '../src/cli/why.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { decontaminate } from '../src/stages/group/decontaminate.ts'
import { runCommand } from './command.ts'
import { keptTexts, rejections, Workplace } from './engine-run.ts'

const place = new Workplace()
afterAll(() => place.remove())

const page = readFileSync('docs/how-to/decontaminate.md', 'utf8')
const recipe = parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as RecipeInput
const words = (count: number, name: string): string =>
  Array.from({ length: count }, (_, at) => `${name}${at}`).join(' ')
const lines = (rows: readonly unknown[]): Buffer =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

it('the recipe and the commands of the page run as they stand there', async () => {
  place.write('evals/gsm8k/test.jsonl', lines([{ question: words(23, 'q') }, { question: 'How many?' }]))
  place.write('evals/tasks/quiz/test.jsonl', lines([{ id: 'z-1', text: words(20, 'z') }]))
  place.write('evals/tasks/quiz/train.jsonl', lines([{ id: 't-1', text: words(20, 't') }]))
  const texts = [
    `${words(150, 'a')} ${words(23, 'q')} ${words(150, 'b')}`,
    `${words(20, 'z')} is all`,
    `${words(20, 't')} may stay`,
  ]
  const rows = place.write('texts.jsonl', lines(texts.map((text, at) => ({ id: `t${at}`, text }))))
  const result = await place.run(recipe, 'store', { inputs: { texts: rows } })
  const kept = await keptTexts(result)
  expect(kept.size).toBe(3)
  expect([...kept.values()]).toContain(texts[2])
  expect(await rejections(result)).toMatchObject([
    { step: 'leaks', reason: 'contaminated-whole', detail: expect.stringMatching(/^tasks\/quiz\/test, z-1/) },
  ])

  const store = join(place.dir, 'store')
  const why = await runCommand([registerWhy], store, 'why', 'clean', 't0')
  expect(why.out.match(/leaks took out {3}gsm8k, example 1: "q0 q1 /g)).toHaveLength(2)

  const command = /^ {4}tilth (overlap .*)$/m.exec(page)?.[1]?.split(' ') ?? []
  const args = command.map((each) => each.replace(/^(gsm8k=)?evals/, `$1${place.dir}/evals`))
  const out = join(place.dir, 'overlap')
  const overlap = await runCommand([registerOverlap], store, ...args.slice(0, -1), out)
  expect(overlap.error).toBeUndefined()
  expect(overlap.out).toMatch(/^gsm8k +8 +2 +0 +100\.00 % +1$/m)
  expect(overlap.out).toMatch(/^tasks\/quiz\/test +13 +1 +0 +100\.00 % +0$/m)
  expect(readFileSync(join(out, 'gsm8k.clean.jsonl'), 'utf8').split('\n')).toHaveLength(3)
})

it('names the defaults and the signals that there are', () => {
  const defaults = decontaminate.options.parse({})
  for (const [option, value] of Object.entries(defaults).filter(([, each]) => typeof each === 'number')) {
    expect(page).toMatch(new RegExp(`\\b${value}\\b[^.]*\\(\`${option}\`\\)`))
  }
  for (const signal of Object.keys(decontaminate.signals)) expect(page).toContain(`\`leaks.${signal}\``)
  for (const reason of Object.keys(decontaminate.reasons)) expect(page).toContain(`\`${reason}\``)
})

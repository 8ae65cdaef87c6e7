import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { loadPlan } from '../src/engine/recipes.ts'
import { planKey, planOfRecord } from '../src/plan/plan.ts'
import { Store } from '../src/store/store.ts'
import { TableWriter } from '../src/store/table.ts'
import { keptRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'
import { listOf } from './fixture-version.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

const page = readFileSync('docs/how-to/choose-thresholds.md', 'utf8')
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text)
const [recipe = '', step = ''] = blocks('yaml')
const store = new Store(join(place.dir, '.tilth'))

/** A line of a shell as arguments: words, and what is between single quotes. */
function argumentsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
}

async function writeScores(): Promise<void> {
  const table = new TableWriter(join(place.dir, 'scored.parquet'), [
    { name: 'id', type: 'STRING', nullable: false },
    { name: 'score', type: 'DOUBLE', nullable: true },
  ])
  const kept = await listOf(keptRows(await store.open('pages@2')))
  for (const [at, { id }] of kept.entries()) table.append({ id, score: (at % 4) / 4 })
  table.finish()
}

it('the commands of the page on thresholds run as they stand there', async () => {
  const words = (count: number): string =>
    Array.from({ length: count }, (_, at) => `word${String.fromCharCode(97 + (at % 26))}`).join(' ')
  const rows = Array.from({ length: 60 }, (_, at) => JSON.stringify({ id: `d${at}`, text: words(at + 1) }))
  place.write('pages.jsonl', Buffer.from(rows.join('\n')))
  place.write('pages.yaml', Buffer.from(recipe))
  const said = new Map<string, string>()
  const lines = blocks('sh').join('').trimEnd().split('\n')
  expect(lines.length).toBe(10)
  for (const line of lines) {
    const [command, ...given] = argumentsOf(line)
    expect(command).toBe('tilth')
    if (line.includes('scored.parquet')) await writeScores()
    const ran = tilth(place.dir, ...given)
    expect(ran.code, `${line}\n${ran.err}`).toBe(0)
    said.set(line, ran.out)
  }
  const shown = (part: string): string => [...said].find(([line]) => line.includes(part))?.[1] ?? ''
  expect(shown('minWords=20')).toMatch(/gained +20 documents/)
  expect(shown('signals import')).toMatch(/41 documents of .* have a row/)
  expect(shown('score>=0.5')).toMatch(/lost +21 documents/)
  expect(shown('min.score=0.25')).toMatch(/gained +10 documents/)
  expect((await listOf(keptRows(await store.open('pages@3')))).length).toBe(20)

  // The step of the page behind those of its recipe is the plan that the last --apply made.
  place.write('more.yaml', Buffer.from(`${recipe}${step}`))
  const plan = await loadPlan('more.yaml', ['steps.quality.minWords=20'], place.dir, store)
  expect(planKey(plan)).toBe(planKey(planOfRecord((await store.open('pages@3')).plan)))
}, 120_000)

import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { keptIds, Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

const page = readFileSync('docs/how-to/own-stages.md', 'utf8')
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? ''

place.write(
  'rows.jsonl',
  Buffer.from(
    ['Some words here', 'Considerably longer expressions', 'acme acme acme longwords longwords']
      .map((text, at) => JSON.stringify({ id: `row-${at}`, text }))
      .join('\n'),
  ),
)

it('the script and the recipe of the page run as they stand there', () => {
  place.write('score.py', Buffer.from(block('python')))
  place.write('own.yaml', Buffer.from(block('yaml')))
  const ran = tilth(place.dir, 'run', 'own.yaml', '--workers', '1')
  expect(ran.err).not.toMatch(/rror/)
  expect(ran.code).toBe(0)
  expect(ran.out).toMatch(/low-long-words/)
})

it('so does the stage', async () => {
  place.write('brand.ts', Buffer.from(block('ts')))
  const result = await place.run(
    {
      name: 'brand',
      writes: 'brand',
      inputs: { rows: { format: 'jsonl', files: 'rows.jsonl' } },
      steps: [{ use: 'row' }, { use: './brand.ts' }],
    },
    'store',
    {},
  )
  expect(await keptIds(result)).toHaveLength(2)
})

import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { RULE_SETS } from '../src/stages/rule-sets.ts'
import { keptRows, openVersion } from '../src/store/version.ts'
import { rejections, Workplace } from './engine-run.ts'
import { archive, warcPage } from './synthetic-crawl.ts'

const place = new Workplace()
afterAll(() => place.remove())

const page = readFileSync('docs/how-to/clean-web-text.md', 'utf8')
const recipe = parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as RecipeInput

/** English prose of different sentences, as rules on repetition want it. */
const PROSE = `The river that runs through the old town was once the only road for trade with the north. Boats came down with timber, wool and salt,
and went back with wine and cloth. In the spring the water rose above the lower quay, so the merchants built their houses on the hill. Most of these
houses have been kept, and some of them are open to visitors on the last weekend of each month. A guide will tell you who lived there and what was sold.
The bridge is younger than it looks. It was taken down in the great flood, and the people of the town had it built again with the same stones. Nobody
knows the name of the mason, but his mark can be seen on the third arch. From there it is a short walk to the mill, where flour is still made by hand.
If you want to see the wheel at work, come on a morning with enough water. The miller does not mind questions, and his bread is worth the wait.`

const html = (...paragraphs: readonly string[]) =>
  `<!doctype html><html><head><meta charset="utf-8"><title>A town</title></head><body><article><h1>A town</h1>${paragraphs.map((text) => `<p>${text}</p>`).join('')}</article></body></html>`
const halves = PROSE.split('The bridge')
const whole = [halves[0] ?? '', `The bridge${halves[1] ?? ''}`]

const PAGES: Readonly<Record<string, string>> = {
  'https://town.test/': html(...whole, 'It was cafÃ© time: write to jane@mail-of-town.org before you come.'),
  'https://town.test/copy': html(
    ...whole,
    'It was cafÃ© time: write to jane@mail-of-town.org before you come.',
  ).replace('<title>', '<title>Copy of '),
  'https://www.casino.test/': html(...whole),
  'https://stadt.test/': html(
    'Der Fluss, der durch die alte Stadt fließt, war einst der einzige Weg für den Handel mit dem Norden. Die Boote brachten Holz und Wolle.',
  ),
  'https://short.test/': html(PROSE.split(' ').slice(0, 45).join(' ')),
  'https://people.test/': html(
    ...whole,
    `The members are ${'abcdefg'.replace(/./g, (name) => `${name}${name}@mail-of-town.org, `)}and many others.`,
  ),
}

it('the recipe of the page runs as it stands there, and each step finds its work', async () => {
  const pages = place.write(
    'pages.warc.gz',
    archive(Object.entries(PAGES).map(([url, body]) => warcPage(url, body))),
  )
  const result = await place.run(recipe, 'store', { inputs: { pages } })
  const kept = []
  for await (const row of keptRows(await openVersion(result.dir))) kept.push(row)
  expect(kept).toHaveLength(1)
  expect(kept[0]?.text).toContain('It was café time: write to [EMAIL] before you come.')
  const dropped = (await rejections(result)).map(({ step, reason, url }) => [url, `${step}: ${reason}`])
  expect(Object.fromEntries(dropped)).toMatchObject({
    'https://www.casino.test/': 'url: blocked-domain',
    'https://stadt.test/': 'language: other-language',
    'https://short.test/': 'quality: too-short',
    'https://people.test/': 'personal: much-personal-data',
  })
  expect(dropped.map(([, reason]) => reason)).toContain('exact: duplicate')
})

it('names rule sets and stages that there are', () => {
  const named = [...page.matchAll(/\b[a-z0-9-]+@[a-z0-9.-]+\b/g)].map(([name]) => name.replace(/\.$/, ''))
  expect(named.length).toBeGreaterThan(5)
  for (const name of named) expect(RULE_SETS.map((set) => set.name)).toContain(name)
})

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { extract } from '../src/html/extract.ts'

const folder = resolve(import.meta.dirname, 'golden/html')
const update = process.env['TILTH_UPDATE_GOLDEN'] === '1'

/**
 * Pages of which the extractor makes something else than a reader would. What is expected of them is what a
 * reader would take, and an update leaves it as it is.
 */
const DIFFERING: Readonly<Record<string, string>> = {
  arabic: 'the heading is left out',
  bengali: 'the heading is left out',
  'character-references': 'the heading is left out',
  chinese: 'the heading is left out',
  'custom-elements-unclosed': 'the heading is left out',
  'declarative-shadow-root': 'the heading is left out',
  'faq-buttons': 'the heading is left out',
  'faq-details': 'the heading is left out',
  frames: 'what readers without frames are shown is passed over',
  'inline-read-also': 'a link to another story is kept',
  japanese: 'the heading is left out',
  'layout-tables': 'the title in a cell is left out',
  listing: 'the heading is left out',
  'lists-in-quotes': 'a list in a quote is no longer quoted',
  'noscript-thread': 'the heading is left out',
  'product-specifications': 'the heading and the specifications are left out',
  'shift-jis': 'the heading is left out',
  'tabs-display-none': 'the names of the tabs are kept',
  thai: 'the heading is left out',
  'windows-1251': 'the heading is left out',
}

/** Pages whose title is given with the name of the site behind it. */
const LONG_TITLES: ReadonlySet<string> = new Set(['br-paragraphs', 'chinese', 'listing', 'text-like-markup'])

/** What a page says of itself, in the order of the expected files. */
const METADATA = [
  'title',
  'authors',
  'published',
  'modified',
  'description',
  'language',
  'siteName',
  'canonicalUrl',
  'imageUrl',
  'licence',
  'charset',
] as const

/** Pages written for this project, one for each lesson; a page that is added to the folder is a test as well. */
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => name.slice(0, -'.html'.length))

describe('golden pages', () => {
  it('are there', () => {
    expect(names.length).toBeGreaterThanOrEqual(40)
    expect(names).toEqual(expect.arrayContaining([...Object.keys(DIFFERING), ...LONG_TITLES]))
  })

  it.each(names.filter((name) => DIFFERING[name] === undefined))('%s', (name) => expectFile(name, 'md'))

  // One that passes fails here: it may leave the list.
  it.fails.each(Object.entries(DIFFERING))('%s, of which %s', (name) => expectText(name, 'md'))

  it.each(names.filter((name) => !LONG_TITLES.has(name)))('%s says of itself', (name) =>
    expectFile(name, 'json'),
  )

  it.fails.each([...LONG_TITLES])('%s says of itself, whose title is too long', (name) =>
    expectText(name, 'json'),
  )
})

function expectFile(name: string, kind: 'md' | 'json'): void {
  if (update) writeFileSync(pathOf(name, kind), read(name)[kind])
  expectText(name, kind)
}

function expectText(name: string, kind: 'md' | 'json'): void {
  expect(read(name)[kind]).toBe(readFileSync(pathOf(name, kind), 'utf8'))
}

function pathOf(name: string, kind: 'md' | 'json'): string {
  return resolve(folder, `${name}.expected.${kind}`)
}

function read(name: string): { readonly md: string; readonly json: string } {
  const found = extract(readFileSync(resolve(folder, `${name}.html`)), { format: 'markdown' })
  const metadata = Object.fromEntries(METADATA.map((key) => [key, found[key]]))
  return {
    md: found.markdown === undefined || found.markdown === '' ? '' : `${found.markdown}\n`,
    json: `${JSON.stringify(metadata, undefined, 2)}\n`,
  }
}

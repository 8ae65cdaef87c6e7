import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createExtractor } from '../src/html/extract.ts'

const folder = resolve(import.meta.dirname, 'golden/html')
const update = process.env['TILTH_UPDATE_GOLDEN'] === '1'
const extract = createExtractor()

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

/** Lines that a reader would take and the extractor does not, and the other way round. */
interface Difference {
  readonly missing: readonly string[]
  readonly added: readonly string[]
}

/**
 * Pages written for this project, one for each lesson. The expected files are what a reader would take, written by
 * hand; an update makes those of a new page and leaves the others. Where the extractor differs from them as yet is
 * in `differing.json`, line by line, which an update writes: read its diff.
 */
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => name.slice(0, -'.html'.length))
const listed = resolve(folder, 'differing.json')
const found = new Map(names.map((name) => [name, differenceOf(name)]))

if (update) {
  const differing = [...found].filter(([, { missing, added }]) => missing.length + added.length > 0)
  writeFileSync(listed, `${JSON.stringify(Object.fromEntries(differing), undefined, 2)}\n`)
}
const known: Readonly<Record<string, Difference>> = JSON.parse(readFileSync(listed, 'utf8'))

describe('golden pages', () => {
  it('are there, and most are read as by a reader', () => {
    expect(names.length).toBeGreaterThanOrEqual(40)
    expect(names).toEqual(expect.arrayContaining(Object.keys(known)))
    expect(Object.keys(known).length).toBeLessThan(names.length / 2)
  })

  it.each(names)('%s', (name) => expect(found.get(name)).toEqual(known[name] ?? { missing: [], added: [] }))
})

function differenceOf(name: string): Difference {
  const page = extract(readFileSync(resolve(folder, `${name}.html`)), { format: 'markdown' })
  const metadata = Object.fromEntries(METADATA.map((key) => [key, page[key]]))
  const markdown = compared(`${name}.expected.md`, page.markdown === '' ? '' : `${page.markdown}\n`)
  const said = compared(`${name}.expected.json`, `${JSON.stringify(metadata, undefined, 2)}\n`)
  return {
    missing: [...markdown.missing, ...said.missing],
    added: [...markdown.added, ...said.added],
  }
}

function compared(file: string, text: string): Difference {
  const path = resolve(folder, file)
  if (update && !existsSync(path)) writeFileSync(path, text)
  const expected = readFileSync(path, 'utf8')
  if (text === expected) return { missing: [], added: [] }
  const missing = linesWithout(expected, text)
  const added = linesWithout(text, expected)
  return missing.length + added.length > 0 ? { missing, added } : { missing: [], added: ['in another order'] }
}

/** Lines of a text that another has not, as often as it has them more; blank ones do not count. */
function linesWithout(text: string, other: string): string[] {
  const left = other.split('\n')
  return text.split('\n').filter((line) => {
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0 && line !== ''
  })
}

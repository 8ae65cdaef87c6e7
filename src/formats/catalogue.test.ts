import { describe, expect, it } from 'vitest'
import { FORMATS, formatForPath, formatNamed } from './catalogue.ts'
import { isJsonLines } from './jsonl/json-lines-name.ts'

describe('catalogue', () => {
  it('holds formats under names and endings of their own', () => {
    expect(FORMATS.length).toBeGreaterThanOrEqual(10)
    expect(new Set(FORMATS.map(({ name }) => name)).size).toBe(FORMATS.length)
    const endings = FORMATS.flatMap(({ extensions }) => extensions)
    expect(new Set(endings).size).toBe(endings.length)
    for (const ending of endings) expect(ending).toMatch(/^[.-][a-z0-9.-]+$/)
  })

  it('describes each, and needs no options', () => {
    for (const { description, options, revision } of FORMATS) {
      expect(description).toMatch(/^[A-Z].{10,90}[^.]$/)
      expect(revision).toBeGreaterThanOrEqual(1)
      expect(options.safeParse({}).success).toBe(true)
      expect(options.safeParse({ noSuchOption: 1 }).success).toBe(false)
    }
  })

  it.each([
    ['a.jsonl', 'jsonl'],
    ['/x/A.NDJSON.GZ', 'jsonl'],
    ['a.csv.zst', 'csv'],
    ['a.tsv', 'csv'],
    ['a.parquet', 'parquet'],
    ['crawl.warc.gz', 'warc'],
    ['a.warc.wet.gz', 'warc'],
    ['a.arc.gz', 'arc'],
    ['enwiki-pages-articles.xml.bz2', 'wikipedia'],
    ['book.epub', 'epub'],
    ['book.txt', 'text'],
    ['https://host/page.html.gz?token=a.csv#b', 'html'],
    ['README.md', 'markdown'],
    ['node_modules/a/LICENSE', 'text'],
    ['file:///x/COPYING', 'text'],
    ['a/LICENSE-MIT', 'text'],
    ['a\\README', 'text'],
  ])('takes %s for %s', (path, name) => {
    expect(formatForPath(path)?.name).toBe(name)
    expect(isJsonLines(path)).toBe(name === 'jsonl')
  })

  it.each(['a.json', 'RS_2013-08.zst', 'a.gz', 'a.png', 'readme/x', 'license.js', 'jsonl', 'Makefile', ''])(
    'takes %s for none',
    (path) => expect(formatForPath(path)).toBeUndefined(),
  )

  it('finds a format by name, and the nearest for a typo', () => {
    expect(formatNamed('parquet').name).toBe('parquet')
    expect(() => formatNamed('parkuet')).toThrow(/"parkuet"/)
    expect(thrown(() => formatNamed('parkuet'))).toMatchObject({
      code: 'recipe',
      hint: 'did you mean "parquet"?',
    })
    expect(thrown(() => formatNamed('zzzzzzzzzzzz'))).toMatchObject({
      hint: expect.stringContaining('jsonl, csv'),
    })
  })
})

function thrown(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

import { beforeAll, describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { dedupLines, dedupParagraphs } from './repeated-parts.ts'

const long = (letter: string) => letter.repeat(30)
const keysOf = (text: string, options: object = {}, meta: Record<string, string> = {}) => {
  const { keys, numbers } = dedupLines.parts(dedupLines.options.parse(options))(
    documentOf(text, meta),
    Uint32Array.of(),
  )
  return [...numbers].map((number, at) => [number, `${keys[2 * at]} ${keys[2 * at + 1]}`] as const)
}
const key = (...given: Parameters<typeof keysOf>) => keysOf(...given)[0]?.[1]

describe('dedup-lines', () => {
  beforeAll(() => dedupLines.load?.(dedupLines.options.parse({})))

  it('gives long lines a key each, by their number', () => {
    const keys = keysOf(`short\n${long('a')}\n\n  ${long('A')}\t\n${long('b')}`)
    expect(keys.map(([number]) => number)).toEqual([1, 3, 4])
    expect(keys[0]?.[1]).toBe(keys[1]?.[1])
    expect(keys[0]?.[1]).not.toBe(keys[2]?.[1])
  })

  it('tells case, digits and scopes apart as it is asked', () => {
    expect(key(long('a'), { caseFold: false })).not.toBe(key(long('A'), { caseFold: false }))
    expect(key(`${long('a')}1`)).not.toBe(key(`${long('a')}2`))
    expect(key(`${long('a')}1`, { digits: 'alike' })).toBe(key(`${long('a')}2`, { digits: 'alike' }))
    const at = (url: string) => key(long('a'), { within: 'domain' }, { url })
    expect(at('https://a.org/1')).toBe(at('https://a.org/2'))
    expect(at('https://a.org/1')).not.toBe(at('https://b.org/1'))
  })

  it('takes lines out, and leaves the others as they were', () => {
    const without = dedupLines.without(dedupLines.options.parse({}))
    const document = documentOf('one\n  two\n\nthree', { url: 'u' })
    expect(without(document, Uint32Array.of())).toEqual([
      { text: document.text, meta: document.meta, signals: { removed: 0, removedRatio: 0 } },
    ])
    expect(without(document, Uint32Array.of(0, 3))).toMatchObject([
      { text: '  two', signals: { removed: 2 } },
    ])
    expect(without(document, Uint32Array.of(0, 1, 3))).toEqual({
      drop: 'duplicate-lines',
      detail: '3 lines stand elsewhere',
      signals: { removed: 3, removedRatio: 1 },
    })
  })

  it('counts as it is asked', () => {
    const repeats = (given: object) => dedupLines.repeats(dedupLines.options.parse(given))
    expect(repeats({})).toEqual({ least: 2, count: 'occurrences', spareFirst: true })
    expect(repeats({ repeats: 6, count: 'documents', keep: 'none' })).toEqual({
      least: 6,
      count: 'documents',
      spareFirst: false,
    })
  })
})

describe('dedup-paragraphs', () => {
  it('cuts at blank lines', () => {
    const text = `${long('a')}\n${long('b')}\n \n\n${long('c')}`
    const options = dedupParagraphs.options.parse({})
    expect([...dedupParagraphs.parts(options)(documentOf(text), Uint32Array.of()).numbers]).toEqual([0, 1])
    expect(dedupParagraphs.without(options)(documentOf(text), Uint32Array.of(0))).toMatchObject([
      { text: long('c') },
    ])
  })
})

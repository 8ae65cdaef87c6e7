import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { dedupUrl } from './dedup-url.ts'

const key = (meta: Record<string, string>, options: object = {}) =>
  dedupUrl.keyed(dedupUrl.options.parse(options))(documentOf('', meta))?.key

describe('dedup-url', () => {
  it.each([
    ['http://A.org/x', 'https://a.org/x#top', true, 'scheme, case of the host, fragment'],
    ['https://a.org/x?b=1', 'https://a.org/x?b=2', false, 'query'],
    ['https://a.org/x', 'https://a.org/X', false, 'case of the path'],
  ])('%s and %s are one page: %s (%s)', (left, right, same) => {
    expect(key({ url: left }) === key({ url: right })).toBe(same)
  })

  it('ignores the query when asked', () => {
    const ask = { query: 'ignore' }
    expect(key({ url: 'https://a.org/x?b=1' }, ask)).toBe(key({ url: 'https://a.org/x' }, ask))
  })

  it('keeps dumps apart when asked, and leaves a document without a URL alone', () => {
    const dump = (name: string) => key({ url: 'https://a.org/', dump: name }, { within: 'dump' })
    expect(dump('1')).not.toBe(dump('2'))
    expect(key({})).toBeUndefined()
  })
})

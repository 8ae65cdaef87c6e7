import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { bestPost } from './best-post.ts'

const keyed = (meta: Record<string, string | number | null>, options: object = {}) =>
  bestPost.keyed(bestPost.options.parse(options))(documentOf('', meta))

describe('best-post', () => {
  it('brings links to one page together, http or https, ranked by score', () => {
    const first = keyed({ url: 'http://a.org/x', rawUrl: 'http://a.org/x#1', score: 7 })
    const second = keyed({ url: 'https://a.org/x', rawUrl: 'https://a.org/x', score: -2 })
    expect(first?.key).toBe(second?.key)
    expect([first?.rank, second?.rank]).toEqual([7, -2])
    expect(keyed({ url: 'http://a.org/y', score: 1 })?.key).not.toBe(first?.key)
  })

  it('takes URLs as they were found when asked', () => {
    const meta = { url: 'http://a.org/x', score: 1 }
    const key = (rawUrl: string) => keyed({ ...meta, rawUrl }, { by: 'rawUrl' })?.key
    expect(key('http://a.org/x')).not.toBe(key('https://a.org/x'))
    expect(key('ftp://a.org')).toBe('ftp://a.org')
  })

  it('ranks a link without a score last, with a finite rank', () => {
    const rank = keyed({ url: 'http://a.org/', score: null })?.rank
    expect(rank).toBeLessThan(-1e9)
    expect(Number.isFinite(rank)).toBe(true)
  })

  it('leaves a link without a URL alone', () => {
    expect(keyed({ rawUrl: 'ftp://a.org', score: 1 })).toBeUndefined()
  })

  it.each([[{ By: 'url' }], [{ by: 'host' }]])('refuses options %j', (options) => {
    expect(() => bestPost.options.parse(options)).toThrow(/by/i)
  })
})

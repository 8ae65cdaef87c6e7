import { describe, expect, it } from 'vitest'
import { documentOf, recordOf } from '../../../test/webtext-documents.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { crawl } from './crawl.ts'

const options = crawl.options.parse({})
const left = (url: string) => crawl.leftKey(options)(documentOf('', { url }))
const right = (record: Partial<PayloadRecord>) => crawl.rightKey(options)(recordOf('', record))

const capture = {
  url: 'https://a.org/x',
  contentType: 'text/html',
  fields: { status: 200, date: '2024-01-01T00:00:00Z' },
}

describe('crawl', () => {
  it.each([
    ['https://A.org:443/x?utm_medium=social#top', 'the same page in other words'],
    ['http://a.org/x', 'captured by https'],
  ])('joins a capture of https://a.org/x with %s: %s', (url) => {
    expect(right(capture)).toMatchObject({ key: left(url) })
  })

  it('joins nothing with another page or with no URL', () => {
    expect(right(capture)).not.toMatchObject({ key: left('https://a.org/y') })
    expect(crawl.leftKey(options)(documentOf('', {}))).toBe('')
  })

  it('ranks the later capture higher, and one without a date last', () => {
    const rank = (fields: Record<string, string | number>) => {
      const keyed = right({ ...capture, fields })
      return 'rank' in keyed ? keyed.rank : Number.NaN
    }
    expect(rank({ date: '2024-01-02T00:00:00Z' })).toBeGreaterThan(rank({ date: '2024-01-01T23:59:59Z' }))
    expect(rank({})).toBe(0)
    expect(rank({ date: 'yesterday' })).toBe(0)
  })

  it.each([
    [{ ...capture, fields: { status: 404 } }, 'http-status'],
    [{ ...capture, fields: { status: '301' } }, 'http-status'],
    [{ ...capture, contentType: 'application/pdf' }, 'not-html'],
    [{ contentType: 'text/html' }, 'no-url'],
    [{ ...capture, url: 'dns:a.org' }, 'no-url'],
  ])('drops %j as %s', (record, reason) => {
    expect(right(record)).toMatchObject({ drop: reason })
    expect(Object.keys(crawl.reasons)).toContain(reason)
  })

  it.each([
    [{ ...capture, fields: { status: '200' } }, 'a status as text'],
    [{ ...capture, fields: {} }, 'no status'],
    [{ url: capture.url }, 'no media type'],
    [{ ...capture, contentType: 'text/plain' }, 'plain text'],
  ])('takes %j: %s', (record, _why) => {
    expect(right(record)).toHaveProperty('key')
  })

  it('takes other media types when asked, and refuses unknown options', () => {
    const pdf = crawl.rightKey(crawl.options.parse({ contentTypes: ['application/pdf'] }))
    expect(pdf(recordOf('', { ...capture, contentType: 'application/pdf' }))).toHaveProperty('key')
    expect(pdf(recordOf('', capture))).toMatchObject({ drop: 'not-html' })
    expect(() => crawl.options.parse({ types: [] })).toThrow(/types/)
  })

  it('hands over both URLs, and the rest under link', () => {
    const document = documentOf('', { url: 'http://a.org/', rawUrl: 'http://A.org', score: 3, title: 'T' })
    expect(crawl.merge(options)(document)).toEqual({
      url: 'http://a.org/',
      rawUrl: 'http://A.org',
      link: { id: document.id, score: 3, title: 'T' },
    })
  })
})

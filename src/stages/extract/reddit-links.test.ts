import { describe, expect, it } from 'vitest'
import { recordOf } from '../../../test/webtext-documents.ts'
import type { Json } from '../../model/document.ts'
import { redditLinks } from './reddit-links.ts'

const extract = (fields: Record<string, Json>) =>
  redditLinks.create(redditLinks.options.parse({}))(recordOf('', { format: 'reddit', fields }), {})

const submission = {
  id: '6tnzi',
  subreddit: 'science2',
  created_utc: 1217175190,
  title: 'A title',
  url: 'http://Example.org/a?utm_source=reddit&amp;b=1#top',
  is_self: false,
  over_18: false,
  score: 3,
}

describe('reddit-links', () => {
  it('makes a link of a submission, with both forms of the URL', () => {
    expect(extract(submission)).toEqual([
      {
        text: '',
        meta: {
          rawUrl: submission.url,
          url: 'http://example.org/a?b=1',
          score: 3,
          subreddit: 'science2',
          title: 'A title',
          submission: '6tnzi',
          date: '2008-07-27T16:13:10.000Z',
          over18: false,
        },
      },
    ])
  })

  it.each([
    [{ is_self: true }, 'said by is_self'],
    [{ is_self: null, domain: 'self.books' }, 'said by the domain in old dumps'],
  ])('drops a text post: %j, %s', (fields, _why) => {
    expect(extract({ ...submission, ...fields })).toEqual({ drop: 'self-post' })
  })

  it.each([
    ['ftp://ftp.fao.org/y4100e00.pdf', 'not-http'],
    ['http://Kareem: 20 Things', 'not-a-url'],
  ])('keeps a link post to %s, which is no web page', (url, badUrl) => {
    const [draft] = [extract({ ...submission, url })].flat()
    expect(draft).toMatchObject({ meta: { rawUrl: url, badUrl } })
    expect(draft).not.toHaveProperty('meta.url')
  })

  it('completes the path of a thread', () => {
    expect(extract({ ...submission, url: '/r/books/comments/1/x/' })).toMatchObject([
      { meta: { rawUrl: '/r/books/comments/1/x/', url: 'https://www.reddit.com/r/books/comments/1/x/' } },
    ])
  })

  it.each([
    ['7', 7, 'numbers as text in old dumps'],
    [null, null, 'no score'],
    ['', null, 'an empty score is no zero'],
    ['many', null, 'no number'],
  ])('reads score %j as %j: %s', (score, read, _why) => {
    expect(extract({ ...submission, score })).toMatchObject([{ meta: { score: read } }])
  })

  it.each([[-1], [1e300], ['x'], [null]])('leaves out an impossible date: %j', (created_utc) => {
    const [draft] = [extract({ ...submission, created_utc })].flat()
    expect(draft).toHaveProperty('meta.url')
    expect(draft).not.toHaveProperty('meta.date')
  })

  it.each([[{}], [{ url: null }], [{ url: 7 }], [{ url: '' }]])('fails on a row %j', (fields) => {
    expect(extract(fields)).toMatchObject({ fail: 'not-a-submission' })
  })

  it('refuses an option it does not know', () => {
    expect(() => redditLinks.options.parse({ minScore: 3 })).toThrow(/minScore/)
  })
})

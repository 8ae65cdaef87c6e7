import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { decide } from '../../model/stage.ts'
import { linkTarget } from './link-target.ts'
import { MEDIA_HOSTS } from './media-hosts.ts'

function reasonOf(url: string | undefined, options: object = {}) {
  const parsed = linkTarget.options.parse(options)
  const document = documentOf('', url === undefined ? { badUrl: 'not-http' } : { url })
  const verdict = decide(linkTarget.rules(parsed), linkTarget.measure(parsed)(document))
  return verdict.keep ? undefined : verdict.rule.reason
}

describe('link-target', () => {
  it.each([
    ['https://www.reddit.com/r/books/', 'reddit', 'back to Reddit'],
    ['https://old.reddit.com/', 'reddit', 'another host of it'],
    ['https://i.redd.it/x.jpg', 'reddit', 'Reddit before media'],
    ['https://reddit.com.example.org/', undefined, 'a host that only begins like Reddit'],
    ['https://notreddit.com/', undefined, 'a host that only ends like Reddit'],
    ['http://i.imgur.com/a', 'media-host', 'pictures'],
    ['https://www.youtube.com/watch?v=x', 'media-host', 'video'],
    ['http://25.media.tumblr.com/x', 'media-host', 'a part of a host'],
    ['http://staff.tumblr.com/post/1', undefined, 'the rest of that host'],
    ['https://a.org/x.JPG', 'media-file', 'a picture, in any case'],
    ['https://a.org/x.mp4?t=3', 'media-file', 'a query behind it'],
    ['https://a.org/x.jpg/about', undefined, 'a folder with that name'],
    ['https://a.org/?file=x.jpg', undefined, 'a parameter'],
    ['https://a.org/wiki/File:Cat.jpg', undefined, 'a page about a file'],
    ['https://a.org/paper.pdf', undefined, 'a document'],
    ['https://a.org/.png', undefined, 'a hidden file'],
    ['https://a.org/', undefined, 'a page'],
    [undefined, 'bad-url', 'no web address'],
  ])('%s: %s, %s', (url, reason, _why) => {
    expect(reasonOf(url)).toBe(reason)
  })

  it('takes a list of hosts in place of its own, more hosts, and fewer', () => {
    const own = 'https://imgur.com/x'
    const other = 'https://pics.example.org/x'
    expect(reasonOf(own, { mediaHosts: ['example.org'] })).toBeUndefined()
    expect(reasonOf(other, { mediaHosts: ['example.org'] })).toBe('media-host')
    expect(reasonOf(other, { alsoMediaHosts: ['pics.example.org'] })).toBe('media-host')
    expect(reasonOf(own, { alsoMediaHosts: ['pics.example.org'] })).toBe('media-host')
    expect(reasonOf(own, { notMediaHosts: ['imgur.com'] })).toBeUndefined()
    expect(reasonOf(own, { mediaHosts: [] })).toBeUndefined()
  })

  it.each([[['https://imgur.com']], [['Imgur.com']], [['com']], ['imgur.com']])(
    'refuses hosts %j',
    (hosts) => {
      expect(() => linkTarget.options.parse({ mediaHosts: hosts })).toThrow(/mediaHosts/)
      expect(() => linkTarget.options.parse({ mediaHost: [] })).toThrow(/mediaHost/)
    },
  )

  it('has a list without repetition', () => {
    expect(new Set(MEDIA_HOSTS).size).toBe(MEDIA_HOSTS.length)
  })
})

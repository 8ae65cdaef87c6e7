import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { domainOf, isUnder, MAX_URL_LENGTH, normaliseUrl, siteOf, urlKey } from './url.ts'

describe('normaliseUrl', () => {
  it.each([
    ['http://a.org/x#comments', 'http://a.org/x', 'a fragment is a place in the page'],
    ['http://a.org/x#?utm_source=reddit', 'http://a.org/x', 'a query behind a fragment is a fragment'],
    ['http://a.org/x?utm_source=r&id=7&fbclid=q', 'http://a.org/x?id=7', 'tracking goes, the rest stays'],
    ['http://a.org/x?UTM_Source=r', 'http://a.org/x', 'names of tracking parameters in any case'],
    ['http://a.org/x?utmost=1&ref=2', 'http://a.org/x?utmost=1&ref=2', 'a look-alike name stays'],
    ['http://a.org/x?b=2&a=1', 'http://a.org/x?b=2&a=1', 'the order of parameters is kept'],
    ['http://a.org/x?', 'http://a.org/x', 'an empty query'],
    ['http://a.org/x?&&a', 'http://a.org/x?a', 'empty parameters'],
    ['http://a.org:80/', 'http://a.org/', 'the default port of http'],
    ['https://a.org:443', 'https://a.org/', 'the default port of https, and an empty path'],
    ['https://a.org:80/', 'https://a.org:80/', 'another port stays'],
    ['HTTP://A.Org/Path', 'http://a.org/Path', 'case of scheme and host, not of the path'],
    ['http://a.org./x', 'http://a.org/x', 'the dot behind a host'],
    ['http://user:pass@a.org/', 'http://a.org/', 'credentials are nobody’s business'],
    ['http://a.org/%7ejo/%c3%a9', 'http://a.org/~jo/%C3%A9', 'percent-encoding'],
    ['http://a.org/a%2fb%3fc', 'http://a.org/a%2Fb%3Fc', 'reserved characters stay encoded'],
    ['http://a.org/a/../b/./c', 'http://a.org/b/c', 'dot segments'],
    ['http://a.org/x?a=1&amp;b=2', 'http://a.org/x?a=1&b=2', 'escaped for HTML'],
    ['http://a.org/x?a=1&amp;amp;b=2', 'http://a.org/x?a=1&b=2', 'escaped for HTML twice'],
    ['http://a.org/x?a=1&amp;utm_medium=x', 'http://a.org/x?a=1', 'tracking behind an escape'],
    ['http://a.org/x?a&lt;b', 'http://a.org/x?a%3Cb', 'another escape'],
    [' https://a.org/x \n', 'https://a.org/x', 'spaces around'],
    ['http://bücher.example/', 'http://xn--bcher-kva.example/', 'international host'],
    ['https://a.org/x/', 'https://a.org/x/', 'a closing slash may matter'],
    ['http://[2001:DB8::1]:8080/', 'http://[2001:db8::1]:8080/', 'an address'],
  ])('%s → %s: %s', (raw, url) => {
    expect(normaliseUrl(raw)).toEqual({ url })
  })

  it.each([
    ['', 'not-a-url'],
    ['/r/books/comments/1', 'not-a-url'],
    ['http://Kareem: 20 Things', 'not-a-url'],
    ['http://', 'not-a-url'],
    ['http://a..b/', 'no-host'],
    ['http://./', 'no-host'],
    ['ftp://a.org/x.pdf', 'not-http'],
    ['javascript:alert(1)', 'not-http'],
    ['magnet:?xt=urn:btih:1', 'not-http'],
    [`http://a.org/${'x'.repeat(MAX_URL_LENGTH)}`, 'too-long'],
    [`http://a.org/${'é'.repeat(MAX_URL_LENGTH / 2)}`, 'too-long'],
  ])('refuses %j as %s', (raw, invalid) => {
    expect(normaliseUrl(raw)).toEqual({ invalid })
  })

  it('changes nothing the second time, and never throws', () => {
    let seen = 0
    const piece = fc.constantFrom(
      '%',
      '%4',
      '1',
      '2',
      '5',
      'a',
      'F',
      '&',
      'amp;',
      'lt;',
      '?',
      '#',
      '=',
      '/',
      '.',
      '..',
      ':80',
      '@',

      'utm_source',
      'gclid',
      '%61',
      '%2e',
      '\t',
      ' ',
      'é',
      '\ud800',
      '&amp;',
      ';',
      '\\',
      'b.org',
      '[',
      ']',
    )
    const url = fc
      .tuple(fc.constantFrom('http://a.org/', 'https://A.org?', 'http://', 'https://a.org.'), fc.array(piece))
      .map(([start, rest]) => start + rest.join(''))
    fc.assert(
      fc.property(url, (raw) => {
        const once = normaliseUrl(raw)
        if (!('url' in once)) return
        seen++
        expect(normaliseUrl(once.url)).toEqual(once)
        expect(once.url).not.toContain('#')
      }),
      { numRuns: 3000 },
    )
    expect(seen).toBeGreaterThan(300)
  })
})

describe('keys and hosts', () => {
  it('holds http and https for one page', () => {
    expect(urlKey('http://a.org/x')).toBe(urlKey('https://a.org/x'))
    expect(urlKey('http://a.org/http://b')).not.toBe(urlKey('http://a.org/https://b'))
  })

  it.each([
    ['https://www.bbc.co.uk/news', 'bbc.co.uk', 'bbc.co.uk'],
    ['http://news.bbc.co.uk:81/', 'news.bbc.co.uk', 'bbc.co.uk'],
    ['https://en.m.wikipedia.org/wiki/A', 'en.m.wikipedia.org', 'wikipedia.org'],
    ['http://www.com/', 'www.com', 'www.com'],
    ['http://127.0.0.1/', '127.0.0.1', '127.0.0.1'],
    ['nonsense', '', ''],
  ])('%s has domain %s and site %s', (url, domain, site) => {
    expect(domainOf(url)).toBe(domain)
    expect(siteOf(url)).toBe(site)
  })

  it('matches whole labels only', () => {
    const domains = new Set(['redd.it', 'media.tumblr.com'])
    expect(isUnder('i.redd.it', domains)).toBe(true)
    expect(isUnder('redd.it', domains)).toBe(true)
    expect(isUnder('shredd.it', domains)).toBe(false)
    expect(isUnder('tumblr.com', domains)).toBe(false)
    expect(isUnder('', domains)).toBe(false)
  })
})

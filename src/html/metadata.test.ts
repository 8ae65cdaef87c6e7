import { expect, it } from 'vitest'
import { readMetadata } from './metadata.ts'
import { readPage } from './page.ts'

const read = (html: string) => readMetadata(readPage(html), 'https://a.org/x/y')
const linked = (data: object) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`

it.each([
  ['<title>\n A  &amp; B </title>', { title: 'A & B' }],
  ['<title>A - Site</title><meta property="og:title" content="A">', { title: 'A' }],
  ['<meta name="author" content="X Y">', { author: 'X Y' }],
  ['<meta property="article:author" content="https://facebook.com/x">', {}],
  [
    '<meta property="article:published_time" content="2024-05-06T07:08:09Z">',
    { date: '2024-05-06T07:08:09Z' },
  ],
  ['<meta name="date" content="May 6">', {}],
  ['<meta name="date" content="2024-99-99">', {}],
  ['<html lang="pt-BR">', { language: 'pt-BR' }],
  ['<html lang="">', {}],
  ['<meta property="og:locale" content="de_AT">', { language: 'de-AT' }],
  ['<html lang="javascript:alert(1)">', {}],
  ['<meta property="og:site_name" content="The Site">', { siteName: 'The Site' }],
  ['<link rel="canonical" href="/z?q=1">', { canonicalUrl: 'https://a.org/z?q=1' }],
  ['<link rel="canonical" href="javascript:alert(1)">', {}],
  [
    '<a rel="nofollow license" href="https://creativecommons.org/licenses/by/4.0/">CC</a>',
    { licence: 'https://creativecommons.org/licenses/by/4.0/' },
  ],
  [
    '<p>Under <a href="//creativecommons.org/publicdomain/zero/1.0/">CC0</a>',
    { licence: 'https://creativecommons.org/publicdomain/zero/1.0/' },
  ],
  ['<a rel="license" href="/imprint">', { licence: 'https://a.org/imprint' }],
  ['<a href="https://creativecommons.org/about">CC</a>', {}],
  ['<meta name="dc.rights" content="CC BY 4.0">', { licence: 'CC BY 4.0' }],
  [
    linked({
      '@type': ['NewsArticle'],
      headline: 'H',
      author: [{ name: 'N' }],
      datePublished: '2020-01-02',
      license: 'L',
    }),
    { title: 'H', author: 'N', date: '2020-01-02', licence: 'L' },
  ],
  [linked({ '@type': 'Organization', name: 'O', headline: 'no' }), {}],
  ['<script type="application/ld+json">{broken</script><title>T</title>', { title: 'T' }],
  ['', {}],
])('%s', (html, expected) => {
  expect(read(html)).toEqual(expected)
})

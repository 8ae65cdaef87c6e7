import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateReader } from '../element-state.ts'
import { Lexicon } from '../lexicon.ts'
import { gatherSources } from '../page-sources.ts'
import { createParser } from '../parse.ts'
import { type PageMetadata, readMetadata } from './metadata.ts'

const parse = createParser()
const states = new StateReader(new Lexicon(new Int32Array(0), new Float32Array(0)))
const readPage = (html: string | Buffer, url?: string) => {
  const tree = parse(Buffer.from(html))
  return readMetadata(gatherSources(tree), states.read(tree), url)
}
const URL_OF_PAGE = 'https://a.org/x/y'
const read = (html: string, url: string | undefined = URL_OF_PAGE) => {
  const { hasArticleBody: _, ...metadata } = readPage(html, url)
  return metadata
}
const linked = (data: unknown) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`
const article = (fields: object) => linked({ '@type': 'NewsArticle', ...fields })

type Case = readonly [html: string, expected: Omit<PageMetadata, 'hasArticleBody'>]

const CASES: Readonly<Record<string, readonly Case[]>> = {
  nothing: [
    ['', {}],
    ['<meta name="author"><meta content="x"><link rel="canonical"><title></title><h1></h1>', {}],
  ],
  title: [
    ['<title>\n A  &amp; B </title>', { title: 'A & B' }],
    ['<title>A - Site</title><meta property="og:title" content="A">', { title: 'A' }],
    ['<meta property="og:title" content="B">' + article({ headline: 'A' }), { title: 'A' }],
    ['<meta name="dc.title" content="A"><title>B</title>', { title: 'A' }],
    ['<h1>A <b>b</b></h1>', { title: 'A b' }],
    ['<h1> </h1><h1>A</h1>', { title: 'A' }],
    [
      '<title>A | Site</title><meta property="og:site_name" content="Site">',
      { title: 'A', siteName: 'Site' },
    ],
    [linked({ '@type': 'Product', name: 'A' }), { title: 'A' }],
    [linked({ '@type': 'Organization', name: 'O', headline: 'no' }), { siteName: 'O' }],
    ['<script type="application/ld+json">{broken</script><title>T</title>', { title: 'T' }],
  ],
  authors: [
    ['<meta name="author" content="X Y">', { authors: ['X Y'] }],
    ['<meta property="article:author" content="https://facebook.com/x">', {}],
    [
      '<meta property="article:author" content="https://facebook.com/x"><meta name="byl" content="By X Y">',
      { authors: ['X Y'] },
    ],
    ['<meta name="author" content="X Y"><meta name="author" content="Z W">', { authors: ['X Y', 'Z W'] }],
    [
      '<meta name="author" content="Site"><meta property="og:site_name" content="Site">',
      { siteName: 'Site' },
    ],
    [
      '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="X Y">',
      { authors: ['X Y'] },
    ],
    ['<meta name="twitter:label1" content="Price"><meta name="twitter:data1" content="Ten Pounds">', {}],
    [article({ author: 'X Y' }), { authors: ['X Y'] }],
    [article({ author: { name: 'X Y' } }), { authors: ['X Y'] }],
    [article({ author: [{ name: 'X Y' }, 'Z W', { name: ['V U'] }] }), { authors: ['X Y', 'Z W', 'V U'] }],
    [
      linked({
        '@graph': [
          { '@type': 'Article', author: { '@id': '#p' } },
          { '@type': 'Person', '@id': '#p', name: 'X Y' },
        ],
      }),
      { authors: ['X Y'] },
    ],
    [
      '<div itemscope itemtype="https://schema.org/Article"><p itemprop="author" itemscope><a itemprop="name">X Y</a></p></div>',
      { authors: ['X Y'] },
    ],
    [
      '<div itemscope itemtype="https://schema.org/Article"><meta itemprop="author" content="X Y"><div itemscope itemprop="comment" itemtype="https://schema.org/Comment"><b itemprop="author">Z W</b></div></div>',
      { authors: ['X Y'] },
    ],
    ['<h1>T</h1><p>By Xa Yb</p>', { title: 'T', authors: ['Xa Yb'] }],
    ['<h1>T</h1><p>By <a href=/x>Xa Yb</a></p>', { title: 'T', authors: ['Xa Yb'] }],
    ['<h1>标题</h1><p>作者：李明 来源：河谷日报</p>', { title: '标题', authors: ['李明'] }],
    ['<h1>見出し</h1><p>文/山田太郎</p>', { title: '見出し', authors: ['山田太郎'] }],
    ['<h1>ا</h1><p>بقلم: محمد علي</p>', { title: 'ا', authors: ['محمد علي'] }],
    ['<h1>T</h1><p class="post-byline">Xa Yb | 3 comments</p>', { title: 'T', authors: ['Xa Yb'] }],
    ['<h1>T</h1><a rel="author" href=/x>Xa Yb</a>', { title: 'T', authors: ['Xa Yb'] }],
    ['<h1>T</h1><p>By the time it was over, all was said.</p>', { title: 'T' }],
    ['<h1>T</h1><p class="author-bio">Xa Yb writes.</p>', { title: 'T' }],
  ],
  dates: [
    [
      '<meta property="article:published_time" content="2024-05-06T07:08:09Z">',
      { published: '2024-05-06T07:08:09Z' },
    ],
    ['<meta name="date" content="May 6">', {}],
    ['<meta name="date" content="2024-99-99">', {}],
    [
      '<meta name="date" content="nonsense"><meta name="pubdate" content="2024-05-06">',
      { published: '2024-05-06' },
    ],
    [
      '<meta name="dc.date" content="06/05/2024"><html lang="en-GB">',
      { language: 'en-GB', published: '2024-05-06' },
    ],
    ['<meta name="dc.date" content="06/05/2024"><html lang="en">', { language: 'en' }],
    ['<meta name="dm_timestamp" content="1574109196">', { published: '2019-11-18T20:33:16Z' }],
    ['<meta itemprop="dateModified" content="2024-05-06">', { modified: '2024-05-06' }],
    [
      '<abbr itemprop="datePublished" title="2017-09-09T10:52:00+02:00">10:52</abbr>',
      { published: '2017-09-09T10:52:00+02:00' },
    ],
    ['<b itemprop="datePublished" title="2017-09-09">9 May 2024</b>', { published: '2024-05-09' }],
    [
      article({ datePublished: '2020-01-02', dateModified: '2020-01-03' }),
      { published: '2020-01-02', modified: '2020-01-03' },
    ],
    ['<h1>T</h1><time datetime="2024-05-06">today</time>', { title: 'T', published: '2024-05-06' }],
    [
      '<h1>T</h1><p>6 May 2024</p><p>Updated 7 May 2024</p>',
      { title: 'T', published: '2024-05-06', modified: '2024-05-07' },
    ],
    ['<h1>T</h1><p>Updated: 7 May 2024</p>', { title: 'T', modified: '2024-05-07' }],
    ['<p>7 May 2024</p><h1>T</h1>', { title: 'T' }],
    ['<p class="date">7 May 2024</p><h1>T</h1>', { title: 'T', published: '2024-05-07' }],
    [
      '<time pubdate datetime="2024-05-06">x</time><time datetime="2024-05-07">y</time>',
      { published: '2024-05-06' },
    ],
    ['<time datetime="2024-05-06">x</time><time datetime="2024-05-07">y</time>', {}],
  ],
  description: [
    ['<meta name="description" content="A">', { description: 'A' }],
    [
      '<meta name="description" content="A"><meta property="og:description" content="B">',
      { description: 'B' },
    ],
    [
      '<meta name="description" content="A longer one"><meta property="og:description" content="A long...">',
      { description: 'A longer one' },
    ],
  ],
  language: [
    ['<html lang="pt-BR">', { language: 'pt-BR' }],
    ['<html lang="">', {}],
    ['<meta property="og:locale" content="de_AT">', { language: 'de-AT' }],
    ['<html lang="fr"><meta property="og:locale" content="en_US">', { language: 'fr' }],
    ['<meta http-equiv="Content-Language" content="de, at">', { language: 'de' }],
    ['<html lang="javascript:alert(1)">', {}],
    [article({ inLanguage: 'en-us' }), { language: 'en-US' }],
    [article({ inLanguage: { '@type': 'Language', alternateName: 'cy' } }), { language: 'cy' }],
  ],
  site: [
    ['<meta property="og:site_name" content="The Site">', { siteName: 'The Site' }],
    [
      '<meta property="og:title" content="A story of a flood"><meta property="og:site_name" content="A story of a flood | The Site">',
      { title: 'A story of a flood', siteName: 'The Site' },
    ],
    [
      '<meta property="og:title" content="Travel"><meta property="og:site_name" content="Travel | Food">',
      { title: 'Travel', siteName: 'Travel | Food' },
    ],
    ['<meta property="og:site_name" content="https://www.a.org/">', { siteName: 'a.org' }],
    [article({ publisher: { name: 'The Site' } }), { siteName: 'The Site' }],
    [linked({ '@type': 'WebSite', name: 'The Site' }), { siteName: 'The Site' }],
    ['<title>T - The a.org</title>', { title: 'T', siteName: 'The a.org' }],
  ],
  links: [
    ['<link rel="canonical" href="/z?q=1">', { canonicalUrl: 'https://a.org/z?q=1' }],
    ['<link rel="canonical" href="javascript:alert(1)">', {}],
    ['<meta property="og:url" content="https://b.org/">', { canonicalUrl: 'https://b.org/' }],
    ['<base href="/w/"><meta property="og:image" content="i.png">', { imageUrl: 'https://a.org/w/i.png' }],
    [
      '<meta property="og:image" content="i.png?a=1&amp;copy=2">',
      { imageUrl: 'https://a.org/x/i.png?a=1&copy=2' },
    ],
    [
      '<meta property="og:image" content="data:image/png;base64,AA"><link rel="image_src" href="/i">',
      { imageUrl: 'https://a.org/i' },
    ],
    [article({ image: [{ url: '/i.png' }] }), { imageUrl: 'https://a.org/i.png' }],
    ['<meta property="og:image" content="https://s0.wp.com/i/blank.jpg">', {}],
    [
      '<meta property="og:image" content="https://s0.wp.com/i/blank.jpg"><meta name="twitter:image" content="/i.png">',
      { imageUrl: 'https://a.org/i.png' },
    ],
  ],
  licence: [
    [
      '<a rel="nofollow license" href="https://creativecommons.org/licenses/by/4.0/">CC</a>',
      { licence: 'https://creativecommons.org/licenses/by/4.0/', licenceSource: 'rel-license' },
    ],
    [
      '<a rel="license" href="/terms">Terms</a><a href="https://creativecommons.org/licenses/by/4.0/">CC</a>',
      { licence: 'https://creativecommons.org/licenses/by/4.0/', licenceSource: 'link' },
    ],
    [
      '<p>Under <a href="//creativecommons.org/publicdomain/zero/1.0/">CC0</a>',
      { licence: 'https://creativecommons.org/publicdomain/zero/1.0/', licenceSource: 'link' },
    ],
    ['<a rel="license" href="/imprint">', { licence: 'https://a.org/imprint', licenceSource: 'rel-license' }],
    [
      '<link rel="license" href="/imprint">',
      { licence: 'https://a.org/imprint', licenceSource: 'rel-license' },
    ],
    ['<a href="https://creativecommons.org/about">CC</a>', {}],
    ['<meta name="dc.rights" content="CC BY 4.0">', { licence: 'CC BY 4.0', licenceSource: 'meta' }],
    [
      article({ license: { url: 'https://b.org/l' } }),
      { licence: 'https://b.org/l', licenceSource: 'linked-data' },
    ],
  ],
  'linked data': [
    [
      linked({
        '@type': ['NewsArticle'],
        headline: 'H &amp; I',
        author: [{ name: 'N' + 'o' }],
        datePublished: '2020-01-02',
        license: 'L',
        articleBody: 'One.\nTwo.',
      }),
      {
        title: 'H & I',
        authors: ['No'],
        published: '2020-01-02',
        licence: 'L',
        licenceSource: 'linked-data',
        articleBody: 'One.\nTwo.',
      },
    ],
    [article({ headline: 'H', articleBody: '<p>One.</p>' }), { title: 'H' }],
    [
      `<script type=application/ld+json><!--\n{"@type":"Article","headline":"a\nb",}\n--></script>`,
      { title: 'a b' },
    ],
    [
      linked([
        { '@type': 'Article', headline: 'A', url: 'https://a.org/1' },
        { '@type': 'Article', headline: 'B', url: 'http://www.a.org/x/y/' },
      ]),
      { title: 'B' },
    ],
    [linked(['A', 'B', 'C', 'D'].map((headline) => ({ '@type': 'Article', headline }))), {}],
    [linked({ '@type': 'ItemList', itemListElement: [{ '@type': 'Article', headline: 'A' }] }), {}],
  ],
}

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  it.each(cases)('%s', (html, expected) => {
    expect(read(html)).toEqual(expected)
  })
})

it('takes a date out of the URL last', () => {
  expect(read('', 'https://a.org/2019/11/18/story/').published).toBe('2019-11-18')
  expect(read('', 'https://a.org/2019/99/18/story/').published).toBeUndefined()
})

it('makes URLs absolute against the page’s own where nobody says where it was found', () => {
  const html = '<meta property="og:url" content="https://b.org/c/"><meta property="og:image" content="i.png">'
  const { hasArticleBody: _, ...metadata } = readPage(html)
  expect(metadata).toEqual({ canonicalUrl: 'https://b.org/c/', imageUrl: 'https://b.org/c/i.png' })
})

it.each([
  [1500, true],
  [3000, false],
])('keeps a URL of %d characters whole or not at all', (length, isKept) => {
  const path = `/${'i'.repeat(length)}`
  expect(read(`<meta property="og:image" content="${path}">`).imageUrl).toBe(
    isKept ? `https://a.org${path}` : undefined,
  )
})

it('says that there is an article’s text, be it markup', () => {
  expect(readPage(article({ articleBody: '<p>One.' })).hasArticleBody).toBe(true)
  expect(readPage(article({})).hasArticleBody).toBe(false)
})

const WHOLE = Object.values(CASES)
  .flat()
  .map(([html]) => html)
  .join('\n')

it('never throws on damaged pages, and gives bounded, well-formed values', () => {
  const bytes = Buffer.from(WHOLE)
  const damage = fc.array(
    fc.record({
      at: fc.nat(bytes.length - 1),
      length: fc.nat(60),
      byte: fc.constantFrom(...Buffer.from(`<>"'={}[],:/\\ &\0\u00e9`)),
      from: fc.nat(bytes.length - 1),
    }),
    { minLength: 1, maxLength: 60 },
  )
  fc.assert(
    fc.property(damage, fc.nat(bytes.length), (places, length) => {
      const page = Buffer.from(bytes)
      for (const { at, length: count, byte, from } of places) {
        if (count < 20) page[at] = byte
        else page.copyWithin(at, from, from + count)
      }
      const metadata = readPage(page.subarray(0, length), URL_OF_PAGE)
      for (const value of Object.values(metadata).flat()) {
        if (typeof value !== 'string') continue
        expect(value.isWellFormed()).toBe(true)
        expect(value.length).toBeLessThanOrEqual(value === metadata.articleBody ? 1_000_000 : 2000)
      }
      for (const date of [metadata.published, metadata.modified]) {
        if (date !== undefined) expect(Number.isNaN(Date.parse(date))).toBe(false)
      }
    }),
    { numRuns: 300 },
  )
})

it.each([
  ['nested linked data', `<script type="application/ld+json">${'{"mainEntity":['.repeat(50_000)}</script>`],
  ['broken nested linked data', `<script type="application/ld+json">{,${'['.repeat(500_000)}</script>`],
  ['many metas', '<meta name="author" content="A B, C D and E F">'.repeat(30_000)],
  [
    'many items',
    '<div itemscope itemtype="https://schema.org/Article" itemprop="author name">'.repeat(20_000),
  ],
  ['many headings', '<h1>By By By</h1>'.repeat(50_000)],
  ['many links', '<a rel="license licence license" href="">'.repeat(30_000)],
  ['a long title', `<title>${'a | '.repeat(250_000)}</title>`],
  ['a long author', `<meta name="author" content="${'By and, '.repeat(120_000)}">`],
  ['a long space', `<meta name="date" content="${' '.repeat(1_000_000)}2019">`],
])('takes less than a second and a half a megabyte for %s', (_, html) => {
  const tree = parse(Buffer.from(html))
  const marked = states.read(tree)
  const started = performance.now()
  readMetadata(gatherSources(tree), marked, URL_OF_PAGE)
  expect(performance.now() - started).toBeLessThan(1500)
})

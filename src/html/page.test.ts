import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_DEPTH, readPage } from './page.ts'

/** Each text with the names of the elements around it, the innermost last. */
function outline(html: string): string[] {
  const page = readPage(html)
  return page.texts
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, parent, gap }) => {
      const names: string[] = []
      for (let at = parent; at >= 0; at = page.elements[at]?.parent ?? -1)
        names.unshift(page.elements[at]?.tag ?? '')
      return `${gap} ${names.join('>')}: ${text.trim()}`
    })
}

describe('readPage', () => {
  it.each([
    ['<p>a<p>b', ['3 p: a', '3 p: b'], 'a paragraph closes the one before'],
    ['<ul><li>a<li>b</ul>c', ['3 ul>li: a', '3 ul>li: b', '3 : c'], 'list items'],
    ['<div>a<br>b<b>c</b></div>', ['3 div: a', '1 div: b', '0 div>b: c'], 'a line end and an inline element'],
    ['<table><tr><td>a<td>b</table>', ['3 table>tr>td: a', '2 table>tr>td: b'], 'cells'],
    ['<div><p>a</div>b', ['3 div>p: a', '3 : b'], 'an end tag closes what is inside'],
    ['a</div></p>b', ['3 : a', '3 : b'], 'stray end tags'],
    ['<td>a</div>b</td>', ['3 td: ab'], 'an end tag with nothing to close'],
    ['<head><title>T</title><body><p>a', ['3 body>p: a'], 'a head that is not closed'],
    ['<body><p>a</body></html><p>b', ['3 body>p: a', '3 body>p: b'], 'text behind the end of the page'],
    ['<body><body class=x><p>a', ['3 body>p: a'], 'a second body'],
    ['<x-icon/>a', ['3 : a'], 'a closed element of its own kind'],
    ['<noscript><p>a</p></noscript>', ['3 noscript>p: a'], 'scripts are off'],
    [
      '<script>a</script><style>b</style><svg><text>c</text></svg>d',
      ['3 svg>text: c', '0 : d'],
      'code is no text',
    ],
    ['a &amp; b&#233;', ['3 : a & bé'], 'references'],
    ['<!-- a -->b<!', ['3 : b'], 'comments'],
    ['', [], 'nothing'],
  ])('%s: %j, %s', (html, expected, _why) => {
    expect(outline(html)).toEqual(expected)
  })

  it('reads attributes, metadata and linked data', () => {
    const page = readPage(
      '<html LANG=de><title> A &amp; B </title><meta name=author content="X"><link rel=canonical href=/a>' +
        '<script type="application/ld+json">{"a":1}</script><p class="x" CLASS="y" onclick="z">t',
    )
    expect(page.title).toBe(' A & B ')
    expect(page.metas[0]?.get('content')).toBe('X')
    expect(page.links[0]?.get('href')).toBe('/a')
    expect(page.linkedData).toEqual(['{"a":1}'])
    expect(page.elements.find(({ tag }) => tag === 'html')?.attributes.get('lang')).toBe('de')
    expect([...(page.elements.at(-1)?.attributes ?? [])]).toEqual([['class', 'x']])
  })

  it('puts parents before children, whatever it is given', () => {
    const piece = fc.constantFrom(
      ...'<div>|</div>|<p>|</p>|<table>|<td>|</table>|<a href=x>|</a>|<b|>|"|<!--|-->|<script>|</script>|<li>|x| |&amp;|<body>|</body>|<br/>|<svg>|</svg>'.split(
        '|',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const page = readPage(pieces.join(''))
        page.elements.forEach(({ parent }, index) => expect(parent).toBeLessThan(index))
        for (const { parent } of page.texts) expect(parent).toBeLessThan(page.elements.length)
      }),
    )
  })

  it.each([
    ['nested elements', '<div>'.repeat(200_000)],
    ['nested elements and stray end tags', `${'<div>'.repeat(100_000)}${'</x>'.repeat(100_000)}`],
    ['nested elements that must not be shown', `${'<div>'.repeat(1000)}${'<svg>a'.repeat(50_000)}`],
    ['attributes', `<p ${'a=1 '.repeat(200_000)}>`],
    ['a long attribute', `<p class="${'x '.repeat(500_000)}">`],
    ['an open comment', `<!--${'-'.repeat(500_000)}`],
    ['open tags', '<a '.repeat(200_000)],
    ['references', '&amp;'.repeat(200_000)],
  ])('bounds %s', (_, html) => {
    const page = readPage(html)
    const depth = new Uint32Array(page.elements.length)
    page.elements.forEach(({ parent }, index) => {
      depth[index] = parent < 0 ? 1 : (depth[parent] ?? 0) + 1
    })
    expect(depth.reduce((most, value) => Math.max(most, value), 0)).toBeLessThanOrEqual(MAX_DEPTH)
    for (const { attributes } of page.elements) {
      for (const value of attributes.values()) expect(value.length).toBeLessThanOrEqual(4000)
    }
  })
})

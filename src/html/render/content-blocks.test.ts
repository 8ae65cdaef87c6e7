import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockText } from '../block-text.ts'
import { BlockReader } from '../blocks.ts'
import { StateReader } from '../element-state.ts'
import type { ContentBlock } from '../extraction.ts'
import { Lexicon } from '../lexicon.ts'
import { createParser } from '../parse.ts'
import { contentBlocks } from './content-blocks.ts'
import { markdown } from './markdown.ts'
import { plainText } from './plain-text.ts'
import type { RenderOptions } from './source.ts'

const noNames = new Lexicon(new Int32Array(0), new Float32Array(0))

function read(html: string, options: RenderOptions = {}, isKept: (block: number) => boolean = () => true) {
  const tree = createParser()(Buffer.from(html))
  const states = new StateReader(noNames).read(tree)
  const blocks = new BlockReader(noNames).read(tree, states, -1)
  const kept = Uint8Array.from({ length: blocks.count }, (_, block) => (isKept(block) ? 1 : 0))
  const texts = Array.from({ length: blocks.count }, (_, block) => blockText(tree, states, blocks, block))
  return { found: contentBlocks(tree, states, blocks, kept, options), texts, kept }
}

const paragraph = (text: string) => ({ type: 'paragraph', text })
const item = (depth: number, text: string, more: object = {}) => ({ type: 'item', depth, ...more, text })

describe('contentBlocks', () => {
  it.each<{ html: string; blocks: object[]; why: string }>([
    { html: '<p> a \n\t b </p>', blocks: [paragraph('a b')], why: 'white space is one space' },
    {
      html: '<p>a<b> b</b>c <i>d</i></p>',
      blocks: [paragraph('a bc d')],
      why: 'elements in a line part no words',
    },
    { html: '<p>a</p> <p>b', blocks: [paragraph('a'), paragraph('b')], why: 'blocks are parted' },
    { html: '<p>a <br> b', blocks: [paragraph('a\nb')], why: 'br ends a line' },
    { html: '<p>a<br><br>b', blocks: [paragraph('a'), paragraph('b')], why: 'two br are a new paragraph' },
    { html: '<p>a<br>', blocks: [paragraph('a')], why: 'no line ends behind the last character' },
    {
      html: '<p>a<script>x</script> <span> </span>b',
      blocks: [paragraph('a b')],
      why: 'scripts are not shown',
    },
    {
      html: '<p>&#8203;&shy;</p><p>a',
      blocks: [paragraph('a')],
      why: 'a block without a visible character is none',
    },
    {
      html: '<h3>a<br><b>b</b></h3>',
      blocks: [{ type: 'heading', level: 3, text: 'a b' }],
      why: 'a heading is one line',
    },
    {
      html: '<a href=x><h1><div>a',
      blocks: [{ type: 'heading', level: 1, text: 'a' }],
      why: 'a heading within and around others',
    },
    {
      html: '<ul><li>a<li>b<ul><li>c</ul></ul>',
      blocks: [item(1, 'a'), item(1, 'b'), item(2, 'c')],
      why: 'nested items',
    },
    {
      html: '<ul><li><ul><li>a</ul></ul>',
      blocks: [item(1, 'a')],
      why: 'an item without a text gives no depth',
    },
    {
      html: '<ol start=4><li>a<li> <li value=9>b<li>c</ol>',
      blocks: [item(1, 'a', { ordinal: 4 }), item(1, 'b', { ordinal: 9 }), item(1, 'c', { ordinal: 10 })],
      why: 'numbers as the page gives them',
    },
    {
      html: '<ol reversed><li>a<ol><li>c</ol><li>b</ol>',
      blocks: [item(1, 'a', { ordinal: 2 }), item(2, 'c', { ordinal: 1 }), item(1, 'b', { ordinal: 1 })],
      why: 'lists that count down',
    },
    {
      html: '<ol><div><li>a<li>b',
      blocks: [item(1, 'a', { ordinal: 1 }), item(1, 'b', { ordinal: 2 })],
      why: 'items with an element around them',
    },
    { html: '<ol start=-3><li>a', blocks: [item(1, 'a')], why: 'numbers that Markdown has not' },
    {
      html: '<ul><li><p>a<p>b</ul>',
      blocks: [item(1, 'a'), item(1, 'b', { continues: true })],
      why: 'the first block bears the marker',
    },
    {
      html: '<ul><li><h2>a</h2><p>b</ul>',
      blocks: [{ type: 'heading', level: 2, text: 'a' }, paragraph('b')],
      why: 'an item with a heading is a part of the page',
    },
    {
      html: `<ol><li>${'<p>a</p>'.repeat(5)}</ol>`,
      blocks: Array.from({ length: 5 }, () => paragraph('a')),
      why: 'an item of many paragraphs is a post',
    },
    {
      html: '<dl><dt>a<dd>b</dl>',
      blocks: [
        { type: 'term', text: 'a' },
        { type: 'definition', text: 'b' },
      ],
      why: 'definitions',
    },
    {
      html: '<blockquote>a<blockquote><p>b</blockquote></blockquote>',
      blocks: [
        { type: 'quote', depth: 1, text: 'a' },
        { type: 'quote', depth: 2, text: 'b' },
      ],
      why: 'quotes in quotes',
    },
    { html: '<blockquote><ul><li>a', blocks: [item(1, 'a')], why: 'the nearest wins' },
    {
      html: '<pre>\n\n  a &lt;\n\tb  \n\n</pre>',
      blocks: [{ type: 'code', text: '\n  a <\n\tb' }],
      why: 'code is kept but for one line end before it and the space behind it',
    },
    {
      html: '<pre><code class="hljs language-Rust">a<br>b<div>c</div></code></pre>',
      blocks: [{ type: 'code', language: 'rust', text: 'a\nb\nc' }],
      why: 'language and lines of code',
    },
    {
      html: '<div class="highlight-source-js"><pre>a',
      blocks: [{ type: 'code', language: 'js', text: 'a' }],
      why: 'language around the code',
    },
    {
      html: '<table><tr><td><pre>1\n2</pre><td><pre>a\nb</pre></table>',
      blocks: [{ type: 'code', text: 'a\nb' }],
      why: 'the numbers of the lines beside code are none',
    },
    {
      html: '<pre>a\r\nb\rc\u2028d</pre>',
      blocks: [{ type: 'code', text: 'a\nb\nc\nd' }],
      why: 'line ends of every system',
    },
    { html: '<p><code>a</code>', blocks: [paragraph('a')], why: 'code in a line is no block' },
    {
      html: '<table><caption>t</caption><tr><th>a<th>b<tr><td>1<td>2<br>3<tr><td><td>4</table>',
      blocks: [
        paragraph('t'),
        {
          type: 'table',
          hasHeader: true,
          rows: [
            ['a', 'b'],
            ['1', '2 3'],
            ['', '4'],
          ],
        },
      ],
      why: 'tables of data keep empty cells',
    },
    {
      html: '<table><tr><td colspan=2>a<tr><td>1<td>2<tr><th>3<td>4<td></table>',
      blocks: [
        {
          type: 'table',
          hasHeader: false,
          rows: [
            ['a', ''],
            ['1', '2'],
            ['3', '4'],
          ],
        },
      ],
      why: 'rows are equally wide, without empty columns',
    },
    {
      html: '<table><thead><tr><td>a<td>b<tbody><tr><td>1<td>2',
      blocks: [
        {
          type: 'table',
          hasHeader: true,
          rows: [
            ['a', 'b'],
            ['1', '2'],
          ],
        },
      ],
      why: 'thead is a header without th',
    },
    {
      html: '<table><tr><td>a<tr><td>b</table>',
      blocks: [paragraph('a'), paragraph('b')],
      why: 'one cell a row is layout',
    },
    { html: '<table><tr><td>a<td>b</table>', blocks: [paragraph('a b')], why: 'one short row is a line' },
    {
      html: `<table><tr><td>${'a '.repeat(60)}<td>${'b '.repeat(60)}</table>`,
      blocks: [paragraph('a '.repeat(60).trim()), paragraph('b '.repeat(60).trim())],
      why: 'one long row is columns of a page',
    },
    {
      html: '<table><tr><td><p>a<p>b<td>c<tr><td><p>d<p>e<td>f</table>',
      blocks: ['a', 'b', 'c', 'd', 'e', 'f'].map(paragraph),
      why: 'cells of paragraphs are layout',
    },
    {
      html: '<table><tr><td><table><tr><td>1<td>2<tr><td>3<td>4</table><td>b</table>',
      blocks: [
        {
          type: 'table',
          hasHeader: false,
          rows: [
            ['1', '2'],
            ['3', '4'],
          ],
        },
        paragraph('b'),
      ],
      why: 'data within layout',
    },
    {
      html: '<table><tr><td><h2>a</h2><td>b',
      blocks: [{ type: 'heading', level: 2, text: 'a' }, paragraph('b')],
      why: 'headings are in no data',
    },
  ])('$why', ({ html, blocks }) => {
    expect(read(html).found).toEqual(blocks)
  })

  it('reads tables and lists with white space between their tags', () => {
    const html =
      '<table>\n <tr>\n <td> a </td>\n <td>b</td>\n </tr>\n <tr> <td>c</td> <td>d</td> </tr> </table>\n<ul>\n <li>\n <p>e</p>\n </li>\n</ul>'
    expect(read(html).found).toEqual([
      {
        type: 'table',
        hasHeader: false,
        rows: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      },
      item(1, 'e'),
    ])
  })

  it('shows only what is kept, in tables too', () => {
    const html = '<p>a<p>b<table><tr><td>1<td>2<tr><td>3<td>4<tr><td>5<td>6</table>'
    expect(read(html, {}, (block) => block !== 0 && block !== 3).found).toEqual([
      paragraph('b'),
      {
        type: 'table',
        hasHeader: false,
        rows: [
          ['1', '2'],
          ['5', '6'],
        ],
      },
    ])
  })

  it.each<{ html: string; spans: object[]; options: RenderOptions; why: string }>([
    {
      html: '<p>ä <b>b <i>c</i></b> d',
      options: { spans: true },
      spans: [
        { from: 2, to: 3, bold: true },
        { from: 4, to: 5, bold: true, italic: true },
      ],
      why: 'offsets are of characters',
    },
    {
      html: '<p>a <a href="/b?c&amp;d">e</a>',
      options: { links: true, baseUrl: 'http://h.org/i/' },
      spans: [{ from: 2, to: 3, href: 'http://h.org/b?c&d' }],
      why: 'links are made absolute',
    },
    {
      html: '<a href=j><div>a</div></a>',
      options: { links: true },
      spans: [{ from: 0, to: 1, href: 'j' }],
      why: 'links around blocks; a relative one stays without a base',
    },
  ])('$why', ({ html, options, spans }) => {
    expect(read(html, options).found).toMatchObject([{ spans }])
  })

  it.each(['#a', 'javascript:x()', 'JAVA\nSCRIPT:x', '', 'http://['])('follows no link to %j', (href) => {
    const [block] = read(`<p><a href="${href}">a</a>`, { links: true, baseUrl: 'http://h.org/' }).found
    expect(block).toEqual(paragraph('a'))
  })

  it('makes no spans that nobody asked for', () => {
    expect(read('<p><b>a</b> <a href=x>b</a>').found).toEqual([paragraph('a b')])
  })
})

describe('plainText', () => {
  it.each([
    ['<h1>a</h1><p>b<br>c<p>d', 'a\n\nb\nc\n\nd'],
    [
      '<p>a<ul><li>b<ol><li>c<li>d<br>e</ol><li><p>f<p>g</ul><p>h',
      'a\n\n- b\n  1. c\n  2. d\n    e\n- f\n  g\n\nh',
    ],
    ['<dl><dt>a<dd>b<dt>c<dd>d</dl>', 'a\nb\n\nc\nd'],
    ['<table><tr><th>a<th>b<tr><td>1<td>2</table>', 'a | b\n1 | 2'],
    ['<p>a<pre>b\n  c</pre><p>d', 'a\n\nb\n  c\n\nd'],
    ['', ''],
  ])('%s', (html, text) => {
    expect(plainText(read(html).found)).toBe(text)
  })
})

const PIECES =
  '<div>|</div>|<p>|</p>|<table>|<tr>|<td>|<th>|</table>|<caption>|<a href=x>|</a>|<|>|"|<!--|-->|<script>|</script>|<ul>|<ol start=7>|<li>|</ul>|</ol>|<dl>|<dt>|<dd>|</dl>|<blockquote>|</blockquote>|<h2>|</h2>|<pre>|</pre>|<code class=lang-x>|</code>|<b>|</b>|<br>|<br>| some words |word|and more|<p>more|<li>more|<td>more|, |é|猫|\u00a0|&nbsp;|&amp;|&#8203;|&#x85;|&shy;|&#0;|&nope|\u0001|\u0085|\u200b|\u2028|\ud800|`|*|_|[|]|(|\\|#|- |1. |||~|\n| '

describe('rendering any page', () => {
  const page = fc
    .array(fc.constantFrom(...PIECES.split('|'), '|'), { maxLength: 60 })
    .map((pieces) => pieces.join(''))
  const options = { spans: true, links: true, baseUrl: 'http://h.org/' }

  it('keeps the words of the blocks, in their order', () => {
    let words = 0
    fc.assert(
      fc.property(page, fc.nat(), (html, seed) => {
        const { found, texts, kept } = read(html, {}, (block) => ((seed >>> (2 * (block % 15))) & 3) !== 0)
        const expected = wordsOf(texts.filter((_, block) => kept[block] === 1).join(' '))
        expect(found.flatMap((block) => wordsOf(shown(block)))).toEqual(expected)
        words += expected.length
        const hasMarkers = found.some(({ type }) => type === 'item' || type === 'table')
        if (!hasMarkers) expect(wordsOf(plainText(found))).toEqual(expected)
      }),
      { numRuns: 500 },
    )
    expect(words).toBeGreaterThan(300)
  })

  it('never throws, shows no control character, and has the same text with spans', () => {
    fc.assert(
      fc.property(page, (html) => {
        const plain = read(html).found
        const styled = read(html, options).found
        expect(plainText(styled)).toBe(plainText(plain))
        for (const text of [plainText(plain), markdown(plain), markdown(styled)])
          expect(text).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/)
        for (const block of styled) expect(shown(block)).not.toBe('')
      }),
      { numRuns: 500 },
    )
  })

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(...PIECES.split('|').map((text) => Buffer.from(text))),
            fc.uint8Array({ maxLength: 3 }),
          ),
        ),
        (pieces) => {
          const tree = createParser()(Buffer.concat(pieces))
          const states = new StateReader(noNames).read(tree)
          const blocks = new BlockReader(noNames).read(tree, states, -1)
          const found = contentBlocks(tree, states, blocks, new Uint8Array(blocks.count).fill(1), options)
          expect(markdown(found) + plainText(found)).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    ['nested lists', '<ul><li>a'.repeat(20_000)],
    ['nested tables', '<table><tr><td>a'.repeat(20_000)],
    ['one long list', `<ol>${'<li>a'.repeat(50_000)}`],
    ['one long table', `<table>${'<tr><td>a<td>b'.repeat(30_000)}`],
    ['one long row', `<table><tr>${'<td>a'.repeat(50_000)}`],
    ['one long cell', `<table><tr><td>a<tr><td>${'a<br>'.repeat(50_000)}`],
    ['nested quotes', '<blockquote>a'.repeat(20_000)],
    ['one long block of links', '<a href=x>é</a> '.repeat(50_000)],
  ])('bounds %s', (_, html) => {
    const before = performance.now()
    const { found } = read(html, options)
    expect(markdown(found).length + plainText(found).length).toBeGreaterThan(0)
    expect(performance.now() - before).toBeLessThan(20_000)
  })
})

function shown(block: ContentBlock): string {
  return block.type === 'table' ? block.rows.flat().join(' ') : block.text
}

/** Words, by a slower road than the renderer's. */
function wordsOf(text: string): string[] {
  return text
    .replace(/[\u0085\u2000-\u200a\u2028\u2029]/g, ' ')
    .replace(/[\0-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\ufeff]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '')
}

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeText } from './node-text.ts'
import { createParser, MAX_DEPTH, MAX_NODES } from './parse.ts'
import { TAG_NAMES, TEXT } from './tag-table.ts'
import { Gap, type Tree } from './tree.ts'

const parse = (html: string) => createParser()(Buffer.from(html))

/** A tree as `tag[children]`, with texts in quotes and signs for the gaps before them: `_` `/` `:` `|`. */
function outline(tree: Tree, node = 0): string {
  const inner: string[] = []
  for (let at = node + 1; at < (tree.end[node] as number); at = tree.end[at] as number) {
    if (tree.tag[at] === TEXT) inner.push(`${gapOf(tree.gap[at] as number)}'${nodeText(tree, at)}'`)
    else inner.push(`${TAG_NAMES[tree.tag[at] as number] || '?'}[${outline(tree, at)}]`)
  }
  return inner.join(' ')
}

function gapOf(gap: number): string {
  return (
    (gap & Gap.space ? '_' : '') +
    (gap & Gap.line ? '/' : '') +
    (gap & Gap.cell ? ':' : '') +
    (gap & Gap.block ? '|' : '')
  )
}

describe('createParser', () => {
  it.each([
    ['a', "|'a'", 'text alone'],
    ['<p>a<p>b', "p[|'a'] p[|'b']", 'a p ends a p'],
    [
      '<p>a<div>b</div>c</p>d',
      "p[|'a'] div[|'b'] |'c' |'d'",
      'a div ends a p, whose end tag then is a break',
    ],
    [
      '<ul><li>a<li>b<ul><li>c</ul>d</ul>',
      "ul[li[|'a'] li[|'b' ul[li[|'c']] |'d']]",
      'an li ends an li of its own list',
    ],
    ['<dl><dt>a<dd>b<dt>c', "dl[dt[|'a'] dd[|'b'] dt[|'c']]", 'terms and definitions end each other'],
    [
      '<table><tr><td>a<td>b<tr><th>c</table>d',
      "table[tr[td[:|'a'] td[:'b']] tr[th[:|'c']]] :|'d'",
      'cells and rows end each other',
    ],
    [
      '<table><tr><td>a<td>b</tr>c</table>',
      "table[tr[td[:|'a'] td[:'b']] :|'c']",
      'the end of a row ends its cells',
    ],
    [
      '<table><tbody><tr><td>a<tbody><tr><td>b',
      "table[tbody[tr[td[:|'a']]] tbody[tr[td[:|'b']]]]",
      'groups of rows end each other',
    ],
    [
      '<table><tr><td><table><tr><td>a</table>b<td>c',
      "table[tr[td[table[tr[td[:|'a']]] :|'b'] td[:'c']]]",
      'a table within a cell ends none around it',
    ],
    ['<body>a<body>b</body>c', "body[|'a' 'b' 'c']", 'a second body, and text behind one'],
    ['<html><html>a</html>b', "html[|'a' 'b']", 'a second html'],
    ['<head><title>a</title><p>b', "head[title[|'a']] p[|'b']", 'what is no part of a head ends it'],
    ['<head>b', "head[] |'b'", 'text ends a head'],
    ['<head><noscript><p>a</noscript>', "head[noscript[]] p[|'a']", 'a paragraph in the noscript of a head'],
    ['<noscript><p>a</p></noscript>b', "noscript[p[|'a']] |'b'", 'noscript is markup'],
    ['a<script>"</p>"<p></script>b', "|'a' 'b'", 'scripts are passed over'],
    [
      'a<SCRIPT>b</scripty></Script >c',
      "|'a' 'c'",
      'the end tag of a script, in any case, and none that begins so',
    ],
    [
      '<style>a</style><svg><text>a</text></svg><math>a</math>b',
      "|'b'",
      'so are styles, drawings and formulas',
    ],
    ['<svg/>a<svg></svg>b', "|'a' 'b'", 'a drawing that ends itself'],
    ['<iframe>a</iframe><noembed>a</noembed>b', "|'b'", 'and frames'],
    ['<script type="application/ld+json">{}</script>a', "script[|'{}'] |'a'", 'linked data is kept'],
    ['<textarea><p>a</textarea>b', "textarea[|'<p>a'] |'b'", 'no markup in a field'],
    ['<title><b>a</title>b', "title[|'<b>a'] |'b'", 'nor in a title'],
    ['a<![CDATA[<b>]]>c', "|'a' '<b>' 'c'", 'CDATA is text'],
    ['a<![CDATA[b', "|'a' 'b'", 'up to the end'],
    ['a<!-- <p>b --> c<!-->d<!--->e<!-- --!>f', "|'a' ' c' 'd' 'e' 'f'", 'comments, and their slips'],
    ['a<!-- b', "|'a'", 'a comment that does not end'],
    ['a<!doctype html>b<?xml a>c</ >d', "|'a' 'b' 'c' 'd'", 'what looks like a tag'],
    ['a<script>b', "|'a'", 'a page cut in a script'],
    ['a<textarea>b<p>c', "|'a' 'b' p[|'c']", 'another element that is not closed hides nothing'],
    ['<p class="a>b</p>c', "p[|'b'] |'c'", 'a quote that is not closed'],
    ["<a title='>'>a</a>", "a[|'a']", 'a quote holds the end of a tag'],
    ['<p a"b>c', "p[|'c']", 'a quote within a name opens nothing'],
    ['a<b', "|'a'", 'a page cut in a tag'],
    ['a < b <3 <', "|'a ' '< b ' '<3 '", 'signs that begin no tag'],
    ['a\0b', "|'ab'", 'NUL'],
    ['<p\0a>b', "p[|'b']", 'NUL in a name'],
    ['a<br>b<br/>c<br><br>d</br>e', "|'a' /'b' /'c' /|'d' /'e'", 'lines, and two of them'],
    ['a <b>b</b> <i>c</i>', "|'a ' b['b'] i[_'c']", 'white space between elements'],
    ['<pre> <b> </b>a</pre>', "pre[|' ' b[' '] 'a']", 'white space in code is text'],
    ['<b>a<p>b</b>c</p>', "b[|'a' p[|'b']] |'c'", 'misnested elements are not mended'],
    ['<x-a>a<x-b>b</x-a>c', "?[|'a' ?['b']] 'c'", 'elements of any name'],
    ['<x-a/>a', "?[] |'a'", 'those may end themselves'],
    ['<div/>a', "div[|'a']", 'others do not'],
    ['<h1>a</h2>b', "h1[|'a'] |'b'", 'any end of a heading ends it'],
    ['<h1>a<h2>b', "h1[|'a'] h2[|'b']", 'a heading ends a heading'],
    ['<a>a<a>b', "a[|'a'] a['b']", 'no links within links'],
    ['<form>a<form>b</form>c', "form[|'a' 'b'] |'c'", 'no forms within forms'],
    ['<td><b>a</td>b', "td[b[:|'a']] :'b'", 'the end of a cell ends what is in it'],
    ['<table><td></p></div>a</table>', "table[td[:|'a']]", 'an end tag does not reach out of a cell'],
    ['<plaintext>a</plaintext><p>', "plaintext[|'a</plaintext><p>']", 'plaintext does not end'],
    ['<ul><li><p>a</ul>b', "ul[li[p[|'a']]] |'b'", 'a list ends what is in it'],
    ['<p>a<span>b<p>c', "p[|'a' span['b']] p[|'c']", 'a p ends a p around a span'],
    ['<select><option>a<option>b</select>', "select[option[|'a'] option[|'b']]", 'options'],
    ['', '', 'nothing'],
  ])('%s is %s: %s', (html, expected) => {
    expect(outline(parse(html))).toBe(expected)
  })

  it('reads page after page, whatever the one before left open', () => {
    const read = createParser()
    read(Buffer.from('<pre><textarea><p>a<script>'))
    expect(outline(read(Buffer.from(' <p>a')))).toBe("p[_|'a']")
  })

  it('bounds depth, and loses no text', () => {
    const tree = parse(`${'<div>'.repeat(100_000)}a${'</div>'.repeat(100_000)}b`)
    expect(tree.size).toBe(MAX_DEPTH + 3)
    expect(nodeText(tree, tree.size - 2)).toBe('a')
    expect(tree.parent[tree.size - 1]).toBe(0)
  })

  it('bounds nodes', () => {
    const tree = parse('<p>a'.repeat(MAX_NODES))
    expect(tree.size).toBe(MAX_NODES)
  })

  it.each([
    ['attributes', `<p ${'a=b '.repeat(1_000_000)}>a`],
    ['quotes that are not closed', `<p a="${'<p a="'.repeat(1_000_001)}`],
    ['quotes of both kinds', `${`<p a="b' c=`.repeat(500_000)}a`],
    ['fields that are not closed', '<textarea>'.repeat(500_000)],
    ['titles and fields that are not closed', '<textarea></title x><title></textarea x>'.repeat(200_000)],
    ['comments that are not closed', '<!--'.repeat(1_000_000)],
    ['tags that are not closed', '<p '.repeat(1_000_000)],
    ['end tags of nothing', `${'<b>'.repeat(600)}${'</i></p></x>'.repeat(300_000)}`],
    ['unknown elements', `${'<x>'.repeat(600)}${'</y>'.repeat(300_000)}`],
    ['paragraphs in deep elements', `${'<b>'.repeat(500)}${'<p>'.repeat(300_000)}`],
  ])('takes time in proportion to %s', (_, html) => {
    const half = html.slice(0, html.length / 2)
    const read = createParser()
    const time = (bytes: Uint8Array) => {
      const before = performance.now()
      expect(read(bytes).size).toBeGreaterThan(0)
      return performance.now() - before
    }
    time(Buffer.from(half))
    const first = Math.min(time(Buffer.from(half)), time(Buffer.from(half)))
    const second = Math.min(time(Buffer.from(html)), time(Buffer.from(html)))
    // Twice the page takes twice the time; quadratic would be four times, and far above a second.
    expect(second).toBeLessThan(4 * first + 1000)
  })

  it('makes a tree of any page', () => {
    const piece = fc.oneof(
      fc
        .constantFrom(
          ...'<p>|</p>|<div>|</div>|<table>|</table>|<tr>|<td>|</td>|<li>|<ul>|</ul>|<pre>|<x-y>|</x-y>|<|>|"|=|<a b=|<!--|-->|<![CDATA[|]]>|<script>|</script>|<title>|</title>|<textarea>|<svg>|</svg>|<br>|<head>|<body>|</body>|<template>|</template>|<plaintext>|a| |\0'.split(
            '|',
          ),
        )
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 2 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
        const tree = createParser()(Buffer.concat(pieces))
        expect(tree.end[0]).toBe(tree.size)
        let behind = 0
        for (let node = 1; node < tree.size; node++) {
          const parent = tree.parent[node] as number
          expect(parent).toBeLessThan(node)
          expect(tree.tag[parent]).not.toBe(TEXT)
          expect(tree.end[node]).toBeGreaterThan(node)
          expect(tree.end[node]).toBeLessThanOrEqual(tree.end[parent] as number)
          // No byte is in two nodes.
          expect(tree.from[node]).toBeGreaterThanOrEqual(behind)
          expect(tree.to[node]).toBeLessThanOrEqual(tree.bytes.length)
          behind = tree.to[node] as number
        }
      }),
      { numRuns: 300 },
    )
  })
})

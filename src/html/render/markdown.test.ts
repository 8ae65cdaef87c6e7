import { describe, expect, it } from 'vitest'
import { BlockReader } from '../blocks.ts'
import { StateReader } from '../element-state.ts'
import { Lexicon } from '../lexicon.ts'
import { createParser } from '../parse.ts'
import { contentBlocks } from './content-blocks.ts'
import { markdown } from './markdown.ts'

const noNames = new Lexicon(new Int32Array(0), new Float32Array(0))

function render(html: string, links = true): string {
  const tree = createParser()(Buffer.from(html))
  const states = new StateReader(noNames).read(tree)
  const blocks = new BlockReader(noNames).read(tree, states, -1)
  const kept = new Uint8Array(blocks.count).fill(1)
  return markdown(contentBlocks(tree, states, blocks, kept, { spans: true, links, baseUrl: 'http://h.org/' }))
}

describe('markdown', () => {
  it.each([
    ['<h2>a <b>b</b> #</h2><p>c<br>d', '## a b \\#\n\nc  \nd', 'headings and lines'],
    [
      '<ul><li>a<ol><li>b<li>c</ol><li><p>d<p>e</ul>',
      '- a\n  1. b\n  2. c\n- d\n\n  e',
      'items indented by the markers around',
    ],
    ['<ol start=9><li>a<li>b<ul><li>c', '9. a\n10. b\n    - c', 'a marker is as wide as its number'],
    ['<ul><li>a<ol start=3><li>b', '- a\n\n  3. b', 'a list from 3 does not follow a line'],
    ['<ol><li>a</ol><ol><li>b</ol>', '1. a\n1) b', 'two lists are not one'],
    ['<ul><li>[x] a<li>- b', '- \\[x] a\n- \\- b', 'no boxes, and no items of items'],
    ['<blockquote>a<br>b<p>c</blockquote>', '> a  \n> b\n>\n> c', 'quotes'],
    ['<pre class=lang-md>```\na\n```</pre>', '````md\n```\na\n```\n````', 'fences longer than those within'],
    [
      '<table><tr><th>a|b<th><code>c|d</code><tr><td><b>e</b><td></table>',
      '| a\\|b | `c\\|d` |\n| --- | --- |\n| **e** |  |',
      'tables',
    ],
    [
      '<table><tr><td>1<td>2<tr><td>3<td>4</table>',
      '|  |  |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |',
      'a table without a header',
    ],
    ['<dl><dt>a<dd>b</dl>', 'a\n\nb', 'definitions'],
  ])('%s is %j: %s', (html, text) => {
    expect(render(html)).toBe(text)
  })

  it.each([
    ['<b>a <i>b</i> c</b> d', '**a *b* c** d', 'nested emphasis'],
    ['<i>a <b>b</b></i>', '*a* ***b***', 'crossed emphasis is closed and opened'],
    ['<b> a </b>b', '**a** b', 'no space within the signs'],
    ['<b>a</b><b>b</b>', '**ab**', 'neighbours are one'],
    ['a<b>b</b>c', 'a**b**c', 'within a word'],
    ['a<b>"b"</b>c', 'a"b"c', 'signs that would not be read are left out'],
    ['<code>a</code> <code>b`</code>', '`a` `` b` ``', 'code'],
    ['<code>a*_[&lt;</code>', '`a*_[<`', 'nothing is escaped in code'],
    ['<b><code>a</code></b>b', '`a`b', 'emphasis around code beside a word'],
    ['<a href="/x y(1)">a <b>b</b> [c]</a>', '[a **b** \\[c\\]](http://h.org/x%20y%281%29)', 'links'],
    ['<a href=/x>a</a><a href=/y>b</a>', '[a](http://h.org/x)[b](http://h.org/y)', 'links side by side'],
    ['<a href=/x><b>a</b></a> <b>b</b>', '[**a**](http://h.org/x) **b**', 'a link ends the emphasis within'],
    ['<a href="#x">a</a>', 'a', 'no links within the page'],
  ])('%s is %j: %s', (html, text) => {
    expect(render(`<p>${html}`)).toBe(text)
  })

  it('writes links only where they are asked for', () => {
    expect(render('<p><a href=/x>a</a>', false)).toBe('a')
  })

  it.each([
    ['snake_case 2 * 3 a-b 1.5 # + ~5 [1] (a) a | b', 'what is no markup stands as it is'],
    ['AT&T, a & b; x < y > z', 'nor is this'],
    ['2024. That year', '2024\\. That year'],
    ['*a* _b_ `c` **', '\\*a\\* \\_b\\_ \\`c\\` **'],
    ['[a](b) [c][d]', '[a\\](b) [c][d]'],
    ['[a]: b', '\\[a]: b'],
    ['&lt;b&gt; &lt;/b> &lt;3', '\\<b> \\</b> <3'],
    ['&amp;amp; &amp;#35; &amp; R&amp;D;', '\\&amp; \\&#35; & R&D;'],
    ['~a~ ~~b~~', '~a\\~ ~~b\\~\\~'],
    ['C:\\dir \\* \\', 'C:\\dir \\\\\\* \\\\'],
    ['# a', '\\# a'],
    ['#a', '#a'],
    ['> a', '\\> a'],
    ['- a', '\\- a'],
    ['-5 degrees', '-5 degrees'],
    ['+ a', '\\+ a'],
    ['* a', '\\* a'],
    ['a<br>---', 'a  \n\\---'],
    ['a<br>===', 'a  \n\\==='],
    ['a | b<br>--- | ---', 'a | b  \n\\--- | ---'],
    ['~~~ a', '\\~~~ a'],
    ['1) a', '1\\) a'],
    ['* * *', '\\* * *'],
    ['_ _ _', '\\_ _ _'],
  ])('%s', (html, text) => {
    const isPlain = text.startsWith('what') || text.startsWith('nor')
    expect(render(`<p>${html}`)).toBe(isPlain ? html : text)
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mainContent } from './main-content.ts'

const sentence = (about: string) =>
  `This paragraph tells the reader at some length about ${about}, and goes on for a while.`
const paragraphs = (...about: string[]) => about.map((name) => `<p>${sentence(name)}</p>`).join('')
const menu = `<ul>${'<li><a href="/x">Some section</a></li>'.repeat(10)}</ul>`

describe('mainContent', () => {
  it('takes the article and leaves menus, comments and furniture', () => {
    const page = mainContent(
      `<html lang="en"><head><title>Cats</title></head><body><nav>${menu}</nav><div class="sidebar">${paragraphs('an offer')}</div>
       <article><h2>On cats</h2>${paragraphs('cats', 'dogs')}<p>Advertisement</p>${paragraphs('birds')}<h3>More</h3>${menu}</article>
       <div id="comments">${paragraphs('a comment')}</div><footer>${paragraphs('rights')}</footer></body></html>`,
    )
    expect(page?.text).toBe(['On cats', sentence('cats'), sentence('dogs'), sentence('birds')].join('\n\n'))
    expect(page).toMatchObject({ title: 'Cats', language: 'en' })
  })

  it('takes the only body of text where nothing is named', () => {
    const page = mainContent(
      `<div><div>${menu}</div><div><div>${paragraphs('a', 'b', 'c', 'd')}</div></div></div>`,
    )
    expect(page?.text).toBe(['a', 'b', 'c', 'd'].map(sentence).join('\n\n'))
  })

  it.each([
    ['<div hidden id="S:1">', 'hidden until a script shows it'],
    ['<div style="display: none">', 'hidden by style'],
    ['<div class="comments">', 'a forum is all comments'],
    ['<div class="page-with sidebar">', 'a word that means something else here'],
    ['<noscript>', 'a forum for readers without scripts'],
  ])('believes no doubt about most of a page: %s, %s', (tag) => {
    const page = mainContent(`<body>${tag}${paragraphs('a', 'b', 'c', 'd')}</body>`)
    expect(page?.text).toBe(['a', 'b', 'c', 'd'].map(sentence).join('\n\n'))
  })

  it('believes that a menu is one, however long', () => {
    const labels = Array.from(
      { length: 40 },
      (_, index) => `<li><span>${sentence(`section ${index}`)}</span></li>`,
    )
    const page = mainContent(
      `<body><nav><ul>${labels.join('')}</ul></nav><div>${paragraphs('a', 'b', 'c')}</div></body>`,
    )
    expect(page?.text).toBe(['a', 'b', 'c'].map(sentence).join('\n\n'))
  })

  it('ends where a heading announces other pages, unless little stands before it', () => {
    const teasers = `<h3>Related news</h3>${paragraphs('another page')}`
    const end = mainContent(`<article>${paragraphs('a', 'b', 'c')}${teasers}</article>`)
    expect(end?.text).toBe(['a', 'b', 'c'].map(sentence).join('\n\n'))
    const start = mainContent(`<article>${teasers}${paragraphs('a', 'b', 'c')}</article>`)
    expect(start?.text).toContain(sentence('c'))
  })

  it('leaves a small hidden part out', () => {
    const page = mainContent(`<div>${paragraphs('a', 'b', 'c')}<div hidden>${paragraphs('d')}</div></div>`)
    expect(page?.text).not.toContain(sentence('d'))
  })

  it.each([
    ['猫は静かに歩いている。犬は庭で眠っている。鳥は空を飛ぶ。'],
    ['القطة تمشي بهدوء والكلب ينام في الحديقة والطيور تطير في السماء.'],
    ['বিড়াল চুপচাপ হাঁটছে এবং কুকুর বাগানে ঘুমাচ্ছে।'],
  ])('keeps text of every script: %s', (text) => {
    const page = mainContent(`<body>${menu}<div>${`<p>${text}</p>`.repeat(6)}</div></body>`)
    expect(page?.text.split('\n\n')).toEqual(Array.from({ length: 6 }, () => text))
  })

  it('keeps lines, cells and the indentation of code', () => {
    const page = mainContent(
      `<article>${paragraphs('a', 'b', 'c')}<pre>if x:\n    y()\n</pre><p>one<br>two</p><table><tr><td>1</td><td>2</td></tr></table></article>`,
    )
    expect(page?.text).toContain('if x:\n    y()\n\none\ntwo\n\n1\t2')
  })

  it('falls back to linked data, and to short texts', () => {
    const body = Array.from({ length: 5 }, (_, index) => sentence(`point ${index}`)).join(' ')
    const data = JSON.stringify({ '@graph': [{ '@type': 'NewsArticle', articleBody: body, headline: 'H' }] })
    expect(mainContent(`<script type="application/ld+json">${data}</script><p>Loading</p>`)).toEqual({
      text: body,
      title: 'H',
    })
    expect(mainContent('<p>Short, but a text.</p>')?.text).toBe('Short, but a text.')
    expect(mainContent('No markup at all.')?.text).toBe('No markup at all.')
  })

  it.each([
    [''],
    ['   '],
    ['<html></html>'],
    ['<script>var a = 1</script>'],
    ['<p>· | ·</p>'],
    ['<!-- a -->'],
  ])('finds nothing in %j', (html) => {
    expect(mainContent(html)).toBeUndefined()
  })

  it('never throws, and never shows code', () => {
    const piece = fc.constantFrom(
      ...'<div class=article>|</div>|<p>|</p>|<table><td>|</table>|<a href=x>|</a>|<|>|"|<!--|-->|<script>CODE</script>|<style>CODE</style>|<li>|some words, here|<article>|<noscript>|<h1>|</h1>|<title>T</title>|&#0;|\ud800|<pre>'.split(
        '|',
      ),
    )
    let found = 0
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        // Quotes and brackets of a broken tag turn what follows into an attribute or into text.
        const isBroken = pieces.some((text) => text === '<' || text === '"' || text === '<!--')
        const page = mainContent(`<p>Words.</p>${pieces.join('')}`, { url: 'http://a.org/' })
        if (page === undefined) return
        found++
        expect(page.text).not.toBe('')
        if (!isBroken) expect(page.text).not.toContain('CODE')
      }),
    )
    expect(found).toBeGreaterThan(20)
  })

  it.each([
    ['deep nesting', `${'<div>'.repeat(100_000)}text`],
    ['many blocks', '<p>text</p>'.repeat(50_000)],
    ['many hinted elements', '<div class="article-body">text'.repeat(50_000)],
    [
      'deep linked data',
      `<script type="application/ld+json">${'['.repeat(100_000)}${']'.repeat(100_000)}</script>text`,
    ],
    [
      'a deep type',
      `<script type="application/ld+json">{"@type":${'['.repeat(100_000)}${']'.repeat(100_000)}}</script>text`,
    ],
  ])('bounds %s', (_, html) => {
    expect(mainContent(html)?.text).toContain('text')
  })
})

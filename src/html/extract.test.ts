import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extract } from './extract.ts'
import type { ExtractOptions } from './extraction.ts'

const read = (html: string, options: ExtractOptions = {}) => extract(Buffer.from(html), options)

const sentence = (about: string) =>
  `This paragraph tells the reader at some length about ${about}, and goes on for a while.`
const paragraphs = (...about: string[]) => about.map((name) => `<p>${sentence(name)}</p>`).join('')
const menu = `<ul>${'<li><a href="/x">Some section</a></li>'.repeat(10)}</ul>`
const ANIMALS = ['cats', 'dogs', 'birds', 'horses', 'rabbits']

describe('extract', () => {
  it('takes the article and leaves menus and furniture', () => {
    const { text, title, language } = read(
      `<html lang="en"><head><title>Cats</title></head><body><nav>${menu}</nav>
       <article><h1>On cats</h1>${paragraphs(...ANIMALS)}</article>
       <footer><p>Copyright 2020. All rights reserved.</p></footer></body></html>`,
    )
    for (const animal of ANIMALS) expect(text).toContain(sentence(animal))
    expect(text).not.toContain('Some section')
    expect(text).not.toContain('Copyright')
    expect({ title, language }).toEqual({ title: 'Cats', language: 'en' })
  })

  it('reads what a page of frames shows without them', () => {
    const page = `<frameset><frame src=a><noframes><body><h1>Cats</h1>${paragraphs(...ANIMALS)}</body></noframes></frameset>`
    for (const animal of ANIMALS) expect(read(page).text).toContain(sentence(animal))
  })

  it('leaves out a heading under which nothing is kept', () => {
    const page = `<article><h1>Cats</h1>${paragraphs(...ANIMALS)}<h2>You may also like these</h2></article><nav>${menu}</nav>`
    expect(read(page).text).not.toContain('You may also like')
    expect(read(page.replace('</h2>', `</h2>${paragraphs('mice', 'hens')}`)).text).toContain(
      'You may also like',
    )
  })

  it('keeps a table whole', () => {
    const rows = [
      'width 60 cm',
      'height 85 cm',
      'depth 60 cm',
      'power 2200 W',
      'noise 44 dB',
      'weight 71 kg',
      'made in Spain',
    ]
    const table = `<table>${rows.map((row) => `<tr><th>${row.split(' ')[0]}</th><td>${row.split(' ').slice(1).join(' ')}</td></tr>`).join('')}</table>`
    const { text } = read(
      `<body><h1>Washing machine</h1>${paragraphs(...ANIMALS)}<h2>Data</h2>${table}${paragraphs('water', 'soap')}</body>`,
    )
    const kept = rows.filter((row) => text.includes(row.split(' ').slice(1).join(' ')))
    expect([0, rows.length]).toContain(kept.length)
  })

  it('keeps the answers of a page that calls itself a discussion', () => {
    const linked =
      '<script type="application/ld+json">{"@type":"DiscussionForumPosting","headline":"Cats"}</script>'
    const body = `<article><h1>Cats</h1>${paragraphs(...ANIMALS)}</article><div class="comments">${paragraphs('kittens', 'claws')}</div>`
    expect(read(`<html><head>${linked}</head><body>${body}</body></html>`).text).toContain(
      sentence('kittens'),
    )
    expect(read(`<html><body>${body}</body></html>`).text).not.toContain(sentence('kittens'))
  })

  it.each([
    ['<div hidden id="S:1">', 'hidden until a script shows it'],
    ['<div style="display: none">', 'hidden by style'],
    ['<div class="comments">', 'a forum is all comments'],
    ['<div class="page-with sidebar">', 'a word that means something else here'],
    ['<noscript>', 'a forum for readers without scripts'],
  ])('believes no doubt about most of a page: %s, %s', (tag) => {
    const { text } = read(`<body>${tag}${paragraphs(...ANIMALS)}</body>`)
    for (const animal of ANIMALS) expect(text).toContain(sentence(animal))
  })

  it('gives a text once that stands twice, and verses as often as they are sung', () => {
    const body = paragraphs(...ANIMALS)
    const twice = read(`<body><article>${body}</article><div class="hidden"><div>${body}</div></div></body>`)
    expect(twice.text.split(sentence('dogs'))).toHaveLength(2)
    const chorus = `<p>${sentence('the chorus')}</p>`
    const song = read(
      `<article>${chorus}${paragraphs('one')}${chorus}${paragraphs('two')}${chorus}</article>`,
    )
    expect(song.text.split(sentence('the chorus'))).toHaveLength(4)
  })

  it('leaves what readers wrote out, and lets it in when asked', () => {
    const remark = 'I think that this is all wrong, and I have said so before.'
    const html = `<body><article><h1>On animals</h1>${paragraphs(...ANIMALS)}</article>
      <section id="comments" class="comments-area"><h2>2 comments</h2><ol class="comment-list"><li class="comment"><p>${remark}</p><a href="#r">Reply</a></li></ol></section></body>`
    expect(read(html).text).not.toContain(remark)
    expect(read(html, { comments: true }).text).toContain(remark)
  })

  it.each([
    ['猫は静かに歩いている。犬は庭で眠っている。鳥は空を飛ぶ。'],
    ['القطة تمشي بهدوء والكلب ينام في الحديقة والطيور تطير في السماء.'],
    ['বিড়াল চুপচাপ হাঁটছে এবং কুকুর বাগানে ঘুমাচ্ছে।'],
  ])('keeps text of every script: %s', (text) => {
    const numbered = Array.from({ length: 6 }, (_, index) => `${text}${index}`)
    const page = read(
      `<body><nav>${menu}</nav><div>${numbered.map((each) => `<p>${each}</p>`).join('')}</div></body>`,
    )
    expect(page.text).toContain(numbered.join('\n\n'))
  })

  it('reads any character set', () => {
    const german = Buffer.from(`<meta charset="iso-8859-1"><p>Grüße aus Köln, ${sentence('Köln')}`, 'latin1')
    expect(extract(german)).toMatchObject({
      charset: 'windows-1252',
      text: expect.stringContaining('Grüße aus Köln'),
    })
    const utf16 = Buffer.from(`\ufeff<p>Grüße aus Köln, ${sentence('Köln')}`, 'utf16le')
    expect(extract(utf16)).toMatchObject({
      charset: 'utf-16le',
      text: expect.stringContaining('Grüße aus Köln'),
    })
  })

  it('falls back to linked data, and to short texts', () => {
    const body = ANIMALS.map(sentence).join(' ')
    const data = JSON.stringify({ '@graph': [{ '@type': 'NewsArticle', articleBody: body, headline: 'H' }] })
    const page = read(`<script type="application/ld+json">${data}</script><p>Loading</p>`)
    expect(page).toMatchObject({ text: body, title: 'H' })
    expect(read('<p>Short, but a text.</p>').text).toBe('Short, but a text.')
    expect(read('No markup at all.').text).toBe('No markup at all.')
  })

  it('makes Markdown and blocks only when asked', () => {
    const html = `<article><h1>On animals</h1>${paragraphs(...ANIMALS)}</article>`
    expect(read(html)).not.toHaveProperty('markdown')
    expect(read(html, { format: 'markdown' }).markdown).toContain(sentence('cats'))
    expect(read(html, { format: 'json' }).blocks).toContainEqual(
      expect.objectContaining({ type: 'paragraph', text: sentence('cats') }),
    )
  })

  it('leaves more out for precision than for recall', () => {
    const html = `<body><h1>Shop</h1><div><p>Offer of the day</p><p>${sentence('a lamp')}</p><p>Ships in 2 days</p><ul><li>Width 20 cm</li><li>Height 40 cm</li></ul></div></body>`
    const [precision, balanced, recall] = (['precision', 'balanced', 'recall'] as const).map(
      (preset) => read(html, { preset }).text.length,
    ) as [number, number, number]
    expect(precision).toBeLessThanOrEqual(balanced)
    expect(balanced).toBeLessThanOrEqual(recall)
    expect(recall).toBeGreaterThan(0)
  })

  it.each([[''], ['   '], ['<html></html>'], ['<script>var a = 1</script>'], ['<!-- a -->']])(
    'finds nothing in %j',
    (html) => {
      expect(read(html).text).toBe('')
    },
  )

  it('never throws, never shows code, and gives the same again after any other page', () => {
    const piece = fc.constantFrom(
      ...'<div class=article>|</div>|<p>|</p>|<table><td>|</table>|<a href=x>|</a>|<|>|"|<!--|-->|<script>CODE</script>|<style>CODE</style>|<li>|some words, here|<article>|<noscript>|<h1>|</h1>|<title>T</title>|&#0;|\ud800|<pre>|<svg>|<x-a>'.split(
        '|',
      ),
    )
    let found = 0
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        // Quotes and brackets of a broken tag turn what follows into an attribute or into text.
        const isBroken = pieces.some((text) => text === '<' || text === '"' || text === '<!--')
        const html = `<p>Words.</p>${pieces.join('')}`
        const page = read(html, { url: 'http://a.org/', format: 'json' })
        if (page.text !== '') found++
        if (!isBroken) expect(page.text).not.toContain('CODE')
        read(`<article>${paragraphs(...ANIMALS)}</article>`)
        expect(read(html, { url: 'http://a.org/', format: 'json' })).toEqual(page)
      }),
    )
    expect(found).toBeGreaterThan(20)
  })

  it.each([
    ['deep nesting', `${'<div>'.repeat(100_000)}text`],
    ['many blocks', '<p>text</p>'.repeat(50_000)],
    ['many hinted elements', '<div class="article-body">text'.repeat(50_000)],
    ['attributes', `<p ${'a=1 '.repeat(1_000_000)}>text`],
    ['unclosed titles', `text${'<title>'.repeat(100_000)}`],
    ['unclosed comments', `text${'<!-- '.repeat(200_000)}`],
    ['open tags', `<p>text</p>${'<a '.repeat(200_000)}`],
    ['end tags', `<p>text</p><b>${'</i></b><b>'.repeat(100_000)}`],
    [
      'deep linked data',
      `<script type="application/ld+json">${'['.repeat(100_000)}${']'.repeat(100_000)}</script>text`,
    ],
  ])('bounds %s', (_, html) => {
    const begun = process.cpuUsage()
    expect(read(html).text).toContain('text')
    const { user, system } = process.cpuUsage(begun)
    // One second for a megabyte is the promise; a hang takes minutes.
    expect((user + system) / 1e6).toBeLessThan(5 * (1 + html.length / 1e6))
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { bookFiles, epubRecord, zip } from '../../../test/books-fixture.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { book } from './book.ts'

beforeAll(() => book.load?.(book.options.parse({})))

type Documents = readonly (readonly [string, string])[]

async function read(documents: Documents, options: object = {}, more: Parameters<typeof bookFiles>[1] = {}) {
  return run(await epubRecord(zip(bookFiles(documents, more))), options)
}

async function run(record: PayloadRecord, options: object = {}) {
  const result = await book.create(book.options.parse(options))(record, { source: 'test' })
  return 'length' in result ? result[0] : result
}

const plain = (text: string | Uint8Array, contentType = 'text/plain'): PayloadRecord => ({
  format: 'text',
  position: 0,
  contentType,
  body: Buffer.from(text),
  fields: {},
})

describe('book stage', () => {
  it('makes one document of typed sections, notes apart (EPUB 3)', async () => {
    const documents: Documents = [
      [
        'title.xhtml',
        '<body epub:type="frontmatter"><section epub:type="titlepage"><h1>Of Fields</h1></section></body>',
      ],
      [
        'preface.xhtml',
        '<body epub:type="frontmatter"><section epub:type="preface"><h2>Preface</h2><p>Why.</p></section></body>',
      ],
      [
        'one.xhtml',
        '<body epub:type="bodymatter"><section epub:type="chapter"><h2>I</h2><p>The&#160;seed<a href="notes.xhtml#n1" epub:type="noteref">1</a> was sown.</p><aside epub:type="footnote"><p>Beside.</p></aside><hr/><p>It grew.</p></section></body>',
      ],
      [
        'two.xhtml',
        '<section epub:type="chapter"><h2>II</h2><blockquote epub:type="z3998:verse"><p><span>Root,</span><br/><span>leaf.</span></p></blockquote></section>',
      ],
      [
        'notes.xhtml',
        '<body epub:type="backmatter"><section epub:type="endnotes"><h2>Endnotes</h2><ol><li id="n1"><p>Of corn. <a epub:type="backlink" href="one.xhtml">↩</a></p></li></ol></section></body>',
      ],
      [
        'colophon.xhtml',
        '<body epub:type="backmatter"><section epub:type="colophon"><p>Set in type.</p></section></body>',
      ],
    ]
    const text = 'I\n\nThe seed was sown.\n\n* * *\n\nIt grew.\n\nII\n\nRoot,\nleaf.'
    expect(await read(documents)).toEqual({
      text,
      meta: { source: 'test', title: 'Of Fields', chapters: 2, notes: 2 },
    })
    expect(await read(documents, { notes: 'append' })).toMatchObject({
      text: `${text}\n\nBeside.\n\nOf corn.`,
    })
    expect(await read(documents, { prefaces: true })).toMatchObject({ text: `Preface\n\nWhy.\n\n${text}` })
  })

  it('judges untyped documents by guide, heading, links and copyright words (EPUB 2)', async () => {
    const links = Array.from(
      { length: 6 },
      (_, index) => `<p><a href="c.html#${index}">Chapter ${index}</a></p>`,
    ).join('')
    const documents: Documents = [
      ['cover.html', '<div><img src="i.png" alt="Cover"/></div>'],
      ['title.html', '<h1>OF FIELDS</h1><p>by A. Plough</p>'],
      ['copy.html', '<p>Copyright © 1999 A. Plough. All rights reserved. ISBN 0</p>'],
      ['toc.html', links],
      ['ded.html', '<h2>Dedication</h2><p>To the soil.</p>'],
      [
        'c.html',
        '<h2>Introduction</h2><p>Notes are not <i>headings</i> here<a href="#f1"><sup>1</sup></a>, 2<sup>3</sup> is.</p><p class="footnote"><a href="#r1">1</a> A foot.</p>',
      ],
      [
        'd.html',
        '<h2>Chapter 2</h2><p>E&shy;nd<br/>of line.</p><table><tr><td>a</td><td>b</td></tr></table>',
      ],
      ['also.html', '<h2>Also by A. Plough</h2><p>Of Barns</p>'],
      ['index.html', '<h2>Index</h2><p>Barley, 3</p>'],
    ]
    expect(await read(documents)).toEqual({
      text: 'Introduction\n\nNotes are not headings here, 23 is.\n\nChapter 2\n\nEnd\nof line.\n\na b',
      meta: { source: 'test', title: 'Of Fields', chapters: 2, notes: 1 },
    })
  })

  it('begins where the guide says that the text begins, and leaves auxiliary documents out', async () => {
    const documents: Documents = [
      ['a.html', '<p>About this edition.</p>'],
      ['b.html', '<p>One.</p>'],
      ['c.html', '<p>Two.</p>'],
      ['d.html', '<p>Answers.</p>'],
    ]
    const more = {
      guide: '<guide><reference type="text" href="b.html"/></guide>',
      spineProperties: { 'd.html': 'linear="no"' },
    }
    expect(await read(documents, {}, more)).toMatchObject({ text: 'One.\n\nTwo.' })
  })

  it('writes meta from Dublin Core', async () => {
    const metadata =
      '<dc:title>T</dc:title><dc:creator>A</dc:creator><dc:creator>B</dc:creator><dc:language>en</dc:language><dc:date>1890-01-02</dc:date><dc:rights>Given under https://creativecommons.org/licenses/by/4.0/ to all.</dc:rights>'
    expect(await read([['a.xhtml', '<p>x</p>']], {}, { metadata })).toMatchObject({
      meta: {
        title: 'T',
        author: 'A; B',
        language: 'en',
        date: '1890-01-02',
        licence: 'https://creativecommons.org/licenses/by/4.0/',
      },
    })
  })

  it.each([
    { why: 'images only', html: '<p><img src="a.png"/></p>', result: { drop: 'no-text' } },
    { why: 'deep nesting', html: '<div>'.repeat(600), result: { fail: 'too-deep' } },
  ])('refuses a book of $why', async ({ html, result }) => {
    expect(await read([['a.xhtml', html]])).toMatchObject(result)
  })

  it('refuses other types and other bodies', async () => {
    expect(await run(plain('x', 'image/png'))).toEqual({ drop: 'unsupported-type', detail: 'image/png' })
    expect(await run(plain('{"items":1}', 'application/epub+zip'))).toMatchObject({ fail: 'bad-epub' })
    expect(await run(plain(' \n'))).toEqual({ drop: 'no-text' })
  })

  it('passes a plain text as it is', async () => {
    const text = 'A line\nand  another.\n\n  *** START of nothing ***\n'
    expect(await run(plain(text))).toEqual({ text, meta: { source: 'test', notes: 0 } })
    expect(await run(plain(Buffer.from('Tübingen', 'latin1')))).toMatchObject({ text: 'Tübingen' })
  })
})

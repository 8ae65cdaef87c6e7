import { describe, expect, it } from 'vitest'
import { recordOf } from '../../../test/webtext-documents.ts'
import { file } from './file.ts'
import { readFrontMatter } from './file-front-matter.ts'

const extract = (contentType: string, body: string | Uint8Array, rest = {}) =>
  file.create(file.options.parse({}))(recordOf(body, { contentType, ...rest }), {})

describe('file', () => {
  it('takes plain text as it is, cleaned of what no reader sees', () => {
    const fields = { fileName: 'a.txt' }
    expect(extract('text/plain', '\ufeffa  \r\nb\u0000', { fields: {} })).toMatchObject({
      drop: 'unsupported-type',
    })
    expect(extract('text/plain', '\ufeff  a  \r\n\r\nb', { fields })).toEqual([
      { text: 'a\n\nb', meta: { fileName: 'a.txt' } },
    ])
  })

  it('decodes old encodings, and says which', () => {
    const latin = Buffer.from('Ein schöner Text über Bäume und Straßen, größer als vorher', 'latin1')
    expect(extract('text/plain', latin)).toEqual([
      { text: latin.toString('latin1'), meta: { charset: 'windows-1252' } },
    ])
  })

  it('takes the main content of a page, and what it says of itself', () => {
    const words = 'These are the words of a real paragraph, long enough to be taken for text. '.repeat(5)
    const page = `<html lang="en"><title>T</title><body><nav><a href="/">Home</a></nav><article><p>${words}</p></article></body></html>`
    expect(extract('text/html', page)).toMatchObject([
      { text: words.trim(), meta: { title: 'T', language: 'en' } },
    ])
  })

  it('keeps Markdown as text, without its front matter, which tells title, date and author', () => {
    const text =
      '---\ntitle: "A: b"\ndate: 2024-02-29\nauthor: Me # no comment\ntags: [x]\n---\n# Other\n\n*text*\n'
    expect(extract('text/markdown', text)).toEqual([
      { text: '# Other\n\n*text*', meta: { title: 'A: b', date: '2024-02-29', author: 'Me # no comment' } },
    ])
  })

  it('takes the first heading of Markdown for its title', () => {
    expect(extract('text/markdown', 'intro\n\n# The title ##\n\n# Another\n')).toMatchObject([
      { meta: { title: 'The title' } },
    ])
  })

  it.each([
    ['application/epub+zip', 'abc', 'unsupported-type'],
    ['toString', 'abc', 'unsupported-type'],
    ['text/plain', ' \n ', 'no-text'],
    ['text/html', '<p></p>', 'no-text'],
    ['text/markdown', '---\ntitle: a\n---\n', 'no-text'],
    ['text/plain', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]), 'unsupported-type'],
  ])('drops %s of %j as %s', (type, body, drop) => expect(extract(type, body)).toMatchObject({ drop }))
})

describe('readFrontMatter', () => {
  it.each([
    { why: 'no front matter', text: '# a\n---\nb: c\n---\n' },
    { why: 'a rule and text', text: '---\nThis is a sentence.\n---\nmore\n' },
    { why: 'two rules', text: '---\n---\ntext' },
    { why: 'a block that does not end', text: '---\ntitle: a\n' },
    { why: 'a block without an end in reach', text: `---\n${'a: b\n'.repeat(5000)}---\nc` },
  ])('leaves $why', ({ text }) => expect(readFrontMatter(text)).toEqual({ body: text, meta: {} }))

  it.each([
    {
      why: 'nested values',
      text: "---\ntitle:\n  en: x\nauthor: [a, b]\ndate: 'd'\n...\nc",
      meta: { date: 'd' },
    },
    { why: 'Windows line ends', text: '---\r\ntitle: a\r\n---\r\nc', meta: { title: 'a' } },
    {
      why: 'names in capitals, once each',
      text: '---\nTitle: a\ntitle: b\nlicense: MIT\n---\nc',
      meta: { title: 'a', licence: 'MIT' },
    },
    { why: 'names of JavaScript', text: '---\n__proto__: a\nconstructor: b\n---\nc', meta: {} },
  ])('reads $why', ({ text, meta }) => expect(readFrontMatter(text)).toEqual({ body: 'c', meta }))
})

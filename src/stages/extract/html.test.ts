import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { recordOf } from '../../../test/webtext-documents.ts'
import type { Meta } from '../../model/document.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { html } from './html.ts'

const extract = (body: string | Uint8Array, rest: Partial<PayloadRecord> = {}, meta: Meta = {}) =>
  html.create(html.options.parse({}))(recordOf(body, rest), meta)

const page = '<html lang=en><title>T</title><body><p>A text about something.</p></body></html>'

describe('html', () => {
  it('gives the main content, with what page and container say', () => {
    const record = {
      url: 'http://A.org/x#y',
      contentType: 'text/html',
      fields: { date: '2024-01-01T00:00:00Z' },
    }
    expect(extract(page, record)).toEqual([
      {
        text: 'A text about something.',
        meta: {
          url: 'http://a.org/x',
          rawUrl: 'http://A.org/x#y',
          fetched: '2024-01-01T00:00:00Z',
          title: 'T',
          language: 'en',
        },
      },
    ])
  })

  it('lets what a join attached win', () => {
    const attached = { url: 'http://a.org/', rawUrl: 'http://A.org', link: { score: 3, title: 'Link' } }
    const record = { url: 'https://a.org/', contentType: 'text/html' }
    expect(extract(page, record, attached)).toMatchObject([{ meta: { ...attached, title: 'T' } }])
  })

  it('decodes by the declared character set', () => {
    const body = Buffer.from('<p>Gr\u00fc\u00dfe aus K\u00f6ln</p>', 'latin1')
    expect(extract(body, { contentType: 'text/html', charset: 'iso-8859-1' })).toMatchObject([
      { text: 'Grüße aus Köln', meta: { charset: expect.any(String) } },
    ])
  })

  it('takes the page from the text field of a row, never the row itself', () => {
    const row = { format: 'jsonl', url: 'http://a.org/x', fields: { text: page, id: '1' } }
    expect(extract(JSON.stringify({ html: page }), row)).toMatchObject([
      { text: 'A text about something.', meta: { title: 'T', url: 'http://a.org/x' } },
    ])
    expect(extract('{}', { format: 'csv', fields: { html: page } })).toMatchObject({ drop: 'not-html' })
  })

  it('passes plain text as it is, cleaned', () => {
    expect(extract('<p>a\r\nb\u0000', { contentType: 'text/plain' })).toEqual([{ text: '<p>a\nb', meta: {} }])
  })

  it.each([
    ['', { contentType: 'text/html' }, 'no-content'],
    ['<html><script>a</script></html>', { contentType: 'text/html' }, 'no-content'],
    [' \n\u0000', { contentType: 'text/plain' }, 'no-content'],
    ['%PDF', { contentType: 'application/pdf' }, 'not-html'],
    ['\u0000\u0001PNG', {}, 'not-html'],
  ])('drops %j of %j as %s', (body, rest, reason) => {
    expect(extract(body, rest)).toMatchObject({ drop: reason })
    expect(Object.keys(html.reasons)).toContain(reason)
  })

  it('holds a record of no declared type for HTML', () => {
    expect(extract(page)).toMatchObject([{ text: 'A text about something.' }])
  })

  it('refuses an option it does not know', () => {
    expect(() => html.options.parse({ precision: 1 })).toThrow(/precision/)
  })
})

describe('options of html', () => {
  const article = `<p>${'A sentence of the article that says something to its readers. '.repeat(6)}</p>`
  const page = `<html><body><main><h1>Title</h1>${article.repeat(4)}</main><div class="comments"><h3>2 comments</h3>${'<div class="comment"><p>I think that this is a very good article, thank you for it.</p></div>'.repeat(2)}</div></body></html>`
  const textOf = (options: object): string => {
    const made = html.create(html.options.parse(options))(
      { format: 'warc', position: 0, contentType: 'text/html', body: Buffer.from(page), fields: {} },
      {},
    )
    if (!Array.isArray(made)) throw new Error('no text')
    return String((made[0] as { readonly text: string }).text)
  }

  it('say whether comments are kept', () => {
    expect(textOf({})).not.toContain('thank you for it')
    expect(textOf({ comments: true })).toContain('thank you for it')
  })

  it.each([['precision'], ['recall']])('take %s', (preset) => {
    expect(textOf({ preset })).toContain('A sentence of the article')
  })
})

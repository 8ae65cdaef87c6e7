import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openSource } from '../src/formats/source/source.ts'
import { arc } from '../src/formats/warc/arc.ts'
import { warc } from '../src/formats/warc/warc.ts'
import type { ReadItem } from '../src/model/record.ts'
import { chunked, codings, http, page, readWhole, storedMember, warcRecord } from './golden/warc/maker.ts'

const folder = resolve(import.meta.dirname, 'golden/warc')
const update = process.env['TILTH_UPDATE_GOLDEN'] === '1'

/** Small archives of ours; an archive that is added to the folder by hand is a test as well. */
const MADE: Readonly<Record<string, () => Buffer>> = {
  'types.warc.gz': () => Buffer.concat(everyType().map((record) => gzipSync(record))),
  'one-member.warc.gz': () => gzipSync(Buffer.concat(everyType())),
  'plain.warc': () => Buffer.concat(everyType()),
  'http.warc.gz': () => Buffer.concat(everyMessage().map((record) => gzipSync(record))),
  'nested.warc.gz': () =>
    Buffer.concat([
      gzipSync(page(0)),
      storedMember(
        warcRecord({ type: 'resource', contentType: 'application/gzip', block: gzipSync(page(1)) }),
      ),
      gzipSync(page(2)),
    ]),
  'old.arc.gz': () => Buffer.concat(arcRecords().map((record) => gzipSync(record))),
  'plain.arc': () => Buffer.concat(arcRecords()),
  'made.wat.gz': () =>
    Buffer.concat(
      everyType()
        .slice(-2)
        .map((record) => gzipSync(record)),
    ),
}

if (update) {
  // zlib's bytes may change with its version; only what is missing is made.
  for (const [name, make] of Object.entries(MADE)) {
    if (!existsSync(resolve(folder, name))) writeFileSync(resolve(folder, name), make())
  }
}

const names = readdirSync(folder).filter((name) => /\.(warc|arc|wat)(\.gz)?$/.test(name))

describe('golden archives', () => {
  it('are there', () => expect(names).toEqual(expect.arrayContaining(Object.keys(MADE))))

  it.each(names)('%s', async (name) => {
    const source = await openSource(resolve(folder, name))
    const settings = name.includes('.wat') ? { records: ['metadata'] } : {}
    const items = await readWhole(name.includes('.arc') ? arc : warc, source, settings)
    const found = items.map((item) => `${JSON.stringify(asJson(item))}\n`).join('')
    const expected = resolve(folder, `${name.replace(/\.gz$/, '')}.expected.jsonl`)
    if (update) writeFileSync(expected, found)
    expect(found).toBe(readFileSync(expected, 'utf8'))
  })
})

function asJson(item: ReadItem): unknown {
  if (!('record' in item)) return item
  const { body, ...rest } = item.record
  // Bodies are short text, or archives whose bytes say nothing.
  const text = Buffer.from(body).toString()
  return { record: { ...rest, body: text.includes('\ufffd') ? `${body.length} bytes` : text } }
}

function everyType(): Buffer[] {
  return [
    warcRecord({
      type: 'warcinfo',
      contentType: 'application/warc-fields',
      block: 'software: made by hand\r\n',
    }),
    warcRecord({ type: 'request', url: 'https://made.test/0', block: 'GET / HTTP/1.1\r\n\r\n' }),
    page(0),
    warcRecord({
      url: 'dns:made.test',
      contentType: 'text/dns',
      block: '20240506070809\nmade.test. 1 IN A 127.0.0.1\n',
    }),
    warcRecord({ url: 'ftp://made.test/x', contentType: 'application/octet-stream', block: 'bytes' }),
    warcRecord({
      type: 'resource',
      url: '<https://made.test/r>',
      contentType: 'Text/Plain; charset="UTF-8"',
      block: 'Ä',
    }),
    warcRecord({
      type: 'revisit',
      url: 'https://made.test/again',
      more: ['WARC-Refers-To: <urn:uuid:1>', 'WARC-Refers-To-Date: 2020-01-02T03:04:05Z'],
      block: 'HTTP/1.1 304 Not Modified\r\n\r\n',
    }),
    warcRecord({ type: 'continuation', more: ['WARC-Segment-Number: 2'], block: 'rest' }),
    warcRecord({
      url: 'https://made.test/segment',
      more: ['WARC-Segment-Number: 1'],
      block: http('half of'),
    }),
    warcRecord({ type: 'novelty', block: 'of a later standard' }),
    warcRecord({ type: 'conversion', url: 'https://made.test/0', block: 'page 0\n' }),
    warcRecord({
      type: 'metadata',
      contentType: 'application/json',
      url: 'https://made.test/0',
      block: '{"Envelope":{}}',
    }),
  ]
}

function everyMessage(): Buffer[] {
  const body = '<p>The same small page, some forty times over.'
  const blocks: [string, Buffer][] = [
    ['plain', http(body)],
    [
      'headers',
      http(body, ['content-type:TEXT/HTML;Charset=koi8-r', 'Content-Language: ru', 'Last-Modified: then']),
    ],
    ['first-counts', http(body, ['Content-Type: text/html', 'Content-Type: text/plain'])],
    ['folded', http(body, ['Content-Type: text/html;', '\tcharset=big5'])],
    ['redirect', http('', ['Location: /there'], 'HTTP/1.1 301 Moved Permanently')],
    ['no-reason', http(body, [], 'HTTP/1.1 404')],
    ['http-2', http(body, [], 'HTTP/2 200')],
    ['line-feeds', Buffer.from(`HTTP/1.0 200 OK\nContent-Type: text/html\n\n${body}`)],
    ['broken-lines', http(body, ['no colon here', ': no name', 'Content-Type: text/html'])],
    ['no-blank-line', Buffer.from(`HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n${body}`)],
    ['only-status', Buffer.from('HTTP/1.0 204 No Content')],
    ['interim', Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), http(body)])],
    ['no-status', Buffer.from(body)],
    ['bad-status', http(body, [], 'HTTP/1.1 fine')],
    ['long-header', http(body, [`X: ${'x'.repeat(70_000)}`])],
    ['latin1-header', http(body, ['Location: /caf\xe9'])],
    ['chunked', http(chunked(Buffer.from(body)), ['Transfer-Encoding: chunked'])],
    ['already-dechunked', http(body, ['Transfer-Encoding: chunked'])],
    [
      'crawler-dechunked',
      http(body, ['X-Crawler-Transfer-Encoding: chunked', 'X-Crawler-Content-Encoding: gzip']),
    ],
    ['chunk-too-long', http(`ff\r\n${body}`, ['Transfer-Encoding: chunked'])],
    ['chunk-too-short', http(`5\r\n${body}`, ['Transfer-Encoding: chunked'])],
    ['gzip', http(codings.gzip(body), ['Content-Encoding: GZIP'])],
    ['gzip-undone', http(body, ['Content-Encoding: gzip'])],
    ['gzip-cut', http(codings.gzip(body).subarray(0, 30), ['Content-Encoding: gzip'])],
    ['zlib', http(codings.zlib(body), ['Content-Encoding: deflate'])],
    ['raw-deflate', http(codings.raw(body), ['Content-Encoding: deflate'])],
    ['deflate-undone', http(body, ['Content-Encoding: deflate'])],
    ['br', http(codings.br(body), ['Content-Encoding: br'])],
    ['br-undone', http(body, ['Content-Encoding: br'])],
    ['zstd', http(codings.zstd(body), ['Content-Encoding: zstd'])],
    ['unknown-coding', http(body, ['Content-Encoding: utf-8'])],
    ['refused-coding', http(body, ['Content-Encoding: compress'])],
  ]
  return [
    ...blocks.map(([name, block]) => warcRecord({ url: `https://made.test/${name}`, block })),
    warcRecord({
      url: 'https://made.test/stacked',
      block: http(chunked(gzipSync(codings.br(body))), [
        'Content-Encoding: br',
        'Content-Encoding: gzip',
        'Transfer-Encoding: chunked',
      ]),
    }),
    warcRecord({
      url: 'https://made.test/chunk-cut-and-said-so',
      more: ['WARC-Truncated: length'],
      block: http(`ff\r\n${body}`, ['Transfer-Encoding: chunked']),
    }),
  ]
}

function arcRecords(): Buffer[] {
  const record = (line: string, block: Buffer | string): Buffer =>
    Buffer.concat([
      Buffer.from(`${line} ${Buffer.byteLength(block)}\n`),
      Buffer.from(block),
      Buffer.from('\n'),
    ])
  return [
    record(
      'filedesc://made.arc 0.0.0.0 20080102030405 text/plain',
      '1 0 Made\nURL IP-address Archive-date ...\n',
    ),
    record(
      'dns:made.test 127.0.0.1 20080102030405 text/dns',
      '20080102030405\nmade.test. 1 IN A 127.0.0.1\n',
    ),
    record(
      'http://made.test/1 127.0.0.1 20080102030405 text/html',
      http('<p>one', ['Content-Type: text/html']),
    ),
    record('http://made.test/with a blank ::1 200801020304 text/html; charset=x', http('<p>two')),
    record(
      'http://made.test/2 127.0.0.1 20080102030405 text/html 200 - - 1234 made.arc',
      http('<p>version two'),
    ),
    record('http://made.test/none 127.0.0.1 20080102030405 text/html', '<p>no status line'),
  ]
}

import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bytesSource, readItems, repeatedSource } from '../../../test/rows-source.ts'
import { html, markdown, text } from './text-file.ts'

describe('formats of one document a file', () => {
  it.each([
    { format: text, contentType: 'text/plain' },
    { format: html, contentType: 'text/html' },
    { format: markdown, contentType: 'text/markdown' },
  ])('$format.name gives the file as it is, as $contentType', async ({ format, contentType }) => {
    const content = Buffer.from('\ufeffa\r\n\xff')
    for (const bytes of [content, gzipSync(content), zstdCompressSync(content)]) {
      const { items, splits } = await readItems(format, bytesSource(bytes, '/x/y'), { targetBytes: 1 })
      expect(splits).toHaveLength(1)
      expect(items).toEqual([
        {
          record: {
            format: format.name,
            position: 0,
            contentType,
            body: expect.anything(),
            fields: { fileName: 'y' },
          },
        },
      ])
      const [item] = items
      expect(item !== undefined && 'record' in item && Buffer.from(item.record.body).equals(content)).toBe(
        true,
      )
    }
  })

  it.each([
    ['/data/my notes.txt.gz', 'my notes.txt'],
    ['file:///data/my%20notes.txt', 'my notes.txt'],
    ['https://host/a/b.txt.zst?token=/x#y', 'b.txt'],
    ['file:///data/100%.txt', '100%.txt'],
    ['C:\\data\\a.txt', 'a.txt'],
  ])('names the file of %s %s', async (uri, fileName) => {
    const { items } = await readItems(text, bytesSource('a', uri))
    expect(items).toMatchObject([{ record: { fields: { fileName } } }])
  })

  it.each([
    { why: 'a cut file', source: bytesSource(gzipSync('abc').subarray(0, -3)), reason: 'cut-gzip' },
    {
      why: 'a damaged file',
      source: bytesSource(Buffer.from([1, 2, 3, 4, 5]), 'x.txt.zst'),
      reason: 'bad-zstd',
    },
    {
      why: 'a large file',
      source: repeatedSource(Buffer.alloc(0), Buffer.alloc(1000, 'a'), 11, Buffer.alloc(0)),
      reason: 'record-too-large',
    },
  ])('takes $why as a failure', async ({ source, reason }) => {
    const { items } = await readItems(text, source, { maxRecordBytes: 10_000 })
    expect(items).toMatchObject([{ failure: { position: 0, reason } }])
  })

  it('gives an empty file, and nothing where it is not wanted', async () => {
    expect((await readItems(text, bytesSource(''))).items).toHaveLength(1)
    expect((await readItems(text, bytesSource('a'), { only: [1] })).items).toEqual([])
  })
})

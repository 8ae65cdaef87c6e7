import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bookFiles, CONTAINER, epubRecord, readEpub, zip } from '../../../test/books-fixture.ts'

const one = bookFiles([['a.xhtml', '<p>One.</p>']])

const reasonOf = async (bytes: Uint8Array, maxRecordBytes?: number): Promise<string> => {
  const item = await readEpub(bytes, maxRecordBytes)
  return 'failure' in item ? item.failure.reason : 'read'
}
const bodyOf = async (files: Record<string, string | Uint8Array>) =>
  JSON.parse(Buffer.from((await epubRecord(zip(files))).body).toString())

describe('epub format', () => {
  it('gives documents in spine order with types, whatever the order in the archive', async () => {
    const files = bookFiles(
      [
        ['z first.xhtml', '<p>1</p>'],
        ['a.xhtml', '<p>2</p>'],
        ['m.xhtml', '<p>3</p>'],
      ],
      {
        navigation:
          '<nav epub:type="toc"><a href="a.xhtml">A</a></nav><nav epub:type="landmarks"><ol><li><a href="a.xhtml#x" epub:type="bodymatter">Start</a></li><li><a href="m.xhtml" epub:type="backmatter endnotes">Notes</a></li><li><a href="a.xhtml#y" epub:type="loi">Plates</a></li></ol></nav>',
        spineProperties: { 'm.xhtml': 'linear="no"' },
      },
    )
    const body = await bodyOf(files)
    expect(
      body.items.map(({ html, ...item }: { html: string }) => ({ ...item, html: /<p>(.)/.exec(html)?.[1] })),
    ).toEqual([
      { href: 'OEBPS/z first.xhtml', type: '', linear: true, html: '1' },
      { href: 'OEBPS/a.xhtml', type: 'bodymatter', linear: true, html: '2' },
      { href: 'OEBPS/m.xhtml', type: 'backmatter endnotes', linear: false, html: '3' },
    ])
  })

  it('takes types from the guide of EPUB 2 and authors by their role', async () => {
    const body = await bodyOf(
      bookFiles(
        [
          ['a.xhtml', '<p>1</p>'],
          ['b.xhtml', '<p>2</p>'],
        ],
        {
          metadata:
            '<dc:title> Of\n Fields </dc:title><dc:creator opf:role="ill">B. Brush</dc:creator><dc:creator opf:role="aut">A. Plough</dc:creator><dc:date opf:event="creation">1990</dc:date><dc:date opf:event="publication">1890</dc:date><dc:language>en</dc:language>',
          guide:
            '<guide><reference type="title-page" href="a.xhtml"/><reference type="text" href="b.xhtml"/></guide>',
        },
      ),
    )
    expect(body.metadata).toEqual({
      title: 'Of Fields',
      creators: ['A. Plough'],
      date: '1890',
      language: 'en',
      subjects: [],
    })
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual(['titlepage', 'bodymatter'])
  })

  it('has no key, one position and its type', async () => {
    const { key, position, contentType } = await epubRecord(zip(one))
    expect({ key, position, contentType }).toEqual({
      key: undefined,
      position: 0,
      contentType: 'application/epub+zip',
    })
  })

  it.each([
    {
      why: 'UTF-16 with a mark',
      bytes: Buffer.concat([
        Buffer.from([0xff, 0xfe]),
        Buffer.from('<html><p>Tübingen</p></html>', 'utf16le'),
      ]),
    },
    { why: 'UTF-16 without a mark', bytes: Buffer.from('<html><p>Tübingen</p></html>', 'utf16le') },
    {
      why: 'a declared encoding',
      bytes: Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><html><p>Tübingen</p></html>', 'latin1'),
    },
  ])('decodes $why', async ({ bytes }) => {
    const body = await bodyOf(bookFiles([['a.xhtml', bytes]]))
    expect(body.items[0].html).toContain('<p>Tübingen</p>')
  })

  it.each([
    { reason: 'bad-zip', bytes: Buffer.from('not a zip'), why: 'another file' },
    { reason: 'bad-zip', bytes: Buffer.alloc(0), why: 'an empty file' },
    { reason: 'bad-zip', bytes: zip(one).subarray(0, 700), why: 'a cut file' },
    { reason: 'bad-epub', bytes: zip({ 'a.txt': 'a' }), why: 'a zip without a container' },
    {
      reason: 'bad-epub',
      bytes: zip({ 'META-INF/container.xml': '<container/>' }),
      why: 'an empty container',
    },
    { reason: 'bad-epub', bytes: zip({ 'META-INF/container.xml': CONTAINER }), why: 'no package document' },
    { reason: 'bad-epub', bytes: zip({ ...one, 'OEBPS/book.opf': '<package/>' }), why: 'no spine' },
    {
      reason: 'bad-epub',
      bytes: zip(Object.fromEntries(Object.entries(one).slice(0, 3))),
      why: 'no documents',
    },
    { reason: 'encrypted', bytes: zip(one, 1), why: 'a password' },
    {
      reason: 'encrypted',
      bytes: zip({
        ...one,
        'META-INF/encryption.xml':
          '<encryption xmlns:enc="x"><enc:EncryptedData><enc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><enc:CipherData><enc:CipherReference URI="OEBPS/a.xhtml"/></enc:CipherData></enc:EncryptedData></encryption>',
      }),
      why: 'digital rights management',
    },
  ])('refuses $why', async ({ reason, bytes }) => {
    expect(await reasonOf(bytes)).toBe(reason)
  })

  it('reads a book whose fonts are obfuscated', async () => {
    const encryption =
      '<encryption><EncryptedData><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/><CipherData><CipherReference URI="OEBPS/a.xhtml"/></CipherData></EncryptedData></encryption>'
    expect(await reasonOf(zip({ ...one, 'META-INF/encryption.xml': encryption }))).toBe('read')
  })

  it('says which documents of the spine are missing and gives the rest', async () => {
    const files = bookFiles([
      ['a.xhtml', '<p>1</p>'],
      ['b.xhtml', '<p>2</p>'],
    ])
    delete files['OEBPS/a.xhtml']
    expect((await epubRecord(zip(files))).fields).toMatchObject({ documents: 1, missing: ['OEBPS/a.xhtml'] })
  })

  it('stops inflating a bomb, also one that hides its size', async () => {
    const bomb = zip(bookFiles([['a.xhtml', 'a'.repeat(5_000_000)]]))
    expect(bomb.length).toBeLessThan(20_000)
    expect(await reasonOf(bomb, 1 << 20)).toBe('record-too-large')
    const size = Buffer.alloc(4)
    size.writeUInt32LE(5_000_000 + (bookFiles([['a.xhtml', '']])['OEBPS/a.xhtml']?.length ?? 0))
    const lying = Buffer.from(bomb)
    let lies = 0
    for (let at = lying.indexOf(size); at !== -1; at = lying.indexOf(size, at + 1), lies++)
      lying.writeUInt32LE(10, at)
    expect(lies).toBe(2)
    expect(await reasonOf(lying, 1 << 20)).toBe('bad-zip')
  })

  it('reads a file larger than the limit by range, without its images', async () => {
    const noise = Buffer.concat(
      Array.from({ length: 2500 }, (_, index) => createHash('sha256').update(`${index}`).digest()),
    )
    const bytes = zip({ ...one, 'OEBPS/i.png': noise })
    expect(bytes.length).toBeGreaterThan(65_536)
    expect(await reasonOf(bytes, 65_536)).toBe('read')
  })

  it('never throws on a damaged file', async () => {
    const bytes = zip(one)
    const reasons = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const damaged = Uint8Array.from(bytes)
        damaged[at] = (damaged[at] ?? 0) ^ mask
        reasons.add(await reasonOf(damaged))
      }),
    )
    expect(reasons).toContain('bad-zip')
  })
})

import { crc32, deflateRawSync } from 'node:zlib'
import { epub } from '../src/formats/epub/epub.ts'
import type { PayloadRecord, ReadItem, Source } from '../src/model/record.ts'

/** A source over bytes in memory. */
export function memorySource(bytes: Uint8Array): Source {
  return {
    uri: 'memory:',
    size: bytes.length,
    etag: '',
    async *read(start, end) {
      yield bytes.subarray(start, end)
    },
  }
}

/** A zip file of deflated entries; `flags` 1 marks every entry as encrypted. */
export function zip(files: Readonly<Record<string, string | Uint8Array>>, flags = 0): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content)
    const packed = deflateRawSync(data)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    local.push(Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, place, Buffer.from(name))
    offset += 30 + Buffer.byteLength(name) + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

export const CONTAINER =
  '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'

/** Files of a small book. Documents are `[name, markup of the body or the whole file]`, in spine order. */
export function bookFiles(
  documents: readonly (readonly [string, string | Uint8Array])[],
  more: {
    metadata?: string
    guide?: string
    navigation?: string
    spineProperties?: Record<string, string>
  } = {},
): Record<string, string | Uint8Array> {
  const items = documents.map(
    ([name], index) =>
      `<item id="d${index}" href="${name.replaceAll(' ', '%20')}" media-type="application/xhtml+xml"/>`,
  )
  const refs = documents.map(
    ([name], index) => `<itemref idref="d${index}" ${more.spineProperties?.[name] ?? ''}/>`,
  )
  const nav =
    more.navigation === undefined
      ? ''
      : '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
  const files: Record<string, string | Uint8Array> = {
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': CONTAINER,
    'OEBPS/book.opf': `<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">${more.metadata ?? '<dc:title>Of Fields</dc:title>'}</metadata><manifest>${items.join('')}${nav}<item id="i" href="i.png" media-type="image/png"/></manifest><spine>${refs.join('')}<itemref idref="i"/></spine>${more.guide ?? ''}</package>`,
  }
  for (const [name, content] of documents)
    files[`OEBPS/${name}`] = typeof content === 'string' ? xhtml(content) : content
  if (more.navigation !== undefined) files['OEBPS/nav.xhtml'] = xhtml(more.navigation)
  return files
}

function xhtml(body: string): string {
  const whole = body.startsWith('<body') ? body : `<body>${body}</body>`
  return `<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>Not text</title></head>${whole}</html>`
}

/** What the format makes of a file. */
export async function readEpub(bytes: Uint8Array, maxRecordBytes = 1 << 25): Promise<ReadItem> {
  const split = { start: 0, end: bytes.length, first: 0 }
  const reading = epub.read(memorySource(bytes), split, {
    options: {},
    maxRecordBytes,
    maxWindowBytes: 1 << 27,
  })
  const items: ReadItem[] = []
  for await (const batch of reading) items.push(...batch)
  const [item] = items
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} items, expected 1`)
  return item
}

/** The record of a file that must be readable. */
export async function epubRecord(bytes: Uint8Array): Promise<PayloadRecord> {
  const item = await readEpub(bytes)
  if (!('record' in item)) throw new Error(JSON.stringify(item))
  return item.record
}

import type { PayloadRecord, ReadFailure, ReadOptions, Source } from '../../model/record.ts'
import { decodeXml } from '../../text/xml.ts'
import { Archive, ArchiveError } from './archive.ts'
import { type BookPackage, encryptedPaths, packagePath, readLandmarks, readPackage } from './package.ts'

/** The record of an EPUB, or why it has none. */
export async function readEpub(
  source: Source,
  { maxRecordBytes, signal }: ReadOptions<unknown>,
): Promise<{ record: PayloadRecord } | { failure: ReadFailure }> {
  let archive: Archive | undefined
  try {
    archive = await Archive.open(source, maxRecordBytes, signal)
    const book = await readBook(archive)
    if (typeof book === 'string') return failure('bad-epub', book)
    return { record: book }
  } catch (error) {
    if (error instanceof ArchiveError) return failure(error.reason, error.message)
    throw error
  } finally {
    archive?.close()
  }
}

function failure(reason: string, detail: string): { failure: ReadFailure } {
  return { failure: { position: 0, reason, detail } }
}

/** The record, or what is missing. */
async function readBook(archive: Archive): Promise<PayloadRecord | string> {
  const container = await archive.read('META-INF/container.xml')
  if (container === undefined) return 'no META-INF/container.xml'
  const path = packagePath(decodeXml(container))
  if (path === undefined) return 'META-INF/container.xml names no package document'
  const opf = await archive.read(path)
  if (opf === undefined) return 'the package document is missing'
  const book = readPackage(decodeXml(opf), path)
  if (book === undefined) return 'the package document has no spine with content documents'
  await refuseEncrypted(archive, book)
  const types = await documentTypes(archive, book)
  const items = []
  const missing = []
  for (const { path: href, linear, navigation } of book.spine) {
    const bytes = await archive.read(href)
    if (bytes === undefined) missing.push(href)
    else
      items.push({ href, type: navigation ? 'toc' : (types.get(href) ?? ''), linear, html: decodeXml(bytes) })
  }
  if (items.length === 0) return 'no document of the spine is in the archive'
  return {
    format: 'epub',
    position: 0,
    contentType: 'application/epub+zip',
    body: Buffer.from(JSON.stringify({ metadata: book.metadata, items })),
    fields: { ...book.metadata, documents: items.length, ...(missing.length > 0 ? { missing } : {}) },
  }
}

async function refuseEncrypted(archive: Archive, book: BookPackage): Promise<void> {
  const bytes = await archive.read('META-INF/encryption.xml')
  if (bytes === undefined) return
  const encrypted = encryptedPaths(decodeXml(bytes))
  const count = book.spine.filter(({ path }) => encrypted.has(path)).length
  if (count > 0)
    throw new ArchiveError('encrypted', `${count} of ${book.spine.length} documents are encrypted`)
}

async function documentTypes(archive: Archive, book: BookPackage): Promise<ReadonlyMap<string, string>> {
  const bytes = book.navigation === undefined ? undefined : await archive.read(book.navigation)
  if (bytes === undefined || book.navigation === undefined) return book.guide
  const landmarks = readLandmarks(decodeXml(bytes), book.navigation)
  return landmarks.size > 0 ? landmarks : book.guide
}

import { z } from 'zod'
import {
  defineFormat,
  type Format,
  type ReadItem,
  type ReadOptions,
  type Source,
} from '../../model/record.ts'
import { decompressedWhole } from '../compression/compression.ts'
import { compressible } from '../compression/endings.ts'
import { Damage } from '../source/byte-window.ts'

const noOptions = z.strictObject({})

/** Plain text: one record a file. */
export const text = oneFile('text', 'text/plain', 'Plain text, one document a file', ['.txt', '.text'])

/** Web pages saved as files: one record a file. */
export const html = oneFile('html', 'text/html', 'Web pages, one document a file', [
  '.html',
  '.htm',
  '.xhtml',
])

/** Markdown: one record a file. */
export const markdown = oneFile('markdown', 'text/markdown', 'Markdown, one document a file', [
  '.md',
  '.markdown',
  '.mdx',
])

/**
 * A format of one record a file, at position 0, whose body is the file; plain, .gz or .zst. Without a
 * key, since names of files are no identity. `fields.fileName` is the name without folders and compression.
 *
 * Reasons: `record-too-large`, and what the compression says of damage.
 */
function oneFile(
  name: string,
  contentType: string,
  description: string,
  endings: readonly string[],
): Format<typeof noOptions> {
  return defineFormat({
    name,
    revision: 1,
    description,
    extensions: compressible(...endings),
    options: noOptions,
    split: async (source) => [{ start: 0, end: source.size, first: 0 }],
    async *read(source, split, options) {
      const wanted = options.only === undefined || options.only.includes(0)
      if (wanted && split.start === 0) yield [await readFile(source, options, name, contentType)]
      return { next: source.size }
    },
  })
}

async function readFile(
  source: Source,
  { maxRecordBytes, maxWindowBytes, signal }: ReadOptions<unknown>,
  format: string,
  contentType: string,
): Promise<ReadItem> {
  try {
    const body = await decompressedWhole(source, { maxBytes: maxRecordBytes, maxWindowBytes, signal })
    if (body !== undefined) {
      return {
        record: { format, position: 0, contentType, body, fields: { fileName: fileName(source.uri) } },
      }
    }
    return failure('record-too-large', `the file's content is above the limit of ${maxRecordBytes} bytes`)
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    return failure(error.reason, error.message)
  }
}

function failure(reason: string, detail: string): ReadItem {
  return { failure: { position: 0, reason, detail } }
}

function fileName(uri: string): string {
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(uri)
  const path = isUrl ? uri.replace(/[?#].*$/s, '') : uri
  const name = (path.split(/[\\/]/).at(-1) ?? '').replace(/\.(?:gz|zst)$/i, '')
  if (!isUrl) return name
  try {
    return decodeURIComponent(name)
  } catch (error) {
    if (error instanceof URIError) return name
    throw error
  }
}

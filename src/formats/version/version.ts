import { z } from 'zod'
import type { Json } from '../../model/document.ts'
import { defineFormat, type PayloadRecord, type ReadItem } from '../../model/record.ts'
import { parquet } from '../parquet/parquet.ts'

const options = z.strictObject({})
const AS_THEY_ARE = parquet.options.parse({})

/**
 * The kept documents of a version of the store. Position: number of the row in its shard. A document keeps its id, so that what
 * becomes of it can be followed from version to version.
 *
 * Reasons are those of `parquet`, and `no-document`: a row without an id and a text.
 */
export const version = defineFormat({
  name: 'version',
  revision: 1,
  description: 'Documents of a version of the store: its files are NAME, NAME@NUMBER or NAME@TAG',
  extensions: [],
  options,
  split: (source, _options, targetBytes) => parquet.split(source, AS_THEY_ARE, targetBytes),
  async *read(source, split, readOptions) {
    const rows = parquet.read(source, split, { ...readOptions, options: AS_THEY_ARE })
    for (;;) {
      const next = await rows.next()
      if (next.done) return next.value
      yield next.value.map((item) => ('record' in item ? documentOf(item.record) : item))
    }
  },
})

function documentOf(row: PayloadRecord): ReadItem {
  const { position, fields } = row
  const { id, text, url, meta } = fields
  if (typeof id !== 'string' || typeof text !== 'string') {
    return { failure: { position, reason: 'no-document', detail: 'the row has no id or no text' } }
  }
  return {
    record: {
      format: 'version',
      position,
      id,
      key: id,
      ...(typeof url === 'string' ? { url } : {}),
      body: Buffer.from(text),
      fields: { text, meta: metaOf(meta) },
    },
  }
}

/** Meta is a column of JSON: text to some readers. */
function metaOf(meta: Json | undefined): Json {
  return typeof meta === 'string' ? (JSON.parse(meta) as Json) : (meta ?? {})
}

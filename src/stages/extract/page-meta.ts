import type { Extraction } from '../../html/extraction.ts'
import type { Meta } from '../../model/document.ts'

/** What a page says of itself, for a document's `meta`. */
export function pageMeta({ text: _, markdown: __, blocks: ___, charset: ____, ...said }: Extraction): Meta {
  return said
}

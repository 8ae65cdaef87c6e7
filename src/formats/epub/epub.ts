import { z } from 'zod'
import { defineFormat } from '../../model/record.ts'

/**
 * EPUB 2 and 3: one record a file, at position 0.
 *
 * The body is JSON: `metadata` (Dublin Core) and `items`, the content documents in spine order, each
 * {href, type, linear, html}. `type` holds what landmarks, guide and manifest say of the document, in
 * the words of `epub:type`; what its own markup says is left to the stage. `bodymatter` there marks
 * where the text begins.
 *
 * There is no natural key: identifiers of books are reused over editions and copied between files, so
 * equal files are found by their bytes and equal texts by deduplication.
 *
 * Reasons: `bad-zip`, `bad-epub` (no container, package or content), `encrypted`, `record-too-large`
 * (the documents together inflate past the limit). Images and fonts are never inflated.
 */
export const epub = defineFormat({
  name: 'epub',
  revision: 1,
  description: 'EPUB 2 and 3 books, one record a book',
  extensions: ['.epub'],
  options: z.strictObject({}),
  async split(source) {
    return [{ start: 0, end: source.size, first: 0 }]
  },
  async *read(source, split, options) {
    const wanted = options.only === undefined || options.only.includes(0)
    if (wanted && split.start === 0) {
      // Behind it are readers of zip and XML that other formats need not load.
      const { readEpub } = await import('./read-epub.ts')
      yield [await readEpub(source, options)]
    }
    return { next: source.size }
  },
})

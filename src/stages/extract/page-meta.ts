import type { Extraction } from '../../html/extraction.ts'
import type { Meta } from '../../model/document.ts'

/** What a page says of itself, under the names that documents of every origin have in `meta`. */
export function pageMeta(page: Extraction): Meta {
  const { text: _, markdown: __, blocks: ___, charset, authors, published, siteName, ...same } = page
  return {
    ...same,
    ...(authors === undefined ? {} : { author: authors.join('; ') }),
    ...(published === undefined ? {} : { date: published }),
    ...(siteName === undefined ? {} : { site: siteName }),
    ...(charset === 'utf-8' ? {} : { charset }),
  }
}

import { utf8Of } from '../text/charset.ts'
import type { Extraction, ExtractOptions } from './extraction.ts'
import { createChooser } from './main-blocks.ts'
import { readMetadata } from './metadata/metadata.ts'
import { createReader } from './reader.ts'
import { contentBlocks } from './render/content-blocks.ts'
import { markdown } from './render/markdown.ts'
import { plainText } from './render/plain-text.ts'

/** An article in a page's linked data is taken where it says this much more than the page's own text. */
const ENOUGH = 250
const TIMES = 2

/** Reads one page after another. Not to be called by two at a time, which one thread cannot do. */
export type Extractor = (bytes: Uint8Array, options?: ExtractOptions) => Extraction

/**
 * Makes an extractor: it unpacks the model and holds the arrays that pages are read into, which grow with the
 * largest page. Nothing of a page is kept for the next.
 */
export function createExtractor(): Extractor {
  const read = createReader()
  const choose = createChooser()
  return (bytes, options = {}) => {
    const {
      url = '',
      contentType,
      preset = 'balanced',
      comments = false,
      links = false,
      format = 'text',
    } = options
    const declared = /charset\s*=\s*["']?([^\s"';,]{1,40})/i.exec(contentType ?? '')?.[1]
    const utf8 = utf8Of(bytes, { html: true, ...(declared === undefined ? {} : { declared }) })
    const page = read(utf8.bytes, url)
    const {
      articleBody,
      hasArticleBody: _,
      ...metadata
    } = readMetadata(page.sources, page.states, url === '' ? undefined : url)
    const kept = choose(page, preset, comments)
    const baseUrl = url === '' ? {} : { baseUrl: url }
    let blocks = contentBlocks(page.tree, page.states, page.blocks, kept, {
      spans: format !== 'text',
      links: links && format !== 'text',
      ...baseUrl,
    })
    let text = plainText(blocks)
    if (
      articleBody !== undefined &&
      articleBody.length > ENOUGH &&
      articleBody.length > TIMES * text.length
    ) {
      blocks = paragraphsOf(articleBody)
      text = plainText(blocks)
    }
    return {
      text,
      ...(format === 'text' ? {} : { markdown: markdown(blocks) }),
      ...(format === 'json' ? { blocks } : {}),
      ...metadata,
      charset: utf8.charset,
    }
  }
}

function paragraphsOf(text: string): { readonly type: 'paragraph'; readonly text: string }[] {
  return text
    .split(/\n+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ type: 'paragraph', text: line }))
}

let shared: Extractor | undefined

/**
 * The main content of an HTML page and what the page says of itself.
 *
 * A page is read as a tolerant reader would, its text is cut into blocks, and a model trained on pages that
 * people labelled tells which of them are main content: not menus, not teasers, not furniture. No input throws;
 * time is linear in the length. The model is unpacked at the first call, and shared by later ones.
 */
export function extract(bytes: Uint8Array, options: ExtractOptions = {}): Extraction {
  shared ??= createExtractor()
  return shared(bytes, options)
}

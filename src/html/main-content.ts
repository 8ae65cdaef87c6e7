import { type Metadata, readMetadata } from './metadata.ts'
import { type Page, readPage } from './page.ts'
import { renderBlocks } from './render.ts'
import { scorePage } from './score.ts'

export interface MainContent extends Metadata {
  /** Blocks parted by a blank line. Never empty. */
  readonly text: string
}

/** A text with fewer characters is tried again with less strictness. */
const ENOUGH = 250

/**
 * The main text of an HTML page, and what the page says of itself; `undefined` where it holds no text.
 *
 * A plain extractor: blocks are scored by the text in them that is no link, class names and landmarks
 * that speak of menus and comments count against a block unless most of the page is in it, and the
 * smallest block that holds most of the score is taken. Pages that give little are read again with fewer
 * doubts, and from their linked data. O(length); no input throws.
 */
export function mainContent(html: string, options: { url?: string } = {}): MainContent | undefined {
  const page = readPage(html)
  const metadata = readMetadata(page, options.url)
  const text = bestText(page, metadata.articleBody)
  if (text === '') return undefined
  const { articleBody: _, ...shown } = metadata
  return { text, ...shown }
}

function bestText(page: Page, articleBody: string | undefined): string {
  const scores = scorePage(page, 'hints')
  let text = renderBlocks(page, scores, { maxLinkRatio: 0.5 })
  if (articleBody !== undefined && articleBody.length > ENOUGH && articleBody.length > 2 * text.length) {
    return articleBody
  }
  if (text.length >= ENOUGH) return text
  const relaxed = renderBlocks(page, scorePage(page, 'menus'), { maxLinkRatio: 0.5 })
  if (relaxed.length > 2 * text.length) text = relaxed
  if (text !== '') return text
  return renderBlocks(page, scorePage(page, 'none'), { maxLinkRatio: 1 })
}

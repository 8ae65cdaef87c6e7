import type { Metadata } from './page-metadata.ts'

/** How much doubt a page's text is given: `precision` leaves more out, `recall` less. */
export type Preset = 'precision' | 'balanced' | 'recall'

export interface ExtractOptions {
  /** Where the page was found: makes relative links absolute, and tells something of its kind. */
  readonly url?: string
  /** As HTTP said it: tells the character set. */
  readonly contentType?: string
  /**
   * What is made beside the plain text: `markdown` as well, or with `json` Markdown and blocks. `text` when not
   * given, which costs least.
   */
  readonly format?: 'text' | 'markdown' | 'json'
  /** `balanced` when not given. */
  readonly preset?: Preset
  /** Keep what readers wrote below an article. The posts of a forum are its main content, and always kept. False when not given. */
  readonly comments?: boolean
  /** Keep the targets of links in Markdown and in blocks. False when not given. */
  readonly links?: boolean
}

/** One block of a page's main content, in the order of the page. */
export type ContentBlock =
  | { readonly type: 'paragraph'; readonly text: string }
  | { readonly type: 'heading'; readonly level: 1 | 2 | 3 | 4 | 5 | 6; readonly text: string }
  | { readonly type: 'item'; readonly depth: number; readonly ordinal?: number; readonly text: string }
  | { readonly type: 'quote'; readonly depth: number; readonly text: string }
  | { readonly type: 'code'; readonly language?: string; readonly text: string }
  | { readonly type: 'table'; readonly rows: readonly (readonly string[])[]; readonly hasHeader: boolean }

export interface Extraction extends Metadata {
  /** Plain text: blocks parted by a blank line, list items by a line's end. Empty where the page holds no text. */
  readonly text: string
  /** There when `format` is `markdown` or `json`. */
  readonly markdown?: string
  /** There when `format` is `json`. */
  readonly blocks?: readonly ContentBlock[]
  /** What the bytes were in: a name of the Encoding Standard, lower case. */
  readonly charset: string
}

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

/** A styled part of a text. Spans are in order, do not overlap, and begin and end with no space. */
export interface Span {
  /** Offsets into the text: the first character, and the one behind the last. */
  readonly from: number
  readonly to: number
  readonly bold?: true
  readonly italic?: true
  readonly code?: true
  /** Target of a link. */
  readonly href?: string
}

/** A text with single spaces; its lines end where the page says so (`br`). */
export interface InlineText {
  readonly text: string
  /** Made only on demand, and absent where nothing is styled. */
  readonly spans?: readonly Span[]
}

/** A list item, 1 the outermost depth. A further block of the same item `continues` it and bears no marker. */
export interface ItemBlock extends InlineText {
  readonly type: 'item'
  readonly depth: number
  /** Number in an ordered list. */
  readonly ordinal?: number
  readonly continues?: true
}

/** A table of data. Every row has as many cells as the widest; a cell is one line. */
export interface TableBlock {
  readonly type: 'table'
  readonly rows: readonly (readonly string[])[]
  /** Spans of the cells, row by row; made only on demand. */
  readonly spans?: readonly (readonly (readonly Span[])[])[]
  /** The first row names the columns. */
  readonly hasHeader: boolean
}

/** Preformatted text, with its white space as it stands. */
export interface CodeBlock {
  readonly type: 'code'
  readonly language?: string
  readonly text: string
}

/** One block of a page's main content, in the order of the page. */
export type ContentBlock =
  | (InlineText & { readonly type: 'paragraph' })
  | (InlineText & { readonly type: 'heading'; readonly level: 1 | 2 | 3 | 4 | 5 | 6 })
  | ItemBlock
  /** A `dt` and a `dd`. */
  | (InlineText & { readonly type: 'term' | 'definition' })
  | (InlineText & { readonly type: 'quote'; readonly depth: number })
  | CodeBlock
  | TableBlock

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

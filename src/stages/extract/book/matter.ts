import type { ChapterText } from '../../../text/chapters.ts'

/** What a content document is to the book. */
export type Matter = 'text' | 'notes' | 'cut'

/**
 * Words of `epub:type` for what a publisher puts around a text. Such parts are always cut.
 *
 * @see EPUB 3 Structural Semantics Vocabulary 1.1, and Standard Ebooks' additions (imprint, uncopyright).
 */
// biome-ignore format: one line a group
const APPARATUS = [
  'cover', 'titlepage', 'halftitle', 'halftitlepage', 'imprint', 'imprimatur', 'colophon', 'copyright',
  'copyright-page', 'uncopyright', 'seriespage', 'other-credits', 'contributors', 'errata', 'revision-history',
  'toc', 'toc-brief', 'landmarks', 'page-list', 'loi', 'lot', 'loa', 'lov', 'index', 'bibliography', 'keywords',
  'dedication', 'acknowledgments', 'advertisement', 'ad', 'doc-toc', 'doc-index', 'doc-pagelist', 'doc-colophon',
  'doc-credits', 'doc-bibliography', 'doc-dedication', 'doc-acknowledgments', 'doc-errata', 'doc-cover',
]

/** Words for prose before and after the text: cut unless `prefaces` is set. */
// biome-ignore format: one line a group
const PREFACES = [
  'frontmatter', 'backmatter', 'foreword', 'preface', 'preamble', 'afterword', 'doc-foreword', 'doc-preface',
  'doc-afterword',
]

const APPARATUS_SET: ReadonlySet<string> = new Set(APPARATUS)
const ALL_SET: ReadonlySet<string> = new Set([...APPARATUS, ...PREFACES])

/** Words of `epub:type` whose elements are left out of a book's text. */
export function cutTypes(prefaces: boolean): ReadonlySet<string> {
  return prefaces ? APPARATUS_SET : ALL_SET
}

const NOTES = new Set(['endnotes', 'footnotes', 'rearnotes', 'endnote', 'footnote'])
/** Words by which a document says that it belongs to the text; then its headings are not judged. */
const TEXT = new Set(['bodymatter', 'chapter', 'part', 'volume', 'prologue', 'epilogue', 'conclusion'])

const NOTES_HEADING = /^(?:foot|end)?notes?$/
const CUT_HEADING =
  /^(?:(?:table of )?contents|title page|half title|cover|copyright(?: page| notice)?|imprint|colophon|uncopyright|(?:list of )?(?:illustrations|plates|tables|figures|maps)|(?:general |subject )?index|dedication|acknowledge?ments|about the (?:author|publisher)s?|(?:also|other (?:books|titles|works)|books|more) by .{1,60}|advertisements?|transcribers? notes?|landmarks)$/
const COPYRIGHT = /all rights reserved|\bISBN\b|(?:copyright|©)\s*(?:©|\(c\)|by|\d{4})/i

/** Words up to which a document without a mark may be a copyright page or a title page. */
const COPYRIGHT_WORDS = 600
const TITLE_WORDS = 40

/**
 * Judges a content document by what the package says of it (`types`), what it says itself, and, where
 * neither says anything, by its heading, its links and the words of a copyright page.
 *
 * A heading alone is weak: `Introduction` may be the first chapter. Only headings that no text carries
 * count.
 */
export function matterOf(
  types: readonly string[],
  chapter: ChapterText,
  book: { readonly cut: ReadonlySet<string>; readonly title: string; readonly index: number },
): Matter {
  const all = [...types, ...chapter.types]
  if (types.some((type) => NOTES.has(type))) return 'notes'
  const own = types.filter((type) => type !== 'bodymatter')
  if (own.some((type) => book.cut.has(type))) return 'cut'
  if (all.some((type) => TEXT.has(type)) || chapter.chapters > 0) return 'text'
  const heading = plain(chapter.heading ?? '')
  if (NOTES_HEADING.test(heading)) return 'notes'
  if (CUT_HEADING.test(heading)) return 'cut'
  if (chapter.linkRatio > 0.7 && chapter.blocks.length >= 5) return 'cut'
  const text = chapter.blocks.join(' ')
  const words = text.split(/\s+/).length
  if (words <= COPYRIGHT_WORDS && COPYRIGHT.test(text)) return 'cut'
  const titled = book.title !== '' && plain(text).includes(plain(book.title))
  return book.index < 3 && words <= TITLE_WORDS && titled ? 'cut' : 'text'
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
}

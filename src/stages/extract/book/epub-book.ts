import { z } from 'zod'
import type { Meta } from '../../../model/document.ts'
import { type ChapterText, readChapter } from '../../../text/chapters.ts'
import { cutTypes, matterOf } from './matter.ts'

/** A book as text: blocks in order, notes apart. */
export interface BookText {
  readonly blocks: readonly string[]
  readonly notes: readonly string[]
  readonly chapters: number
  readonly meta: Meta
}

/** What the format `epub` puts into a record's body. */
const epubBody = z.object({
  metadata: z.record(z.string(), z.json()),
  items: z.array(z.object({ href: z.string(), type: z.string(), linear: z.boolean(), html: z.string() })),
})

type Item = z.output<typeof epubBody>['items'][number]

/** Makes a book of an EPUB record's body; a string says why it cannot be one. */
export function readEpubBook(body: Uint8Array, prefaces: boolean): BookText | 'bad-epub' | 'too-deep' {
  const parsed = epubBody.safeParse(parseJson(body))
  if (!parsed.success) return 'bad-epub'
  const { metadata, items } = parsed.data
  const title = typeof metadata['title'] === 'string' ? metadata['title'] : ''
  const cut = cutTypes(prefaces)
  const blocks: string[] = []
  const notes: string[] = []
  let chapters = 0
  for (const [index, item] of textItems(items, prefaces)) {
    const chapter = readChapter(item.html, { cut })
    if (chapter === undefined) return 'too-deep'
    const matter = matterOf(words(item.type), chapter, { cut, title, index })
    if (matter !== 'cut') notes.push(...chapter.notes)
    if (matter === 'notes') notes.push(...withoutHeading(chapter))
    if (matter !== 'text' || chapter.blocks.length === 0) continue
    blocks.push(...chapter.blocks)
    chapters += Math.max(1, chapter.chapters)
  }
  return { blocks, notes, chapters, meta: metadataOf(metadata) }
}

/**
 * Documents of the reading order with their numbers, from the one at which the book says that its text
 * begins. A mark in the second half is not believed, and documents out of the linear order are
 * auxiliary.
 */
function textItems(items: readonly Item[], prefaces: boolean): readonly (readonly [number, Item])[] {
  const marked = items.findIndex(({ type }) => words(type).includes('bodymatter'))
  const start = prefaces || marked === -1 || marked > items.length / 2 ? 0 : marked
  return [...items.entries()].filter(([index, { linear }]) => linear && index >= start)
}

function withoutHeading(chapter: ChapterText): readonly string[] {
  return chapter.blocks.filter((block) => block !== chapter.heading)
}

function metadataOf(metadata: Readonly<Record<string, z.output<ReturnType<typeof z.json>>>>): Meta {
  const { title, creators, language, date, rights } = metadata
  const author = Array.isArray(creators) ? creators.filter((name) => typeof name === 'string').join('; ') : ''
  const day =
    typeof date === 'string' ? /^\d{4}(?:-\d{2}(?:-\d{2}(?:T[\d:.]+Z)?)?)?$/.exec(date)?.[0] : undefined
  return {
    ...(typeof title === 'string' ? { title } : {}),
    ...(author === '' ? {} : { author }),
    ...(typeof language === 'string' ? { language } : {}),
    ...(day === undefined ? {} : { date: day }),
    ...(typeof rights === 'string' ? { licence: licenceOf(rights) } : {}),
  }
}

/** The Creative Commons licence that a statement of rights names by URL, else its first 300 characters. */
function licenceOf(rights: string): string {
  return /https?:\/\/creativecommons\.org\/[\w./-]{1,80}/.exec(rights)?.[0] ?? rights.slice(0, 300)
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

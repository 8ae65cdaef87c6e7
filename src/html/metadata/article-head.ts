import { AttributeCursor, attributeText } from '../attributes.ts'
import { nodeText } from '../node-text.ts'
import { TAG, TEXT } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { authorNames, isPersonName } from './author-names.ts'
import { cleanValue } from './clean-value.ts'
import { elementText } from './element-text.ts'
import { mayBeByline, mayNameSource } from './head-signs.ts'
import { isoDate } from './iso-date.ts'

const TIME = TAG['time'] as number

/** Nodes before and behind the heading that are looked at. */
const NODES_BEFORE = 40
const NODES_BEHIND = 150
/** Bytes of a text that may be a date or a line of authors; longer ones are sentences. */
const MAX_LINE = 160
/** Bytes of an attribute that are read. */
const MAX_ATTRIBUTE = 300

/** What readers see around an article's heading. */
export interface ArticleHead {
  readonly authors: readonly string[]
  readonly published: string | undefined
  readonly modified: string | undefined
}

const AUTHOR = /(?:^|\s)author(?:\s|$)/
/** {@link mayNameSource} and {@link mayBeByline} know the first letters of these words: they change together. */
const AUTHOR_CLASS =
  /(?:^|[\s_-])(?:authors?|by-?lines?|autor(?:en|es)?|auteurs?|autore|verfasser|writers?|authorname|author_name)(?:$|[\s]|[_-]{1,2}(?:names?|links?|title|text|wrapper|list|item|url|vcard|heading|label|line|meta|value)(?:$|[\s_-]))/i
const NOT_AUTHOR_CLASS =
  /bio|avatar|image|img|photo|social|follow|comment|description|related|share|icon|job/i
const DATE_CLASS =
  /(?:^|[\s_-])(?:dates?|datetime|published|publish|posted|timestamp|pubdate|time|datum|fecha|data|updated|modified|lastmod|dateline|pub-date|post-date)(?:$|[\s_-])/i
const UPDATED =
  /updat|modif|aktualisiert|geändert|änderung|actualiz|mise? à jour|màj|aggiorna|bijgewerkt|atualiza|edited|revis|review|更新|수정/i
const BY_WORD =
  /^(?:(?:(?:written|posted|reported|published|words|story|article) )?by|von|par|por|di|door|av|af|autor(?:in|en)?|authors?|auteurs?|verfasst von|geschrieben von|written by|作者|記者|记者|文|بقلم)\s?(?:[:/]?(?:\s|$)|[：／]|(?<=[\p{Lo}])[:/])/iu

/**
 * Reads authors and dates that stand around a heading: elements with the class or the relation of an author, lines as
 * `By Ann Lee`, `time` elements and short texts with a date. Names must look like names of persons. O(1) in the length
 * of the page.
 */
export function readArticleHead(tree: Tree, heading: number, language: string | undefined): ArticleHead {
  return readAround(heading, new HeadReader(tree, language, true))
}

/** Reads authors alone, in the same places. */
export function readHeadAuthors(tree: Tree, heading: number): readonly string[] {
  return readAround(heading, new HeadReader(tree, undefined, false)).authors
}

function readAround(heading: number, reader: HeadReader): ArticleHead {
  const { tree } = reader
  const { size, end } = tree
  const behind = end[heading] as number
  reader.read(behind, Math.min(size, behind + NODES_BEHIND), true)
  // Mastheads show the day of reading: before the heading, only what is marked as a date is one.
  if (!reader.isComplete) reader.read(Math.max(1, heading - NODES_BEFORE), heading, false)
  return reader
}

class HeadReader implements ArticleHead {
  authors: readonly string[] = []
  published: string | undefined
  modified: string | undefined
  readonly tree: Tree
  readonly #language: string | undefined
  readonly #cursor = new AttributeCursor()
  #classes = ''
  #isAuthor = false
  #datetime: string | undefined

  readonly #withDates: boolean

  constructor(tree: Tree, language: string | undefined, withDates: boolean) {
    this.tree = tree
    this.#language = language
    this.#withDates = withDates
  }

  get isComplete(): boolean {
    return this.authors.length > 0 && (!this.#withDates || this.published !== undefined)
  }

  read(from: number, to: number, readsText: boolean): void {
    const { tag } = this.tree
    for (let node = from; node < to && !this.isComplete; node++) {
      if (tag[node] !== TEXT) this.#readElement(node)
      else if (readsText) this.#readText(node)
    }
  }

  #readElement(node: number): void {
    const isTime = this.tree.tag[node] === TIME
    this.#readAttributes(node, isTime)
    const isAuthor =
      this.#isAuthor || (AUTHOR_CLASS.test(this.#classes) && !NOT_AUTHOR_CLASS.test(this.#classes))
    if (isAuthor && this.authors.length === 0) this.#takeAuthors(elementText(this.tree, node))
    if (this.#withDates && (isTime || DATE_CLASS.test(this.#classes))) {
      const text = this.#datetime ?? elementText(this.tree, node)
      if (text.length <= MAX_LINE) this.#takeDate(text, this.#classes)
    }
  }

  #readAttributes(node: number, isTime: boolean): void {
    const { bytes, from, to } = this.tree
    const cursor = this.#cursor
    this.#classes = ''
    this.#isAuthor = false
    this.#datetime = undefined
    cursor.start(bytes, from[node] as number, to[node] as number)
    while (cursor.next()) {
      const initial = (bytes[cursor.nameFrom] as number) | 32
      if (initial === 0x63) {
        if (cursor.isNamed('class') && (isTime || this.#mayNameSource())) this.#classes = this.#value()
      } else if (initial === 0x72 || initial === 0x69) {
        if (cursor.isNamed('rel') || cursor.isNamed('itemprop')) this.#isAuthor ||= AUTHOR.test(this.#value())
      } else if (initial === 0x64 && cursor.isNamed('datetime')) this.#datetime = this.#value()
    }
  }

  #mayNameSource(): boolean {
    const { valueFrom, valueTo } = this.#cursor
    const stop = Math.min(valueTo, valueFrom + MAX_ATTRIBUTE)
    return mayNameSource(this.tree.bytes, valueFrom, stop, this.#withDates)
  }

  #value(): string {
    const { valueFrom, valueTo } = this.#cursor
    return attributeText(this.tree.bytes, valueFrom, Math.min(valueTo, valueFrom + MAX_ATTRIBUTE))
  }

  #readText(node: number): void {
    const { bytes, from, to, tag, size } = this.tree
    const start = from[node] as number
    const stop = to[node] as number
    if (stop - start > MAX_LINE || !mayBeByline(bytes, start, stop, this.#withDates)) return
    const text = cleanValue(nodeText(this.tree, node))
    if (text === undefined) return
    if (this.#withDates && text.length <= 60 && /\d{4}|[٠-٩]{4}/.test(text)) this.#takeDate(text, '')
    if (this.authors.length > 0) return
    const by = BY_WORD.exec(text)
    if (by === null) return
    if (by[0].length < text.length) this.#takeAuthors(text)
    else {
      // The name stands in a link of its own.
      let next = node + 1
      while (next < size && next < node + 5 && tag[next] !== TEXT) next++
      if (tag[next] === TEXT && next < size) this.#takeAuthors(nodeText(this.tree, next))
    }
  }

  #takeAuthors(text: string): void {
    if (text.length > 2 * MAX_LINE) return
    const names = authorNames([text])
    const end = names.findIndex((name) => !isPersonName(name))
    this.authors = end < 0 ? names : names.slice(0, end)
  }

  #takeDate(text: string, classes: string): void {
    const date = isoDate(text, { language: this.#language })
    if (date === undefined || date < '1990') return
    if (UPDATED.test(classes) || UPDATED.test(text)) this.modified ??= date
    else this.published ??= date
  }
}

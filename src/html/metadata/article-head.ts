import { AttributeCursor, attributeText } from '../attributes.ts'
import { nodeText } from '../node-text.ts'
import { TAG, TEXT } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { authorNames, isPersonName } from './author-names.ts'
import { cleanValue } from './clean-value.ts'
import { elementText } from './element-text.ts'
import { isoDate } from './iso-date.ts'

const TIME = TAG['time'] as number

/** Nodes before and behind the heading that are looked at. */
const NODES_BEFORE = 40
const NODES_BEHIND = 150
/** Bytes of a text that may be a date or a line of authors; longer ones are sentences. */
const MAX_LINE = 160

/** What readers see around an article's heading. */
export interface ArticleHead {
  readonly authors: readonly string[]
  readonly published: string | undefined
  readonly modified: string | undefined
}

const AUTHOR_CLASS =
  /(?:^|[\s_-])(?:authors?|by-?lines?|autor(?:en|es)?|auteurs?|autore|verfasser|writers?|authorname|author_name)(?:$|[\s]|[_-]{1,2}(?:names?|links?|title|text|wrapper|list|item|url|vcard|heading|label|line|meta|value)(?:$|[\s_-]))/i
const NOT_AUTHOR_CLASS =
  /bio|avatar|image|img|photo|social|follow|comment|description|related|share|icon|job/i
const DATE_CLASS =
  /(?:^|[\s_-])(?:dates?|datetime|published|publish|posted|timestamp|pubdate|time|datum|fecha|data|updated|modified|lastmod|dateline|pub-date|post-date)(?:$|[\s_-])/i
const UPDATED =
  /updat|modif|aktualisiert|geändert|änderung|actualiz|mise? à jour|màj|aggiorna|bijgewerkt|atualiza|edited|revis|review|更新|수정/i
const BY_WORD =
  /^(?:(?:(?:written|posted|reported|published|words|story|article) )?by|von|par|por|di|door|av|af|autor(?:in|en)?|authors?|auteurs?|verfasst von|geschrieben von|written by|作者|記者|文)\s?[:：/／]?(?:\s|$)/iu

/**
 * Reads authors and dates that stand around a heading: elements with the class or the relation of an author, lines as
 * `By Ann Lee`, `time` elements and short texts with a date. Names must look like names of persons. O(1) in the length
 * of the page.
 */
export function readArticleHead(tree: Tree, heading: number, language: string | undefined): ArticleHead {
  const reader = new HeadReader(tree, language)
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
  readonly #tree: Tree
  readonly #language: string | undefined
  readonly #cursor = new AttributeCursor()
  #classes = ''
  #isAuthor = false
  #datetime: string | undefined

  constructor(tree: Tree, language: string | undefined) {
    this.#tree = tree
    this.#language = language
  }

  get isComplete(): boolean {
    return this.authors.length > 0 && this.published !== undefined
  }

  read(from: number, to: number, readsText: boolean): void {
    const { tag } = this.#tree
    for (let node = from; node < to && !this.isComplete; node++) {
      if (tag[node] !== TEXT) this.#readElement(node)
      else if (readsText) this.#readText(node)
    }
  }

  #readElement(node: number): void {
    const { tag } = this.#tree
    this.#readAttributes(node)
    const isAuthor =
      this.#isAuthor || (AUTHOR_CLASS.test(this.#classes) && !NOT_AUTHOR_CLASS.test(this.#classes))
    if (isAuthor && this.authors.length === 0) this.#takeAuthors(elementText(this.#tree, node))
    if (tag[node] === TIME || DATE_CLASS.test(this.#classes)) {
      const text = this.#datetime ?? elementText(this.#tree, node)
      if (text.length <= MAX_LINE) this.#takeDate(text, this.#classes)
    }
  }

  #readAttributes(node: number): void {
    const { bytes, from, to } = this.#tree
    const cursor = this.#cursor
    this.#classes = ''
    this.#isAuthor = false
    this.#datetime = undefined
    cursor.start(bytes, from[node] as number, to[node] as number)
    while (cursor.next()) {
      const value = () =>
        attributeText(bytes, cursor.valueFrom, Math.min(cursor.valueTo, cursor.valueFrom + 300))
      if (cursor.isNamed('class')) this.#classes = value()
      else if (cursor.isNamed('rel') || cursor.isNamed('itemprop')) {
        if (/(?:^|\s)author(?:\s|$)/.test(value())) this.#isAuthor = true
      } else if (cursor.isNamed('datetime')) this.#datetime = value()
    }
  }

  #readText(node: number): void {
    const { bytes, from, to, tag, size } = this.#tree
    const stop = to[node] as number
    if (stop - (from[node] as number) > MAX_LINE || !mayTell(bytes, from[node] as number, stop)) return
    const text = cleanValue(nodeText(this.#tree, node))
    if (text === undefined) return
    if (/\d{4}|[٠-٩]{4}/.test(text)) {
      if (text.length <= 60) this.#takeDate(text, '')
    }
    if (this.authors.length > 0) return
    const by = BY_WORD.exec(text)
    if (by === null) return
    if (by[0].length < text.length) this.#takeAuthors(text)
    else {
      // The name stands in a link of its own.
      let next = node + 1
      while (next < size && next < node + 5 && tag[next] !== TEXT) next++
      if (tag[next] === TEXT && next < size) this.#takeAuthors(nodeText(this.#tree, next))
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

/** Whether a text holds two digits in a row, or begins as one of the words for `by` does. */
function mayTell(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from
  while (at < to && (bytes[at] as number) <= 32) at++
  if ((bytes[at] as number) >= 0x80 || BY_INITIALS.includes(String.fromCharCode((bytes[at] as number) | 32)))
    return true
  for (let digits = 0; at < to; at++) {
    const byte = bytes[at] as number
    digits = byte >= 0x30 && byte <= 0x39 ? digits + 1 : 0
    if (digits === 2) return true
  }
  return false
}

const BY_INITIALS = 'abdegprsvwn'

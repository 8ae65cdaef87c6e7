import { AttributeCursor, attributeText } from '../attributes.ts'
import { TAG } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { MAX_VALUE } from './clean-value.ts'
import { elementText } from './element-text.ts'
import { valueText } from './meta-tags.ts'

/** Items that are kept; pages list hundreds. */
const MAX_ITEMS = 300
const ARTICLE =
  /(?:Article|Posting|Report|Recipe|Review|HowTo|Question|WebPage|CreativeWork|Book|VideoObject)$/
const AUTHOR = /^(?:author|creator)$/
/** Blogs of one large host write the whole date as the title of its short form. */
const ABBR = TAG['abbr'] as number

/** What microdata say of the page's article, as they write it. */
export interface Microdata {
  headline: string | undefined
  readonly authors: string[]
  published: string | undefined
  modified: string | undefined
}

interface Item extends Microdata {
  readonly type: string
  readonly from: number
  readonly end: number
  /** The item is an author of this one. */
  readonly authorOf: Item | undefined
  isNamed: boolean
}

/**
 * Reads `itemprop` of the elements that have it, each for the item that it stands in, and gives the article's: that around the page's heading, else the
 * first of no more than three, else what stands in no item. O(bytes of their start tags).
 *
 * @see HTML Living Standard, section 5.2.
 */
export function readMicrodata(tree: Tree, elements: readonly number[], heading: number): Microdata {
  const { size, end } = tree
  const page = newItem('', 0, size, undefined)
  const items: Item[] = []
  const open: Item[] = [page]
  const element = new MicrodataElement(tree)
  for (const node of elements) {
    while (open.length > 1 && (open.at(-1) as Item).end <= node) open.pop()
    const around = open.at(-1) as Item
    element.read(node)
    for (const property of element.properties) {
      if (!element.isItem || !AUTHOR.test(property)) take(around, property, element)
    }
    if (element.isItem && items.length < MAX_ITEMS) {
      const isAuthor = element.properties.some((property) => AUTHOR.test(property))
      const item = newItem(element.type, node, end[node] as number, isAuthor ? around : undefined)
      items.push(item)
      open.push(item)
    }
  }
  const articles = items.filter(({ type }) => ARTICLE.test(type))
  const around = articles.findLast((item) => item.from < heading && heading < item.end)
  return around ?? (articles.length > 0 && articles.length <= 3 ? (articles[0] as Item) : page)
}

function newItem(type: string, from: number, end: number, authorOf: Item | undefined): Item {
  return {
    type,
    from,
    end,
    authorOf,
    isNamed: false,
    headline: undefined,
    authors: [],
    published: undefined,
    modified: undefined,
  }
}

function take(item: Item, property: string, element: MicrodataElement): void {
  switch (property) {
    case 'name':
      if (item.authorOf !== undefined && !item.isNamed) {
        item.isNamed = true
        addAuthor(item.authorOf, element.value())
      }
      break
    case 'author':
    case 'creator':
      addAuthor(item, element.value())
      break
    case 'headline':
      item.headline ??= element.value()
      break
    case 'datePublished':
      item.published ??= element.value()
      break
    case 'dateModified':
      item.modified ??= element.value()
  }
}

function addAuthor(item: Item, name: string): void {
  if (item.authors.length < 50) item.authors.push(name)
}

/** An element with `itemprop` or `itemscope`. */
class MicrodataElement {
  properties: readonly string[] = []
  isItem = false
  type = ''
  readonly #tree: Tree
  readonly #cursor = new AttributeCursor()
  #node = 0
  #valueFrom = 0
  #valueTo = 0

  constructor(tree: Tree) {
    this.#tree = tree
  }

  read(node: number): void {
    const { bytes, from, to } = this.#tree
    const cursor = this.#cursor
    const isAbbreviation = this.#tree.tag[node] === ABBR
    this.#node = node
    this.properties = []
    this.isItem = false
    this.type = ''
    this.#valueTo = 0
    this.#valueFrom = 0
    cursor.start(bytes, from[node] as number, to[node] as number)
    while (cursor.next()) {
      if (cursor.isNamed('itemprop')) this.properties = this.#attribute().split(/\s+/, 10)
      else if (cursor.isNamed('itemscope')) this.isItem = true
      else if (cursor.isNamed('itemtype')) this.type = this.#attribute()
      else if (
        cursor.isNamed('content') ||
        (this.#valueTo === 0 && (cursor.isNamed('datetime') || (isAbbreviation && cursor.isNamed('title'))))
      ) {
        this.#valueFrom = cursor.valueFrom
        this.#valueTo = cursor.valueTo
      }
    }
  }

  #attribute(): string {
    const { valueFrom, valueTo } = this.#cursor
    return attributeText(this.#tree.bytes, valueFrom, Math.min(valueTo, valueFrom + 200)).trim()
  }

  value(): string {
    if (this.#valueTo > this.#valueFrom) {
      return valueText(this.#tree.bytes, this.#valueFrom, this.#valueTo).slice(0, MAX_VALUE)
    }
    return elementText(this.#tree, this.#node)
  }
}

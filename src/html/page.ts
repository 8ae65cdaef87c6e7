import { Tokenizer } from 'htmlparser2'
import { BLOCK, CLOSES, SCOPE, UNREAD, VOID } from './tags.ts'

/** Elements nested deeper than this are read as if their tags were not there. */
export const MAX_DEPTH = 256
/** Elements behind this many are read as if their tags were not there. */
export const MAX_ELEMENTS = 400_000
/** Longest value of an attribute that is kept, in UTF-16 units. */
const MAX_ATTRIBUTE = 2000
/** Longest block of linked data that is kept, in UTF-16 units. */
const MAX_LINKED_DATA = 1_000_000

/** URL of a Creative Commons licence or dedication. */
export const CREATIVE_COMMONS =
  /^(?:https?:)?\/\/(?:www\.)?creativecommons\.org\/(?:licenses|publicdomain)\//i

/** Gap before a piece of text: none, a line's end within a block, a table cell's, a block's. */
export type Gap = 0 | 1 | 2 | 3

export interface PageElement {
  readonly tag: string
  /** Index of the parent, always smaller than the element's own; -1 at the root. */
  readonly parent: number
  readonly attributes: ReadonlyMap<string, string>
}

export interface PageText {
  readonly text: string
  /** Index of the element that holds it. */
  readonly parent: number
  /** What stands between it and the text before. */
  readonly gap: Gap
}

/** A page as two flat lists in document order, so that walking it needs no recursion. */
export interface Page {
  readonly elements: readonly PageElement[]
  readonly texts: readonly PageText[]
  readonly title: string
  /** Attributes of `meta` elements. */
  readonly metas: readonly ReadonlyMap<string, string>[]
  /** Attributes of `link` and `a` elements with a `rel`, or to a licence of Creative Commons. */
  readonly links: readonly ReadonlyMap<string, string>[]
  /** Content of `script type="application/ld+json"`, not yet parsed. */
  readonly linkedData: readonly string[]
}

const WANTED = new Set(
  'class id role itemprop itemtype hidden aria-hidden style href rel name property content http-equiv datetime lang type'.split(
    ' ',
  ),
)

/**
 * Reads HTML into a flat page: what a tolerant reader sees, without the corrections of a browser.
 *
 * `noscript` is read as if scripts were off, because forums keep whole threads there. A second `html` or
 * `body` and an unclosed `head` do no harm. Time and memory are O(length), depth and number of elements
 * are bounded, and no input throws.
 */
export function readPage(html: string): Page {
  const page = new PageBuilder(html)
  const tokenizer = new Tokenizer({ decodeEntities: true }, page)
  tokenizer.write(html)
  tokenizer.end()
  return page
}

/** The attributes of most elements. An empty map of its own for each would be most of a large page's memory. */
const NONE: ReadonlyMap<string, string> = new Map()

/** Takes the tokenizer's events of one page. */
class PageBuilder implements Page {
  readonly elements: PageElement[] = []
  readonly texts: PageText[] = []
  readonly metas: ReadonlyMap<string, string>[] = []
  readonly links: ReadonlyMap<string, string>[] = []
  readonly linkedData: string[] = []
  title = ''

  readonly #html: string
  /** Indexes of the open elements, the innermost last. */
  readonly #open: number[] = []
  /** How many open elements have each name, so that a stray end tag costs nothing. */
  readonly #openNames = new Map<string, number>()
  #tag = ''
  #attributes: ReadonlyMap<string, string> = NONE
  #name = ''
  #value = ''
  /** Pieces of text since the last tag that matters. */
  #pieces: string[] = []
  #gap: Gap = 3
  /** Name of an element whose text is passed over because it could not be opened; empty for none. */
  #skipped = ''

  constructor(html: string) {
    this.#html = html
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase()
    this.#attributes = NONE
  }
  onattribname(start: number, end: number): void {
    this.#name = end - start > 20 ? '' : this.#html.slice(start, end).toLowerCase()
    this.#value = ''
  }
  onattribdata(start: number, end: number): void {
    if (this.#value.length < MAX_ATTRIBUTE && WANTED.has(this.#name)) {
      this.#value += this.#html.slice(start, Math.min(end, start + MAX_ATTRIBUTE))
    }
  }
  onattribentity(codePoint: number): void {
    if (this.#value.length < MAX_ATTRIBUTE) this.#value += String.fromCodePoint(codePoint)
  }
  onattribend(): void {
    if (!WANTED.has(this.#name) || this.#attributes.has(this.#name)) return
    if (this.#attributes === NONE) this.#attributes = new Map([[this.#name, this.#value]])
    else (this.#attributes as Map<string, string>).set(this.#name, this.#value)
  }
  onopentagend(): void {
    this.#openElement(false)
  }
  onselfclosingtag(): void {
    // In HTML the slash means nothing, but unknown elements written so would swallow the page.
    this.#openElement(this.#tag.includes('-') || this.#tag.includes(':'))
  }
  onclosetag(start: number, end: number): void {
    const tag = this.#html.slice(start, end).toLowerCase()
    if (tag === this.#skipped) this.#skipped = ''
    if (tag === 'br' || tag === 'p') this.#breakAt(tag === 'br' ? 1 : 3)
    if ((this.#openNames.get(tag) ?? 0) > 0 && tag !== 'html' && tag !== 'body') this.#close(tag)
  }
  ontext(start: number, end: number): void {
    if (this.#skipped === '') this.#pieces.push(this.#html.slice(start, end))
  }
  ontextentity(codePoint: number): void {
    if (this.#skipped === '') this.#pieces.push(String.fromCodePoint(codePoint))
  }
  oncdata(start: number, end: number): void {
    this.ontext(start, end)
  }
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {
    this.#flush()
  }

  #openElement(closed: boolean): void {
    const tag = this.#tag
    if (tag === 'meta') this.metas.push(this.#attributes)
    if ((tag === 'link' || tag === 'a') && isTelling(this.#attributes)) this.links.push(this.#attributes)
    if (VOID.has(tag) || closed) {
      if (tag === 'br') this.#breakAt(1)
      else if (tag === 'hr') this.#breakAt(3)
      return
    }
    if ((tag === 'body' || tag === 'html' || tag === 'form') && (this.#openNames.get(tag) ?? 0) > 0) return
    if (tag === 'body' && (this.#openNames.get('head') ?? 0) > 0) this.#close('head')
    const closes = CLOSES.get(tag)
    for (let inner = this.#innermost(); closes?.has(inner?.tag ?? '') === true; inner = this.#innermost())
      this.#pop()
    if (this.#open.length >= MAX_DEPTH || this.elements.length >= MAX_ELEMENTS) {
      // An element that is not opened must not show what it would hide.
      if (UNREAD.has(tag)) {
        this.#flush()
        this.#skipped = tag
      }
      return
    }
    this.#breakAt(gapOf(tag))
    this.#flush()
    this.#openNames.set(tag, (this.#openNames.get(tag) ?? 0) + 1)
    this.#open.push(this.elements.length)
    this.elements.push({ tag, parent: this.#open.at(-2) ?? -1, attributes: this.#attributes })
  }

  #close(tag: string): void {
    for (let depth = this.#open.length - 1; depth >= 0; depth--) {
      const name = this.elements[this.#open[depth] ?? -1]?.tag ?? ''
      if (name === tag) {
        while (this.#open.length > depth) this.#pop()
        return
      }
      if (SCOPE.has(name) && tag !== 'table') return
    }
  }

  #innermost(): PageElement | undefined {
    return this.elements[this.#open.at(-1) ?? -1]
  }

  #pop(): void {
    this.#flush()
    const element = this.elements[this.#open.pop() ?? -1]
    if (element === undefined) return
    this.#openNames.set(element.tag, (this.#openNames.get(element.tag) ?? 1) - 1)
    this.#breakAt(gapOf(element.tag))
  }

  #breakAt(gap: Gap): void {
    if (gap === 0) return
    this.#flush()
    if (gap > this.#gap) this.#gap = gap
  }

  /** Files the text read since the last tag with the element that is open now. */
  #flush(): void {
    if (this.#pieces.length === 0) return
    const text = this.#pieces.join('')
    this.#pieces = []
    const element = this.#innermost()
    if (element?.tag === 'title' && this.title === '') this.title = text
    if (element?.tag === 'script' && /ld\+json/i.test(element.attributes.get('type') ?? '')) {
      if (text.length <= MAX_LINKED_DATA) this.linkedData.push(text)
    }
    if (element !== undefined && UNREAD.has(element.tag)) return
    this.texts.push({ text, parent: this.#open.at(-1) ?? -1, gap: this.#gap })
    if (/\S/.test(text)) this.#gap = 0
  }
}

function isTelling(attributes: ReadonlyMap<string, string>): boolean {
  return attributes.has('rel') || CREATIVE_COMMONS.test(attributes.get('href') ?? '')
}

function gapOf(tag: string): Gap {
  if (tag === 'td' || tag === 'th') return 2
  return BLOCK.has(tag) ? 3 : 0
}

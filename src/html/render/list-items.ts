import { attribute, numberAttribute } from '../attributes.ts'
import { State } from '../element-state.ts'
import { TAG } from '../tag-table.ts'
import type { Source } from './source.ts'

const LI = TAG['li'] as number
const OL = TAG['ol'] as number
const LISTS = ['ul', 'ol', 'menu', 'dir'].map((name) => TAG[name]) as readonly number[]

/** An item with more blocks of its own is a post or a card, and its list is layout. */
const MAX_BLOCKS = 4
/** Blocks that are looked at to tell so. */
const LOOK_AHEAD = 64
/** CommonMark's greatest number of an item. */
const MAX_ORDINAL = 999_999_999

interface Counter {
  at: number
  next: number
  step: number
}

/** Tells of the items of a page, in the order of the page: which are items of a text, and their numbers. */
export class ListItems {
  readonly #source: Source
  readonly #isLayout = new Map<number, boolean>()
  readonly #counters = new Map<number, Counter>()
  /** Items that have their marker. */
  readonly #marked = new Set<number>()

  constructor(source: Source) {
    this.#source = source
  }

  /** Whether the item is a container of a page's parts; `block` is the first one kept in it. */
  isLayout(item: number, block: number): boolean {
    let answer = this.#isLayout.get(item)
    if (answer === undefined) {
      answer = this.#looksLikeLayout(item, block)
      this.#isLayout.set(item, answer)
    }
    return answer
  }

  /** Says that a node stands in a part of the page; the item around it is none of a text. */
  hasHeading(node: number): void {
    const item = itemAround(this.#source, node)
    if (item > 0 && !this.#marked.has(item)) this.#isLayout.set(item, true)
  }

  isMarked(item: number): boolean {
    return this.#marked.has(item)
  }

  mark(item: number): void {
    this.#marked.add(item)
  }

  /** Depth of an item among those that have a marker, 1 for the outermost. */
  depth(item: number): number {
    const { parent } = this.#source.tree
    let depth = 1
    for (let at = parent[item] as number; at > 0; at = parent[at] as number) if (this.#marked.has(at)) depth++
    return depth
  }

  /** Number of an item in an ordered list; `undefined` in others. Items are asked for in their order. */
  ordinal(item: number): number | undefined {
    const { tree } = this.#source
    const list = this.#listAround(item)
    if (tree.tag[list] !== OL) return undefined
    let counter = this.#counters.get(list)
    if (counter === undefined) {
      counter = this.#startCounter(list)
      this.#counters.set(list, counter)
    }
    while (counter.at < item) {
      if (tree.tag[counter.at] === LI) this.#count(counter, counter.at)
      counter.at = tree.end[counter.at] as number
    }
    const ordinal = this.#count(counter, item)
    counter.at = Math.max(counter.at, tree.end[item] as number)
    return ordinal >= 0 && ordinal <= MAX_ORDINAL ? ordinal : undefined
  }

  #startCounter(list: number): Counter {
    const { tree } = this.#source
    const step = attribute(tree, list, 'reversed') === undefined ? 1 : -1
    let next = numberAttribute(tree, list, 'start')
    if (next === undefined) {
      next = step
      if (step < 0) {
        next = 0
        const stop = tree.end[list] as number
        for (let at = list + 1; at < stop; at = tree.end[at] as number) if (tree.tag[at] === LI) next++
      }
    }
    return { at: list + 1, next, step }
  }

  #count(counter: Counter, item: number): number {
    const ordinal = numberAttribute(this.#source.tree, item, 'value') ?? counter.next
    counter.next = ordinal + counter.step
    return ordinal
  }

  #listAround(item: number): number {
    const { tag, parent } = this.#source.tree
    let at = parent[item] as number
    while (at > 0 && !LISTS.includes(tag[at] as number) && tag[at] !== LI) at = parent[at] as number
    return Math.max(at, 0)
  }

  /** An item that has a heading, or many blocks of its own, holds a part of the page. */
  #looksLikeLayout(item: number, first: number): boolean {
    const { tree, blocks, kept } = this.#source
    const stop = tree.end[item] as number
    const limit = Math.min(blocks.count, first + LOOK_AHEAD)
    let own = 0
    for (let block = first; block < limit && (blocks.first[block] as number) < stop; block++) {
      if (kept[block] !== 1 || itemAround(this.#source, blocks.element[block] as number) !== item) continue
      if ((blocks.all[block] as number) & State.heading) return true
      own++
      if (own > MAX_BLOCKS) return true
    }
    return false
  }
}

function itemAround({ tree }: Source, node: number): number {
  let at = node
  while (at > 0 && tree.tag[at] !== LI) at = tree.parent[at] as number
  return at
}

import { AttributeCursor } from '../attributes.ts'
import type { MarkedElements } from '../element-state.ts'
import { MAX_RELATION } from '../licence-links.ts'
import type { PageSources } from '../page-sources.ts'
import { TAG } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { valueText } from './meta-tags.ts'

/** Targets of links that say something of their page, as they stand. */
export interface PageLinks {
  readonly canonical: string | undefined
  readonly image: string | undefined
  /** Of the first link that says it leads to the licence. */
  readonly licence: string | undefined
  /** Of the first link to a licence of Creative Commons. */
  readonly creativeCommons: string | undefined
}

const A = TAG['a'] as number
const CREATIVE_COMMONS = /^(?:https?:)?\/\/(?:www\.)?creativecommons\.org\/(?:licenses|publicdomain)\//i

/** Reads links of the page, and links to licences in its text. O(bytes of their start tags). */
export function readPageLinks({ tree, links, areas }: PageSources, { licences }: MarkedElements): PageLinks {
  const link = new Link(tree)
  let canonical: string | undefined
  let image: string | undefined
  let licence: string | undefined
  let creativeCommons: string | undefined
  let licenceNode = tree.size
  for (const node of links) {
    link.read(node)
    if (!link.mayTell) continue
    for (const name of link.relations()) {
      if (name === 'canonical') canonical ??= link.target()
      else if (name === 'image_src') image ??= link.target()
      else if (isLicence(name) && licence === undefined) {
        licence = link.target()
        licenceNode = node
      }
    }
  }
  for (const node of inOrder(
    licences.filter((marked) => tree.tag[marked] === A),
    areas,
  )) {
    link.read(node)
    if (!link.hasTarget) continue
    if (node < licenceNode && link.relations().some(isLicence)) {
      licence = link.target()
      licenceNode = node
    }
    if (creativeCommons === undefined && CREATIVE_COMMONS.test(link.target().trim()))
      creativeCommons = link.target()
  }
  return { canonical, image, licence, creativeCommons }
}

/** Two lists of nodes as one, in the order in which they stand. */
export function inOrder(some: readonly number[], others: readonly number[]): readonly number[] {
  return others.length === 0 ? some : [...some, ...others].sort((left, right) => left - right)
}

function isLicence(relation: string): boolean {
  return relation === 'license' || relation === 'licence'
}

/** Relation and target of a link, where they stand. */
class Link {
  readonly #tree: Tree
  readonly #cursor = new AttributeCursor()
  #relFrom = 0
  #relTo = 0
  #hrefFrom = 0
  #hrefTo = 0

  constructor(tree: Tree) {
    this.#tree = tree
  }

  read(node: number): void {
    const { bytes, from, to } = this.#tree
    const cursor = this.#cursor
    cursor.start(bytes, from[node] as number, to[node] as number)
    this.#relFrom = 0
    this.#relTo = 0
    this.#hrefFrom = 0
    this.#hrefTo = 0
    while (cursor.next()) {
      const first = (bytes[cursor.nameFrom] as number) | 32
      if (first === 0x68 && cursor.isNamed('href')) {
        this.#hrefFrom = cursor.valueFrom
        this.#hrefTo = cursor.valueTo
      } else if (first === 0x72 && cursor.isNamed('rel')) {
        this.#relFrom = cursor.valueFrom
        this.#relTo = Math.min(cursor.valueTo, cursor.valueFrom + MAX_RELATION)
      }
    }
  }

  get hasTarget(): boolean {
    return this.#hrefTo > this.#hrefFrom
  }

  target(): string {
    return valueText(this.#tree.bytes, this.#hrefFrom, this.#hrefTo)
  }

  /**
   * Whether it has a target, and its relation is one of many, or begins as `canonical`, `image_src` and `license` do. Most
   * are `stylesheet`.
   */
  get mayTell(): boolean {
    if (!this.hasTarget) return false
    const { bytes } = this.#tree
    const first = (bytes[this.#relFrom] as number) | 32
    if (first === 0x63 || first === 0x69 || first === 0x6c) return true
    for (let at = this.#relFrom; at < this.#relTo; at++) if (bytes[at] === 0x20) return true
    return false
  }

  relations(): string[] {
    const { bytes } = this.#tree
    let text = ''
    for (let at = this.#relFrom; at < this.#relTo; at++) text += String.fromCharCode(bytes[at] as number)
    return text.toLowerCase().split(/\s+/)
  }
}

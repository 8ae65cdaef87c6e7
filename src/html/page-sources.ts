import { TAG, TEXT } from './tag-table.ts'
import type { Tree } from './tree.ts'

/** The elements of a page that may speak of it, by their nodes in the order in which they stand. */
export interface PageSources {
  readonly tree: Tree
  /** `html` */
  readonly roots: readonly number[]
  readonly bases: readonly number[]
  readonly metas: readonly number[]
  /** `link` */
  readonly links: readonly number[]
  readonly areas: readonly number[]
  /** `h1` */
  readonly headings: readonly number[]
  readonly times: readonly number[]
  /** Text of scripts. A tree has no others than those of linked data. */
  readonly linkedData: readonly number[]
  /** Text of the first title that has any; -1 for none. */
  readonly title: number
}

const SOURCES = ['html', 'base', 'meta', 'link', 'area', 'h1', 'time', 'script', 'title'] as const

/** Where in the list of sources the elements of a tag are, by its number; -1 for nowhere. */
const SOURCE_OF = sourceOfTags()

function sourceOfTags(): Int8Array {
  const table = new Int8Array(256).fill(-1)
  for (const [index, names] of SOURCES.entries()) {
    for (const name of names.split(' ')) table[TAG[name] as number] = index
  }
  return table
}

/** Gathers them in one pass over tags: no attribute is read. O(nodes). */
export function gatherSources(tree: Tree): PageSources {
  const { tag, size } = tree
  const found = SOURCES.map((): number[] => [])
  for (let node = 1; node < size; node++) {
    const source = SOURCE_OF[tag[node] as number] as number
    if (source >= 0) found[source]?.push(node)
  }
  const [roots = [], bases = [], metas = [], links = [], areas = [], headings = [], times = []] = found
  const [scripts = [], titles = []] = found.slice(7)
  const hasText = (element: number) =>
    tag[element + 1] === TEXT && (tree.end[element] as number) > element + 1
  return {
    tree,
    roots,
    bases,
    metas,
    links,
    areas,
    headings,
    times,
    linkedData: scripts.filter(hasText).map((script) => script + 1),
    title: (titles.find(hasText) ?? -2) + 1,
  }
}

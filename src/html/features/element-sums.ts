import { type Blocks, STATS, Stat } from '../blocks.ts'
import type { ElementStates } from '../element-state.ts'
import { TEXT } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { isLong } from './long-block.ts'

const SIGNATURES = 4096
/** Share of the long blocks' text that the root holds. */
const ROOT_SHARE = 0.7
/** Share of what the best named element holds that is enough for an earlier one. */
const NAMED_SHARE = 0.4

/** What each element of a page holds, with all that is in it. Node 0 holds the page. */
export class ElementSums {
  /** Characters, those in links, and those of long blocks. */
  size = new Float64Array(0)
  link = new Float64Array(0)
  long = new Float64Array(0)
  blocks = new Float64Array(0)
  /** Weight of its words in the lexicon, and their number. */
  weight = new Float64Array(0)
  words = new Float64Array(0)
  /** Elements with text for each hash of tag and class; hashes may share a number. */
  readonly #signatures = new Uint16Array(SIGNATURES)

  read(tree: Tree, states: ElementStates, { count, element, stats }: Blocks): void {
    const { size: nodes, parent, tag } = tree
    if (this.size.length < nodes) this.#grow(tree.tag.length)
    for (const sums of [this.size, this.link, this.long, this.blocks, this.weight, this.words])
      sums.fill(0, 0, nodes)
    this.#signatures.fill(0)
    const { size, link, long, blocks, weight, words } = this
    for (let block = 0; block < count; block++) {
      const node = element[block] as number
      const base = block * STATS
      const characters = stats[base + Stat.size] as number
      size[node] = (size[node] as number) + characters
      link[node] = (link[node] as number) + (stats[base + Stat.linkSize] as number)
      if (isLong(stats, base)) long[node] = (long[node] as number) + characters
      blocks[node] = (blocks[node] as number) + 1
      weight[node] = (weight[node] as number) + (stats[base + Stat.weight] as number)
      words[node] = (words[node] as number) + (stats[base + Stat.words] as number)
    }
    for (let node = nodes - 1; node > 0; node--) {
      if (tag[node] === TEXT || blocks[node] === 0) continue
      const above = parent[node] as number
      size[above] = (size[above] as number) + (size[node] as number)
      link[above] = (link[above] as number) + (link[node] as number)
      long[above] = (long[above] as number) + (long[node] as number)
      blocks[above] = (blocks[above] as number) + (blocks[node] as number)
      weight[above] = (weight[above] as number) + (weight[node] as number)
      words[above] = (words[above] as number) + (words[node] as number)
      const slot = (states.signature[node] as number) & (SIGNATURES - 1)
      this.#signatures[slot] = (this.#signatures[slot] as number) + 1
    }
  }

  /** How many elements with text have a hash of tag and class like this. */
  repeats(signature: number): number {
    return this.#signatures[signature & (SIGNATURES - 1)] as number
  }

  /** The smallest element that holds most of the long blocks' text; 0, the page, where there are none. */
  root({ end, tag }: Tree): number {
    const { long } = this
    let root = 0
    for (;;) {
      const least = ROOT_SHARE * (long[root] as number)
      if (least === 0) return root
      let next = -1
      const stop = end[root] as number
      for (let child = root + 1; child < stop; child = end[child] as number) {
        if (tag[child] !== TEXT && (long[child] as number) >= least) {
          next = child
          break
        }
      }
      if (next < 0) return root
      root = next
    }
  }

  /** The first element named as a body (to this degree) that holds a good part of what the best one holds; -1 for none. */
  named(tree: Tree, { body }: ElementStates, degree: number): number {
    const { long } = this
    const { tag } = tree
    let most = 0
    for (let node = 1; node < tree.size; node++) {
      if ((body[node] as number) >= degree && tag[node] !== TEXT && (long[node] as number) > most)
        most = long[node] as number
    }
    if (most === 0) return -1
    const least = NAMED_SHARE * most
    let node = 1
    while ((body[node] as number) < degree || tag[node] === TEXT || (long[node] as number) < least) node++
    return node
  }

  #grow(length: number): void {
    this.size = new Float64Array(length)
    this.link = new Float64Array(length)
    this.long = new Float64Array(length)
    this.blocks = new Float64Array(length)
    this.weight = new Float64Array(length)
    this.words = new Float64Array(length)
  }
}

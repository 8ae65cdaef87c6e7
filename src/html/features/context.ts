import { type Blocks, STATS, Stat } from '../blocks.ts'
import { type ElementStates, State } from '../element-state.ts'
import { TEXT } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { CLUSTERS } from './clusters.ts'
import { commonDepth } from './common-depth.ts'

const REACH = 2
const WINDOWS = [3, 20] as const
const SHARES = [0.5, 0.8, 0.95] as const
const LIMITS = [0.35, 0.65] as const
const CONTAINERS = 4
/** A block this likely is a place to measure from. */
const GOOD = 0.5

/** Names of the features that the first guess adds to a block's own, in their order. */
export const CONTEXT_FEATURES: readonly string[] = [
  'guess',
  ...Array.from({ length: REACH }, (_, index) => [`guess@-${index + 1}`, `guess@${index + 1}`]).flat(),
  ...WINDOWS.map((reach) => `guess~${reach}`),
  'massBefore',
  'massAfter',
  'mostGuess',
  'pageGuess',
  'pageMass',
  'goodBlocks',
  'outside',
  'path-guess',
  'path-mass',
  'tags-guess',
  'tags-mass',
  'section-guess',
  ...LIMITS.flatMap((limit) => [`in-best-${limit}`, `depth-best-${limit}`]),
  ...Array.from({ length: CONTAINERS }, (_, level) => [
    `guess^${level}`,
    `mass^${level}`,
    `words^${level}`,
  ]).flat(),
  ...SHARES.flatMap((share) => [`in-most-${share}`, `depth-most-${share}`]),
]

/** A page of whose blocks each has a first guess. */
export interface GuessedPage {
  readonly tree: Tree
  readonly states: ElementStates
  readonly blocks: Blocks
  readonly clusters: { readonly path: Int32Array; readonly tags: Int32Array }
  readonly guesses: Float64Array
}

/** Makes, from a first guess at each block, what it says of the others around it. */
export class ContextReader {
  #mass = new Float64Array(0)
  #size = new Float64Array(0)
  readonly #net = LIMITS.map(() => new Float64Array(0))
  #massSum = new Float64Array(0)
  #sizeSum = new Float64Array(0)
  readonly #pathMass = new Float64Array(CLUSTERS)
  readonly #pathSize = new Float64Array(CLUSTERS)
  readonly #tagMass = new Float64Array(CLUSTERS)
  readonly #tagSize = new Float64Array(CLUSTERS)

  /**
   * Writes {@link CONTEXT_FEATURES} for some of the blocks, which `chosen` holds in their order: for the first of
   * them from `offset` in `rows`, for each other `width` numbers further.
   */
  write(
    { tree, states, blocks, clusters, guesses }: GuessedPage,
    chosen: Int32Array,
    rows: Float32Array,
    width: number,
    offset: number,
  ): void {
    const { count, stats, element, all } = blocks
    if (count === 0) return
    const { parent } = tree
    const { total, words } = this.#sum(tree, blocks, guesses, clusters)
    const roots = SHARES.map((share) => this.#holder(tree, share * total))
    const bests = LIMITS.map((_, index) => this.#best(tree, index))
    const prior = (0.5 * total) / words
    let most = 0
    let good = 0
    let first = count
    let last = -1
    for (let block = 0; block < count; block++) {
      const guess = guesses[block] as number
      if (guess > most) most = guess
      if (guess > GOOD) {
        good++
        if (block < first) first = block
        last = block
      }
    }
    let heading = -1
    let seen = 0
    for (let index = 0; index < chosen.length; index++) {
      const block = chosen[index] as number
      for (; seen < block; seen++) if ((all[seen] as number) & State.heading) heading = seen
      const node = element[block] as number
      const guess = guesses[block] as number
      const size = (stats[block * STATS + Stat.words] as number) + 1
      const mass = guess * size
      let at = index * width + offset
      rows[at++] = guess
      for (let reach = 1; reach <= REACH; reach++) {
        rows[at++] = block >= reach ? (guesses[block - reach] as number) : -1
        rows[at++] = block + reach < count ? (guesses[block + reach] as number) : -1
      }
      for (const reach of WINDOWS) {
        const low = Math.max(0, block - reach)
        const high = Math.min(count, block + reach + 1)
        rows[at++] =
          ((this.#massSum[high] as number) - (this.#massSum[low] as number)) /
          ((this.#sizeSum[high] as number) - (this.#sizeSum[low] as number))
      }
      const before = this.#massSum[block] as number
      rows[at++] = before / total
      rows[at++] = (total - before - mass) / total
      rows[at++] = most
      rows[at++] = total / words
      rows[at++] = total
      rows[at++] = good / count
      rows[at++] = block < first ? block - first : block > last ? block - last : 0
      const path = clusters.path[block] as number
      const tags = clusters.tags[block] as number
      rows[at++] =
        ((this.#pathMass[path] as number) - mass + prior) / ((this.#pathSize[path] as number) - size + 0.5)
      rows[at++] = (this.#pathMass[path] as number) / total
      rows[at++] =
        ((this.#tagMass[tags] as number) - mass + prior) / ((this.#tagSize[tags] as number) - size + 0.5)
      rows[at++] = (this.#tagMass[tags] as number) / total
      rows[at++] = heading < 0 ? -1 : (guesses[heading] as number)
      for (const best of bests) at = place(rows, at, tree, states, node, best)
      let container = node
      let level = 0
      for (; level < CONTAINERS && container > 0; level++) {
        const held = this.#size[container] as number
        const heldMass = this.#mass[container] as number
        rows[at++] = held > size ? (heldMass - mass + 3 * prior) / (held - size + 1.5) : -1
        rows[at++] = heldMass / total
        rows[at++] = held
        container = parent[container] as number
        while (container > 0 && this.#size[container] === held) container = parent[container] as number
      }
      for (; level < CONTAINERS; level++) {
        rows[at++] = 0
        rows[at++] = 0
        rows[at++] = 0
      }
      for (const root of roots) at = place(rows, at, tree, states, node, root)
    }
  }

  #sum(
    tree: Tree,
    blocks: Blocks,
    guesses: Float64Array,
    clusters: GuessedPage['clusters'],
  ): { total: number; words: number } {
    const { size: nodes, parent, tag } = tree
    const { count, stats, element } = blocks
    if (this.#mass.length < nodes) {
      const length = tree.tag.length
      this.#mass = new Float64Array(length)
      this.#size = new Float64Array(length)
      for (let index = 0; index < LIMITS.length; index++) this.#net[index] = new Float64Array(length)
    } else {
      this.#mass.fill(0, 0, nodes)
      this.#size.fill(0, 0, nodes)
      for (const net of this.#net) net.fill(0, 0, nodes)
    }
    if (this.#massSum.length <= count) {
      this.#massSum = new Float64Array(2 * count + 2)
      this.#sizeSum = new Float64Array(2 * count + 2)
    }
    for (const sums of [this.#pathMass, this.#pathSize, this.#tagMass, this.#tagSize]) sums.fill(0)
    let total = 0
    let words = 0
    this.#massSum[0] = 0
    this.#sizeSum[0] = 0
    for (let block = 0; block < count; block++) {
      const size = (stats[block * STATS + Stat.words] as number) + 1
      const guess = guesses[block] as number
      const mass = guess * size
      const node = element[block] as number
      this.#mass[node] = (this.#mass[node] as number) + mass
      this.#size[node] = (this.#size[node] as number) + size
      for (let index = 0; index < LIMITS.length; index++) {
        const net = this.#net[index] as Float64Array
        net[node] = (net[node] as number) + (guess - (LIMITS[index] as number)) * size
      }
      const path = clusters.path[block] as number
      const tags = clusters.tags[block] as number
      this.#pathMass[path] = (this.#pathMass[path] as number) + mass
      this.#pathSize[path] = (this.#pathSize[path] as number) + size
      this.#tagMass[tags] = (this.#tagMass[tags] as number) + mass
      this.#tagSize[tags] = (this.#tagSize[tags] as number) + size
      total += mass
      words += size
      this.#massSum[block + 1] = total
      this.#sizeSum[block + 1] = words
    }
    for (let node = nodes - 1; node > 0; node--) {
      if (tag[node] === TEXT || this.#size[node] === 0) continue
      const above = parent[node] as number
      this.#mass[above] = (this.#mass[above] as number) + (this.#mass[node] as number)
      this.#size[above] = (this.#size[above] as number) + (this.#size[node] as number)
      for (const net of this.#net) net[above] = (net[above] as number) + (net[node] as number)
    }
    return { total: Math.max(total, 1e-6), words }
  }

  /** The last, and so the smallest, element that holds so much. */
  #holder(tree: Tree, least: number): number {
    for (let node = tree.size - 1; node > 0; node--) {
      if (tree.tag[node] !== TEXT && (this.#mass[node] as number) >= least) return node
    }
    return 0
  }

  /** The element in which what is above the limit outweighs most what is below it. */
  #best(tree: Tree, index: number): number {
    const net = this.#net[index] as Float64Array
    let best = 0
    for (let node = 1; node < tree.size; node++) {
      if (tree.tag[node] !== TEXT && this.#size[node] !== 0 && (net[node] as number) >= (net[best] as number))
        best = node
    }
    return best
  }
}

/** Writes whether a block's element is in another, and how much deeper it is, or how far above their common one. */
function place(
  rows: Float32Array,
  start: number,
  tree: Tree,
  states: ElementStates,
  node: number,
  root: number,
): number {
  const isIn = node >= root && node < (tree.end[root] as number)
  rows[start] = isIn ? 1 : 0
  rows[start + 1] =
    (isIn ? (states.depth[node] as number) : commonDepth(tree, states, node, root)) -
    (states.depth[root] as number)
  return start + 2
}

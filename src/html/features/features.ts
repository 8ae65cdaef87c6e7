import { type Blocks, STATS, Stat } from '../blocks.ts'
import { type ElementStates, State } from '../element-state.ts'
import type { PageFacts } from '../page-facts.ts'
import { TAG } from '../tag-table.ts'
import type { Tree } from '../tree.ts'
import { endKind, HEADING_LEVEL, startKind, TAG_GROUP } from './block-kinds.ts'
import { CLUSTER_FEATURES, Clusters } from './clusters.ts'
import { commonDepth } from './common-depth.ts'
import { ElementSums } from './element-sums.ts'
import { isLong } from './long-block.ts'

const FLAGS = {
  heading: State.heading,
  list: State.list,
  cell: State.cell,
  quote: State.quote,
  nav: State.nav,
  header: State.header,
  footer: State.footer,
  aside: State.aside,
  form: State.form,
  button: State.button,
  article: State.article,
  main: State.main,
  hidden: State.hidden,
  definition: State.definition,
  figcaption: State.figcaption,
} as const
const FLAG_BITS = Object.values(FLAGS)

const OWN = [
  'size',
  'linkShare',
  'words',
  'wordLength',
  'capitalShare',
  'commaRate',
  'stopRate',
  'markRate',
  'links',
  'weight',
  'lightest',
  'titleShare',
  'capitalWordShare',
  'codeShare',
  'endsSentence',
  'startsCapital',
  'hint',
  'hintParent',
  'hintGrand',
  'lowest',
  'highest',
  'hintSum',
  'depth',
  'tagGroup',
  'headingLevel',
]
const NEIGHBOUR = ['size', 'linkShare', 'weight', 'sameParent', 'tagGroup', 'hint', 'commonDepth']
const CONTAINER = ['size', 'linkShare', 'share', 'blocks', 'longShare', 'repeats', 'weight']
const CONTAINERS = 4
const PLACE = [
  'index',
  'indexFromEnd',
  'sizeBefore',
  'sizeAfter',
  'sinceTitle',
  'sinceHeading',
  'longBefore',
  'longAfter',
  'runLong',
  'inRoot',
  'rootDepth',
  'rootShare',
  'rootBefore',
  'outsideLong',
  'repeats',
  'depthToRoot',
  'sizeToMean',
]
const SECTION = ['weight', 'lightest', 'size', 'level']
const ORDER = [
  'titles',
  'articles',
  'inFirstArticle',
  'sinceLong',
  'articleShare',
  'inBody',
  'bodyShare',
  'bodyDepth',
  'inPart',
  'partShare',
  'sinceBody',
]
const PAGE = [
  'size',
  'linkShare',
  'blocks',
  'long',
  'longShare',
  'paragraphShare',
  'listShare',
  'cellShare',
  'isArticle',
  'isProduct',
  'published',
  'isAmp',
  'times',
  'pathParts',
  'pathDigits',
  'rootLongShare',
  'meanLong',
]

/** Names of the features of a block, in their order. Trees see order only, so that nothing is scaled. */
export const FEATURES: readonly string[] = [
  ...OWN,
  ...Object.keys(FLAGS).map((name) => `in-${name}`),
  ...[-1, 1].flatMap((offset) => NEIGHBOUR.map((name) => `${name}@${offset}`)),
  ...Array.from({ length: CONTAINERS }, (_, level) => CONTAINER.map((name) => `${name}^${level}`)).flat(),
  ...PLACE,
  ...SECTION.map((name) => `section-${name}`),
  ...['path', 'tags'].flatMap((kind) => CLUSTER_FEATURES.map((name) => `${kind}-${name}`)),
  ...ORDER,
  ...PAGE.map((name) => `page-${name}`),
]

const ARTICLE = TAG['article'] as number

/** What is the same for all blocks of a page. */
interface Page {
  readonly tree: Tree
  readonly states: ElementStates
  readonly blocks: Blocks
  /** Characters, at least 1. */
  readonly total: number
  readonly meanSize: number
  readonly longBlocks: number
  readonly firstLong: number
  readonly lastLong: number
  readonly titleBlock: number
  readonly root: number
  readonly firstArticle: number
  /** The element named as the body of the text, and as a part with the body in it; -1 for none. */
  readonly body: number
  readonly part: number
  /** The numbers of {@link PAGE}. */
  readonly numbers: Float64Array
}

/**
 * Makes the features of a page's blocks, one block after the other: `start` a page, then `write` for each of its
 * blocks in their order. O(nodes) a page and O(depth) a block.
 */
export class FeatureReader {
  readonly clusters = new Clusters()
  readonly #sums = new ElementSums()
  #page: Page | undefined
  /** Of the blocks before the one at hand. */
  #block = 0
  #before = 0
  #rootBefore = 0
  #longBefore = 0
  #lastHeading = -1
  #sinceLong = 0
  #titles = 0
  #articles = 0
  #nextNode = 0
  #bodyUpTo = 0
  /** The most that an element near the block at hand is repeated. */
  #repeats = 0

  start(tree: Tree, states: ElementStates, blocks: Blocks, facts: PageFacts): void {
    this.#sums.read(tree, states, blocks)
    this.clusters.read(tree, states, blocks)
    this.#page = this.#pageOf(tree, states, blocks, facts)
    this.#block = 0
    this.#before = 0
    this.#rootBefore = 0
    this.#longBefore = 0
    this.#lastHeading = -1
    this.#sinceLong = 0
    this.#titles = 0
    this.#articles = 0
    this.#nextNode = 0
    this.#bodyUpTo = 0
  }

  /** Writes {@link FEATURES} of the next block, from a place in `rows`. */
  write(rows: Float32Array, start: number): void {
    const page = this.#page
    if (page === undefined) throw new Error('no page')
    const { tree, blocks } = page
    const block = this.#block
    const base = block * STATS
    const node = blocks.element[block] as number
    let at = writeOwn(rows, start, page, block)
    at = writeNeighbour(rows, at, page, block, block - 1)
    at = writeNeighbour(rows, at, page, block, block + 1)
    at = this.#writeContainers(rows, at, page, block)
    at = this.#writePlace(rows, at, page, block)
    at = writeSection(rows, at, page, this.#lastHeading)
    at = this.clusters.write(rows, at, block, page.total)
    for (; this.#nextNode <= node; this.#nextNode++)
      if (tree.tag[this.#nextNode] === ARTICLE && (this.#sums.size[this.#nextNode] as number) > 0)
        this.#articles++
    at = this.#writeOrder(rows, at, page, block)
    rows.set(page.numbers, at)
    this.#pass(page, base, node)
  }

  #pass({ tree, blocks, root }: Page, base: number, node: number): void {
    const { stats, all } = blocks
    const block = this.#block++
    const size = stats[base + Stat.size] as number
    this.#before += size
    if (node >= root && node < (tree.end[root] as number)) this.#rootBefore += size
    if ((all[block] as number) & State.heading) {
      this.#lastHeading = block
      if (HEADING_LEVEL[tree.tag[node] as number] === 1) this.#titles++
    }
    if (isLong(stats, base)) {
      this.#longBefore++
      this.#sinceLong = 0
    } else this.#sinceLong++
  }

  #pageOf(tree: Tree, states: ElementStates, blocks: Blocks, facts: PageFacts): Page {
    const { count, stats, element, all } = blocks
    const sums = this.#sums
    let longBlocks = 0
    let paragraphs = 0
    let lists = 0
    let cells = 0
    let firstLong = count
    let lastLong = -1
    let titleBlock = -1
    for (let block = 0; block < count; block++) {
      const base = block * STATS
      const size = stats[base + Stat.size] as number
      if (isLong(stats, base)) {
        longBlocks++
        if (block < firstLong) firstLong = block
        lastLong = block
      }
      const bits = all[block] as number
      if (bits & State.paragraph) paragraphs += size
      if (bits & State.list) lists += size
      if (bits & State.cell) cells += size
      if (titleBlock < 0 && HEADING_LEVEL[tree.tag[element[block] as number] as number] === 1)
        titleBlock = block
    }
    const root = sums.root(tree)
    const size = sums.size[0] as number
    const long = sums.long[0] as number
    const total = Math.max(1, size)
    return {
      tree,
      states,
      blocks,
      total,
      meanSize: Math.max(1, size / count),
      longBlocks,
      firstLong,
      lastLong,
      titleBlock,
      root,
      firstArticle: firstLong < count ? articleAround(tree, element[firstLong] as number) : -1,
      body: sums.named(tree, states, 2),
      part: sums.named(tree, states, 1),
      numbers: Float64Array.of(
        size,
        (sums.link[0] as number) / total,
        count,
        longBlocks,
        long / total,
        paragraphs / total,
        lists / total,
        cells / total,
        facts.isArticle,
        facts.isProduct,
        facts.published,
        facts.isAmp,
        facts.times,
        facts.pathParts,
        facts.pathDigits,
        (sums.long[root] as number) / Math.max(1, sums.size[root] as number),
        long / Math.max(1, longBlocks),
      ),
    }
  }

  #writeContainers(
    rows: Float32Array,
    start: number,
    { tree, states, blocks, total }: Page,
    block: number,
  ): number {
    const { size, link, long, blocks: held, weight, words } = this.#sums
    const { parent } = tree
    this.#repeats = 0
    let at = start
    let container = blocks.element[block] as number
    for (let level = 0; level < CONTAINERS; level++) {
      const characters = size[container] as number
      rows[at] = characters
      rows[at + 1] = (link[container] as number) / Math.max(1, characters)
      rows[at + 2] = characters / total
      rows[at + 3] = held[container] as number
      rows[at + 4] = (long[container] as number) / Math.max(1, characters)
      const repeats = this.#sums.repeats(states.signature[container] as number)
      rows[at + 5] = repeats
      if (level < 3 && repeats > this.#repeats) this.#repeats = repeats
      rows[at + 6] = (weight[container] as number) / ((words[container] as number) + 5)
      at += 7
      // Elements that hold nothing more are the same container.
      let up = parent[container] as number
      while (up > 0 && size[up] === characters) up = parent[up] as number
      container = up < 0 ? 0 : up
    }
    return at
  }

  #writePlace(rows: Float32Array, start: number, page: Page, block: number): number {
    const { tree, states, blocks, total, root } = page
    const { count, stats, element } = blocks
    const node = element[block] as number
    const size = stats[block * STATS + Stat.size] as number
    const inRoot = node >= root && node < (tree.end[root] as number)
    const depth = states.depth[node] as number
    const rootDepth = states.depth[root] as number
    const rootSize = this.#sums.size[root] as number
    rows[start] = block / count
    rows[start + 1] = count - block
    rows[start + 2] = this.#before / total
    rows[start + 3] = (total - this.#before - size) / total
    rows[start + 4] = page.titleBlock < 0 ? -100 : block - page.titleBlock
    rows[start + 5] = this.#lastHeading < 0 ? 100 : block - this.#lastHeading
    rows[start + 6] = this.#longBefore / Math.max(1, page.longBlocks)
    rows[start + 7] = page.longBlocks - this.#longBefore
    rows[start + 8] = this.#sinceLong
    rows[start + 9] = inRoot ? 1 : 0
    rows[start + 10] = (inRoot ? depth : commonDepth(tree, states, node, root)) - rootDepth
    rows[start + 11] = rootSize / total
    rows[start + 12] = this.#rootBefore / Math.max(1, rootSize)
    rows[start + 13] =
      block < page.firstLong ? block - page.firstLong : block > page.lastLong ? block - page.lastLong : 0
    rows[start + 14] = this.#repeats
    rows[start + 15] = depth / Math.max(1, rootDepth)
    rows[start + 16] = size / page.meanSize
    return start + 17
  }

  #writeOrder(rows: Float32Array, start: number, page: Page, block: number): number {
    const { tree, states, blocks, total, body, part, firstArticle } = page
    const { size, long } = this.#sums
    const { end } = tree
    const node = blocks.element[block] as number
    const pageLong = Math.max(1, long[0] as number)
    rows[start] = this.#titles
    rows[start + 1] = this.#articles
    rows[start + 2] = isIn(end, node, firstArticle)
    rows[start + 3] = block - page.firstLong
    rows[start + 4] = firstArticle < 0 ? 0 : (size[firstArticle] as number) / total
    rows[start + 5] = isIn(end, node, body)
    rows[start + 6] = body < 0 ? -1 : (long[body] as number) / pageLong
    rows[start + 7] = body < 0 ? -100 : (states.depth[node] as number) - (states.depth[body] as number)
    rows[start + 8] = isIn(end, node, part)
    rows[start + 9] = part < 0 ? -1 : (long[part] as number) / pageLong
    const bodyEnd = body < 0 ? -1 : (end[body] as number)
    rows[start + 10] =
      body < 0 || (node >= body && node < bodyEnd) ? 0 : node < body ? -1 : this.#before - this.#bodyUpTo
    if (node < bodyEnd) this.#bodyUpTo = this.#before + (blocks.stats[block * STATS + Stat.size] as number)
    return start + 11
  }
}

function writeOwn(rows: Float32Array, start: number, { tree, states, blocks }: Page, block: number): number {
  const { stats, element, all } = blocks
  const { parent, tag } = tree
  const { hint } = states
  const base = block * STATS
  const node = element[block] as number
  const above = Math.max(0, parent[node] as number)
  const grand = Math.max(0, parent[above] as number)
  const size = stats[base + Stat.size] as number
  const words = stats[base + Stat.words] as number
  const someWords = Math.max(1, words)
  rows[start] = size
  rows[start + 1] = (stats[base + Stat.linkSize] as number) / size
  rows[start + 2] = words
  rows[start + 3] = size / someWords
  rows[start + 4] =
    (stats[base + Stat.capitals] as number) / Math.max(1, stats[base + Stat.letters] as number)
  rows[start + 5] = (stats[base + Stat.commas] as number) / someWords
  rows[start + 6] = (stats[base + Stat.stops] as number) / someWords
  rows[start + 7] = (stats[base + Stat.marks] as number) / size
  rows[start + 8] = stats[base + Stat.links] as number
  rows[start + 9] = (stats[base + Stat.weight] as number) / (words + 2)
  rows[start + 10] = stats[base + Stat.lightest] as number
  rows[start + 11] = (stats[base + Stat.titleWords] as number) / someWords
  rows[start + 12] = (stats[base + Stat.capitalWords] as number) / someWords
  rows[start + 13] = (stats[base + Stat.codeSize] as number) / size
  rows[start + 14] = endKind(blocks.lastByte[block] as number)
  rows[start + 15] = startKind(blocks.firstByte[block] as number)
  rows[start + 16] = hint[node] as number
  rows[start + 17] = hint[above] as number
  rows[start + 18] = hint[grand] as number
  rows[start + 19] = states.lowest[node] as number
  rows[start + 20] = states.highest[node] as number
  rows[start + 21] = states.sum[node] as number
  rows[start + 22] = states.depth[node] as number
  rows[start + 23] = TAG_GROUP[tag[node] as number] as number
  rows[start + 24] = HEADING_LEVEL[tag[node] as number] as number
  const bits = all[block] as number
  let at = start + 25
  for (let flag = 0; flag < FLAG_BITS.length; flag++) rows[at++] = bits & (FLAG_BITS[flag] as number) ? 1 : 0
  return at
}

function writeNeighbour(
  rows: Float32Array,
  start: number,
  { tree, states, blocks }: Page,
  block: number,
  other: number,
): number {
  const { count, stats, element } = blocks
  if (other < 0 || other >= count) {
    rows.fill(-1, start, start + 7)
    return start + 7
  }
  const { parent, tag } = tree
  const node = element[block] as number
  const base = other * STATS
  const beside = element[other] as number
  const size = stats[base + Stat.size] as number
  rows[start] = size
  rows[start + 1] = (stats[base + Stat.linkSize] as number) / size
  rows[start + 2] = (stats[base + Stat.weight] as number) / ((stats[base + Stat.words] as number) + 2)
  rows[start + 3] = parent[beside] === parent[node] ? 1 : 0
  rows[start + 4] = TAG_GROUP[tag[beside] as number] as number
  rows[start + 5] = states.hint[beside] as number
  rows[start + 6] = (states.depth[node] as number) - commonDepth(tree, states, node, beside)
  return start + 7
}

function writeSection(rows: Float32Array, start: number, { tree, blocks }: Page, heading: number): number {
  if (heading < 0) {
    rows.fill(0, start, start + 4)
    return start + 4
  }
  const { stats, element } = blocks
  const base = heading * STATS
  rows[start] = (stats[base + Stat.weight] as number) / ((stats[base + Stat.words] as number) + 2)
  rows[start + 1] = stats[base + Stat.lightest] as number
  rows[start + 2] = stats[base + Stat.size] as number
  rows[start + 3] = HEADING_LEVEL[tree.tag[element[heading] as number] as number] as number
  return start + 4
}

/** 1 for a node in an element, 0 for one outside it, -1 for no element. */
function isIn(end: Int32Array, node: number, element: number): number {
  if (element < 0) return -1
  return node >= element && node < (end[element] as number) ? 1 : 0
}

function articleAround({ tag, parent }: Tree, node: number): number {
  let at = node
  while (at > 0 && tag[at] !== ARTICLE) at = parent[at] as number
  return at > 0 ? at : -1
}

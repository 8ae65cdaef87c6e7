import { type Blocks, STATS, Stat } from './blocks.ts'
import { commonDepth } from './common-depth.ts'
import { type ElementStates, State } from './element-state.ts'
import { TAG, TEXT } from './tag-table.ts'
import type { Tree } from './tree.ts'

/** What is known of a page as a whole. */
export interface PageFacts {
  /** The page says that it is an article, a product, a discussion (0 or 1 each). */
  readonly isArticle: number
  readonly isProduct: number
  readonly isDiscussion: number
  readonly isNews: number
  readonly published: number
  readonly isAmp: number
  readonly times: number
  /** Parts of the path of its URL, and digits in it; 0 where the URL is not known. */
  readonly pathParts: number
  readonly pathDigits: number
}

const FLAGS = [
  State.heading,
  State.list,
  State.cell,
  State.preformatted,
  State.quote,
  State.nav,
  State.header,
  State.footer,
  State.aside,
  State.form,
  State.button,
  State.figure,
  State.article,
  State.main,
  State.time,
  State.address,
  State.label,
  State.noscript,
  State.hidden,
  State.paragraph,
  State.definition,
  State.details,
  State.dialog,
  State.figcaption,
]

const OWN = [
  'size',
  'linkShare',
  'words',
  'wordLength',
  'letterShare',
  'digitShare',
  'capitalShare',
  'commaRate',
  'stopRate',
  'markRate',
  'lines',
  'links',
  'boldShare',
  'unspacedShare',
  'weight',
  'lightest',
  'heaviest',
  'lineWeight',
  'titleShare',
  'capitalWordShare',
  'longWordShare',
  'codeShare',
  'endsSentence',
  'startsCapital',
  'startsMark',
  'hint',
  'hintParent',
  'hintGrand',
  'lowest',
  'highest',
  'hintSum',
  'depth',
  'tagGroup',
  'headingLevel',
  'partLink',
  'partBold',
]
const NEAR = [
  'size',
  'linkShare',
  'weight',
  'sameElement',
  'sameParent',
  'isHeading',
  'tagGroup',
  'hint',
  'endsSentence',
  'commonDepth',
]
const CONTAINER = ['size', 'linkShare', 'share', 'blocks', 'longShare', 'repeats', 'weight']
const SECTION = ['weight', 'lightest', 'lineWeight', 'size', 'level']
const CLUSTER = ['blocks', 'share', 'meanSize', 'linkShare', 'longShare', 'weight']
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
  'rootAfter',
  'repeats',
  'sameTagShare',
  'sizeToMean',
]
const PAGE = [
  'pageSize',
  'pageLinkShare',
  'pageBlocks',
  'pageLong',
  'pageLongShare',
  'pageParagraphShare',
  'pageListShare',
  'pageCellShare',
  'isArticle',
  'isProduct',
  'isDiscussion',
  'isNews',
  'published',
  'isAmp',
  'times',
  'pathParts',
  'pathDigits',
  'rootSizeShare',
  'pageMeanLong',
]
const NEIGHBOURS = [-3, -2, -1, 1, 2, 3] as const
const CONTAINERS = 4

/** Names of the features of a block, in their order. */
export const FEATURES: readonly string[] = [
  ...OWN,
  ...FLAGS.map((flag) => `in-${Object.entries(State).find(([, bit]) => bit === flag)?.[0]}`),
  ...NEIGHBOURS.flatMap((offset) => NEAR.map((name) => `${name}@${offset}`)),
  ...Array.from({ length: CONTAINERS }, (_, level) => CONTAINER.map((name) => `${name}^${level}`)).flat(),
  ...PLACE,
  ...SECTION.map((name) => `section-${name}`),
  ...['path', 'tags'].flatMap((kind) => CLUSTER.map((name) => `${kind}-${name}`)),
  ...ORDER,
  ...PAGE,
]

/** A block with this many words, most of them in no link, is a long one. */
const LONG_WORDS = 20

const GROUPS = groupsOf()

/** Block-level tags by what they hold, as one number a trained tree can cut. */
function groupsOf(): Uint8Array {
  const table = new Uint8Array(256)
  const groups = [
    'p',
    'h1',
    'h2 h3',
    'h4 h5 h6',
    'li',
    'td',
    'th',
    'dd',
    'dt',
    'div',
    'blockquote',
    'pre',
    'section article main',
    'figcaption caption',
    'button summary label legend',
    'header footer nav aside menu',
    'ul ol dl table tr tbody',
    'form fieldset address center',
  ]
  for (const [index, names] of groups.entries())
    for (const name of names.split(' ')) table[TAG[name] as number] = index + 1
  return table
}

const HEADING_LEVEL = levels()
function levels(): Uint8Array {
  const table = new Uint8Array(256)
  for (let level = 1; level <= 6; level++) table[TAG[`h${level}`] as number] = level
  return table
}

/** Makes the features of a page's blocks, {@link FEATURES} numbers a block, in an array that is used again. */
export class FeatureReader {
  rows = new Float32Array(0)
  #size = new Float64Array(0)
  #link = new Float64Array(0)
  #long = new Float64Array(0)
  #blocks = new Float64Array(0)
  readonly #counts = new Uint16Array(4096)
  #longBefore = new Float64Array(0)
  #weight = new Float64Array(0)
  #words = new Float64Array(0)
  /** Number of the cluster of each block, by the names and tags around it, and by the tags alone. */
  path = new Int32Array(0)
  tags = new Int32Array(0)
  readonly #pathStats = new Float64Array(CLUSTERS * 6)
  readonly #tagStats = new Float64Array(CLUSTERS * 6)

  read(tree: Tree, states: ElementStates, blocks: Blocks, facts: PageFacts): Float32Array {
    const { count, stats, element, all, some } = blocks
    const { parent, tag } = tree
    const width = FEATURES.length
    if (this.rows.length < count * width) this.rows = new Float32Array(count * width * 2)
    if (this.#longBefore.length < count + 1) this.#longBefore = new Float64Array(2 * count + 1)
    this.#sum(tree, states, blocks)
    const pageSize = this.#size[0] as number
    const pageLink = this.#link[0] as number
    const pageLong = this.#long[0] as number
    let longBlocks = 0
    let paragraphSize = 0
    let listSize = 0
    let cellSize = 0
    let firstLong = count
    let lastLong = -1
    let titleBlock = -1
    for (let block = 0; block < count; block++) {
      const base = block * STATS
      const size = stats[base + Stat.size] as number
      this.#longBefore[block] = longBlocks
      if (isLong(stats, base)) {
        longBlocks++
        if (block < firstLong) firstLong = block
        lastLong = block
      }
      const bits = all[block] as number
      if (bits & State.paragraph) paragraphSize += size
      if (bits & State.list) listSize += size
      if (bits & State.cell) cellSize += size
      if (HEADING_LEVEL[tag[element[block] as number] as number] === 1 && titleBlock < 0) titleBlock = block
    }
    this.#longBefore[count] = longBlocks
    this.#cluster(tree, states, blocks)
    const root = this.#root(tree)
    const firstArticle = firstLong < count ? articleAround(tree, element[firstLong] as number) : -1
    const firstArticleSize = firstArticle < 0 ? 0 : (this.#size[firstArticle] as number)
    const firstArticleEnd = firstArticle < 0 ? 0 : (tree.end[firstArticle] as number)
    let titles = 0
    let articles = 0
    let nextNode = 0
    const body = this.#named(tree, states, 2)
    const bodyEnd = body < 0 ? -1 : (tree.end[body] as number)
    const part = this.#named(tree, states, 1)
    const partEnd = part < 0 ? -1 : (tree.end[part] as number)
    let bodyUpTo = 0
    const rootSize = this.#size[root] as number
    const rootDepth = states.depth[root] as number
    const rootEnd = tree.end[root] as number
    const rows = this.rows
    let before = 0
    let rootBefore = 0
    let lastHeading = -1
    let since = 0
    let at = 0
    const total = Math.max(1, pageSize)
    for (let block = 0; block < count; block++) {
      const base = block * STATS
      const node = element[block] as number
      const size = stats[base + Stat.size] as number
      const words = stats[base + Stat.words] as number
      const letters = stats[base + Stat.letters] as number
      const bits = all[block] as number
      const any = some[block] as number
      const above = parent[node] as number
      const grand = above < 0 ? 0 : (parent[above] as number)
      const plain = Math.max(1, size - 2 * (stats[base + Stat.unspaced] as number))
      rows[at++] = Math.log1p(size)
      rows[at++] = (stats[base + Stat.linkSize] as number) / size
      rows[at++] = Math.log1p(words)
      rows[at++] = size / Math.max(1, words)
      rows[at++] = letters / plain
      rows[at++] = (stats[base + Stat.digits] as number) / plain
      rows[at++] = (stats[base + Stat.capitals] as number) / Math.max(1, letters)
      rows[at++] = (stats[base + Stat.commas] as number) / Math.max(1, words)
      rows[at++] = (stats[base + Stat.stops] as number) / Math.max(1, words)
      rows[at++] = (stats[base + Stat.marks] as number) / plain
      rows[at++] = stats[base + Stat.lines] as number
      rows[at++] = stats[base + Stat.links] as number
      rows[at++] = (stats[base + Stat.boldSize] as number) / size
      rows[at++] = (stats[base + Stat.unspaced] as number) / plain
      rows[at++] = (stats[base + Stat.weight] as number) / (words + 2)
      rows[at++] = stats[base + Stat.lightest] as number
      rows[at++] = stats[base + Stat.heaviest] as number
      rows[at++] = stats[base + Stat.lineWeight] as number
      rows[at++] = (stats[base + Stat.titleWords] as number) / Math.max(1, words)
      rows[at++] = (stats[base + Stat.capitalWords] as number) / Math.max(1, words)
      rows[at++] = (stats[base + Stat.longWords] as number) / Math.max(1, words)
      rows[at++] = (stats[base + Stat.codeSize] as number) / size
      const last = blocks.lastByte[block] as number
      const first = blocks.firstByte[block] as number
      rows[at++] = endKind(last)
      rows[at++] = startKind(first)
      rows[at++] = first < 0x30 ? first : 0
      rows[at++] = states.hint[node] as number
      rows[at++] = above < 0 ? 0 : (states.hint[above] as number)
      rows[at++] = states.hint[grand < 0 ? 0 : grand] as number
      rows[at++] = states.lowest[node] as number
      rows[at++] = states.highest[node] as number
      rows[at++] = states.sum[node] as number
      rows[at++] = states.depth[node] as number
      rows[at++] = GROUPS[tag[node] as number] as number
      rows[at++] = HEADING_LEVEL[tag[node] as number] as number
      rows[at++] = any & State.link ? (bits & State.link ? 2 : 1) : 0
      rows[at++] = any & State.bold ? (bits & State.bold ? 2 : 1) : 0
      for (let flag = 0; flag < FLAGS.length; flag++) rows[at++] = bits & (FLAGS[flag] as number) ? 1 : 0
      for (let index = 0; index < NEIGHBOURS.length; index++) {
        const other = block + (NEIGHBOURS[index] as number)
        if (other < 0 || other >= count) {
          for (let column = 0; column < NEAR.length; column++) rows[at++] = -1
          continue
        }
        const otherBase = other * STATS
        const otherNode = element[other] as number
        const otherSize = stats[otherBase + Stat.size] as number
        rows[at++] = Math.log1p(otherSize)
        rows[at++] = (stats[otherBase + Stat.linkSize] as number) / otherSize
        rows[at++] =
          (stats[otherBase + Stat.weight] as number) / ((stats[otherBase + Stat.words] as number) + 2)
        rows[at++] = otherNode === node ? 1 : 0
        rows[at++] = parent[otherNode] === above ? 1 : 0
        rows[at++] = (all[other] as number) & State.heading ? 1 : 0
        rows[at++] = GROUPS[tag[otherNode] as number] as number
        rows[at++] = states.hint[otherNode] as number
        rows[at++] = endKind(blocks.lastByte[other] as number)
        rows[at++] = (states.depth[node] as number) - commonDepth(tree, states, node, otherNode)
      }
      let container = node
      let repeats = 0
      for (let level = 0; level < CONTAINERS; level++) {
        // Elements that hold nothing more are the same container.
        const held = this.#size[container] as number
        const seen = this.#counts[(states.signature[container] as number) & 4095] as number
        rows[at++] = Math.log1p(held)
        rows[at++] = (this.#link[container] as number) / Math.max(1, held)
        rows[at++] = held / total
        rows[at++] = Math.log1p(this.#blocks[container] as number)
        rows[at++] = (this.#long[container] as number) / Math.max(1, held)
        rows[at++] = Math.log1p(seen)
        rows[at++] = (this.#weight[container] as number) / ((this.#words[container] as number) + 5)
        if (level < 3 && seen > repeats) repeats = seen
        let up = parent[container] as number
        while (up > 0 && this.#size[up] === held) up = parent[up] as number
        container = up < 0 ? 0 : up
      }
      const inRoot = node >= root && node < rootEnd ? 1 : 0
      rows[at++] = block / count
      rows[at++] = count - block
      rows[at++] = before / total
      rows[at++] = (total - before - size) / total
      rows[at++] = titleBlock < 0 ? -100 : block - titleBlock
      rows[at++] = lastHeading < 0 ? 100 : block - lastHeading
      rows[at++] = (this.#longBefore[block] as number) / Math.max(1, longBlocks)
      rows[at++] = longBlocks - (this.#longBefore[block] as number)
      rows[at++] = since
      rows[at++] = inRoot
      rows[at++] = inRoot
        ? (states.depth[node] as number) - rootDepth
        : commonDepth(tree, states, node, root) - rootDepth
      rows[at++] = rootSize / total
      rows[at++] = rootBefore / Math.max(1, rootSize)
      rows[at++] = block < firstLong ? block - firstLong : block > lastLong ? block - lastLong : 0
      rows[at++] = Math.log1p(repeats)
      rows[at++] = (states.depth[node] as number) / Math.max(1, rootDepth)
      rows[at++] = size / Math.max(1, pageSize / count)
      if (lastHeading < 0) for (let column = 0; column < SECTION.length; column++) rows[at++] = 0
      else {
        const heading = lastHeading * STATS
        rows[at++] = (stats[heading + Stat.weight] as number) / ((stats[heading + Stat.words] as number) + 2)
        rows[at++] = stats[heading + Stat.lightest] as number
        rows[at++] = stats[heading + Stat.lineWeight] as number
        rows[at++] = Math.log1p(stats[heading + Stat.size] as number)
        rows[at++] = HEADING_LEVEL[tag[element[lastHeading] as number] as number] as number
      }
      at = this.#clusterRow(this.#pathStats, this.path[block] as number, total, at)
      at = this.#clusterRow(this.#tagStats, this.tags[block] as number, total, at)
      for (; nextNode <= node; nextNode++)
        if (tag[nextNode] === ARTICLE && (this.#size[nextNode] as number) > 0) articles++
      rows[at++] = titles
      rows[at++] = articles
      rows[at++] = firstArticle < 0 ? -1 : node >= firstArticle && node < firstArticleEnd ? 1 : 0
      rows[at++] = block - firstLong
      rows[at++] = firstArticleSize / total
      rows[at++] = body < 0 ? -1 : node >= body && node < bodyEnd ? 1 : 0
      rows[at++] = body < 0 ? -1 : (this.#long[body] as number) / Math.max(1, pageLong)
      rows[at++] = body < 0 ? -100 : (states.depth[node] as number) - (states.depth[body] as number)
      rows[at++] = part < 0 ? -1 : node >= part && node < partEnd ? 1 : 0
      rows[at++] = part < 0 ? -1 : (this.#long[part] as number) / Math.max(1, pageLong)
      rows[at++] = body < 0 ? 0 : node < body ? -1 : node < bodyEnd ? 0 : Math.log1p(before - bodyUpTo)
      if (node < bodyEnd) bodyUpTo = before + size
      rows[at++] = Math.log1p(pageSize)
      rows[at++] = pageLink / total
      rows[at++] = Math.log1p(count)
      rows[at++] = longBlocks
      rows[at++] = pageLong / total
      rows[at++] = paragraphSize / total
      rows[at++] = listSize / total
      rows[at++] = cellSize / total
      rows[at++] = facts.isArticle
      rows[at++] = facts.isProduct
      rows[at++] = facts.isDiscussion
      rows[at++] = facts.isNews
      rows[at++] = facts.published
      rows[at++] = facts.isAmp
      rows[at++] = facts.times
      rows[at++] = facts.pathParts
      rows[at++] = facts.pathDigits
      rows[at++] = (this.#long[root] as number) / Math.max(1, rootSize)
      rows[at++] = pageLong / Math.max(1, longBlocks)
      before += size
      if (inRoot) rootBefore += size
      if (bits & State.heading) {
        lastHeading = block
        if (HEADING_LEVEL[tag[node] as number] === 1) titles++
      }
      since = isLong(stats, base) ? 0 : since + 1
    }
    return rows
  }

  /** Sums size, size of links, size of long blocks and number of blocks over elements, and counts signatures. */
  #sum(tree: Tree, states: ElementStates, blocks: Blocks): void {
    const { size: nodes, parent, tag } = tree
    if (this.#size.length < nodes) {
      const length = tree.tag.length
      this.#size = new Float64Array(length)
      this.#link = new Float64Array(length)
      this.#long = new Float64Array(length)
      this.#blocks = new Float64Array(length)
      this.#weight = new Float64Array(length)
      this.#words = new Float64Array(length)
    } else {
      this.#size.fill(0, 0, nodes)
      this.#link.fill(0, 0, nodes)
      this.#long.fill(0, 0, nodes)
      this.#blocks.fill(0, 0, nodes)
      this.#weight.fill(0, 0, nodes)
      this.#words.fill(0, 0, nodes)
    }
    this.#counts.fill(0)
    const { count, element, stats } = blocks
    for (let block = 0; block < count; block++) {
      const node = element[block] as number
      const base = block * STATS
      const size = stats[base + Stat.size] as number
      this.#size[node] = (this.#size[node] as number) + size
      this.#link[node] = (this.#link[node] as number) + (stats[base + Stat.linkSize] as number)
      if (isLong(stats, base)) this.#long[node] = (this.#long[node] as number) + size
      this.#blocks[node] = (this.#blocks[node] as number) + 1
      this.#weight[node] = (this.#weight[node] as number) + (stats[base + Stat.weight] as number)
      this.#words[node] = (this.#words[node] as number) + (stats[base + Stat.words] as number)
    }
    for (let node = nodes - 1; node > 0; node--) {
      if (tag[node] === TEXT || (this.#blocks[node] as number) === 0) continue
      const above = parent[node] as number
      this.#size[above] = (this.#size[above] as number) + (this.#size[node] as number)
      this.#link[above] = (this.#link[above] as number) + (this.#link[node] as number)
      this.#long[above] = (this.#long[above] as number) + (this.#long[node] as number)
      this.#blocks[above] = (this.#blocks[above] as number) + (this.#blocks[node] as number)
      this.#weight[above] = (this.#weight[above] as number) + (this.#weight[node] as number)
      this.#words[above] = (this.#words[above] as number) + (this.#words[node] as number)
      const slot = (states.signature[node] as number) & 4095
      this.#counts[slot] = (this.#counts[slot] as number) + 1
    }
  }

  /** Gives blocks with like elements around them one number, and sums what such blocks hold. */
  #cluster(tree: Tree, states: ElementStates, blocks: Blocks): void {
    const { count, element, stats } = blocks
    const { parent, tag } = tree
    if (this.path.length < count) {
      this.path = new Int32Array(count * 2)
      this.tags = new Int32Array(count * 2)
    }
    this.#pathStats.fill(0)
    this.#tagStats.fill(0)
    for (let block = 0; block < count; block++) {
      let node = element[block] as number
      let path = 0
      let tags = 0
      for (let level = 0; level < 4 && node > 0; level++) {
        if (level < 3) path = Math.imul(path ^ (states.signature[node] as number), 0x01000193)
        tags = Math.imul(tags ^ (tag[node] as number), 0x01000193)
        node = parent[node] as number
      }
      const one = (path ^ (path >>> 13)) & (CLUSTERS - 1)
      const two = (tags ^ (tags >>> 13)) & (CLUSTERS - 1)
      this.path[block] = one
      this.tags[block] = two
      addBlock(this.#pathStats, one, stats, block * STATS)
      addBlock(this.#tagStats, two, stats, block * STATS)
    }
  }

  #clusterRow(sums: Float64Array, cluster: number, total: number, start: number): number {
    const { rows } = this
    const base = cluster * 6
    const size = sums[base + 1] as number
    const blocks = sums[base] as number
    let at = start
    rows[at++] = Math.log1p(blocks)
    rows[at++] = size / total
    rows[at++] = Math.log1p(size / blocks)
    rows[at++] = (sums[base + 2] as number) / size
    rows[at++] = (sums[base + 3] as number) / size
    rows[at++] = (sums[base + 4] as number) / ((sums[base + 5] as number) + 5)
    return at
  }

  /** The first element with a name of the body that holds a good part of what the best of them holds; -1 for none. */
  #named(tree: Tree, { body }: ElementStates, least: number): number {
    let most = 0
    for (let node = 1; node < tree.size; node++) {
      if (tree.tag[node] !== TEXT && (body[node] as number) >= least && (this.#long[node] as number) > most)
        most = this.#long[node] as number
    }
    if (most === 0) return -1
    for (let node = 1; node < tree.size; node++) {
      if (
        tree.tag[node] !== TEXT &&
        (body[node] as number) >= least &&
        (this.#long[node] as number) >= 0.4 * most
      )
        return node
    }
    return -1
  }

  /** The smallest element that holds most of the long blocks' text. */
  #root(tree: Tree): number {
    const { end, tag } = tree
    let root = 0
    for (;;) {
      const least = ROOT_SHARE * (this.#long[root] as number)
      if (least === 0) return root
      let next = -1
      const stop = end[root] as number
      for (let child = root + 1; child < stop; child = end[child] as number) {
        if (tag[child] !== TEXT && (this.#long[child] as number) >= least) {
          next = child
          break
        }
      }
      if (next < 0) return root
      root = next
    }
  }
}

const ROOT_SHARE = 0.7
export const CLUSTERS = 1024
const ARTICLE = TAG['article'] as number

function addBlock(sums: Float64Array, cluster: number, stats: Float64Array, base: number): void {
  const at = cluster * 6
  const size = stats[base + Stat.size] as number
  sums[at] = (sums[at] as number) + 1
  sums[at + 1] = (sums[at + 1] as number) + size
  sums[at + 2] = (sums[at + 2] as number) + (stats[base + Stat.linkSize] as number)
  if (isLong(stats, base)) sums[at + 3] = (sums[at + 3] as number) + size
  sums[at + 4] = (sums[at + 4] as number) + (stats[base + Stat.weight] as number)
  sums[at + 5] = (sums[at + 5] as number) + (stats[base + Stat.words] as number)
}

function articleAround(tree: Tree, node: number): number {
  let at = node
  while (at > 0 && tree.tag[at] !== ARTICLE) at = tree.parent[at] as number
  return at > 0 ? at : -1
}

function isLong(stats: Float64Array, base: number): boolean {
  const words = stats[base + Stat.words] as number
  return words >= LONG_WORDS && 2 * (stats[base + Stat.linkWords] as number) < words
}

/** 2 for the end of a sentence, 1 for a colon, comma or dash, 3 for a bracket or a quote, 0 for others. */
function endKind(byte: number): number {
  if (byte === 0x2e || byte === 0x21 || byte === 0x3f) return 2
  if (byte === 0x3a || byte === 0x2c || byte === 0x3b || byte === 0x2d) return 1
  if (byte === 0x22 || byte === 0x27 || byte === 0x29 || byte === 0x5d) return 3
  return byte >= 0x80 ? 4 : 0
}

/** 3 for a capital, 2 for a small letter, 1 for a digit, 4 for other scripts, 0 for marks. */
function startKind(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return 3
  if (byte >= 0x61 && byte <= 0x7a) return 2
  if (byte >= 0x30 && byte <= 0x39) return 1
  return byte >= 0x80 ? 4 : 0
}

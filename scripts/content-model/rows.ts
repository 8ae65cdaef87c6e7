import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { blockText } from '../../src/html/block-text.ts'
import { BlockReader, type Blocks, STATS, Stat } from '../../src/html/blocks.ts'
import { StateReader } from '../../src/html/element-state.ts'
import { CONTEXT_FEATURES, ContextReader } from '../../src/html/features/context.ts'
import { FEATURES, FeatureReader } from '../../src/html/features/features.ts'
import { Lexicon } from '../../src/html/lexicon.ts'
import { readPageFacts } from '../../src/html/page-facts.ts'
import { gatherSources } from '../../src/html/page-sources.ts'
import { createParser } from '../../src/html/parse.ts'
import type { Tree } from '../../src/html/tree.ts'
import { type Label, labelBlocks } from './labels.ts'
import { Listener } from './listener.ts'
import { type LabelledPage, readPages, SETS } from './pages.ts'
import { Tally } from './tally.ts'

/**
 * Makes the rows that `train.py` learns from.
 *
 *     node scripts/content-model/rows.ts features DATA OUT HALVES   features of each block, labels and lexicons
 *     node scripts/content-model/rows.ts context DATA OUT HALVES    what OUT/guesses.f64 says of the blocks around
 *
 * Lexicons are learnt from pages of HALVES (`A` or `AB`); a page of these is read with those that were learnt
 * without its fold, another page with those of all.
 */
const MIN_NAME_SITES = 4
const MIN_WORD_SITES = 5
const FOLDS = 10

const [phase = '', data = '', out = '', halves = ''] = process.argv.slice(2)
const pages = SETS.flatMap((set) => readPages(data, set))
const parse = createParser()

interface Read {
  readonly page: LabelledPage
  readonly texts: readonly string[]
  readonly labels: readonly Label[]
}

const names = new Tally()
const words = new Tally()
const reads = pages.map(listen)
const folds = [...Array(FOLDS).keys(), -1]
const lexicons = folds.map((fold) => ({
  names: names.weights(MIN_NAME_SITES, fold),
  words: words.weights(MIN_WORD_SITES, fold),
}))
if (phase === 'features') writeFeatures()
else writeContext()

function isLearnt(page: LabelledPage): boolean {
  return halves.includes(page.half)
}

function listen(page: LabelledPage): Read {
  const tree = parse(Buffer.from(page.html))
  const heardNames = new Listener()
  const heardWords = new Listener()
  const states = new StateReader(heardNames).read(tree)
  const blocks = new BlockReader(heardWords).read(
    tree,
    states,
    readPageFacts(gatherSources(tree), page.url).titleNode,
  )
  const texts = Array.from({ length: blocks.count }, (_, block) => blockText(tree, states, blocks, block))
  const labels = labelBlocks(page, texts)
  if (isLearnt(page)) {
    names.addPage(page, nameSums(tree, blocks, labels, heardNames.heard))
    words.addPage(page, wordSums(labels, heardWords.heard))
  }
  return { page, texts, labels }
}

/** For each name, how much labelled text in the elements that have it is content, and how much is not. */
function nameSums(
  tree: Tree,
  blocks: Blocks,
  labels: readonly Label[],
  heard: readonly number[],
): Map<number, [number, number]> {
  const sums = new Map<number, [number, number]>()
  const seen = new Set<string>()
  for (let at = 0; at < heard.length; at += 2) {
    const hash = heard[at] as number
    const node = heard[at + 1] as number
    if (seen.has(`${hash} ${node}`)) continue
    seen.add(`${hash} ${node}`)
    const end = tree.end[node] as number
    const sum = sums.get(hash) ?? [0, 0]
    for (let block = firstFrom(blocks, node); block < blocks.count; block++) {
      if ((blocks.first[block] as number) >= end) break
      const size = blocks.stats[block * STATS + Stat.size] as number
      if (labels[block] === 1) sum[0] += size
      else if (labels[block] === 0) sum[1] += size
    }
    if (sum[0] + sum[1] > 0) sums.set(hash, sum)
  }
  return sums
}

function firstFrom({ first, count }: Blocks, node: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if ((first[middle] as number) < node) low = middle + 1
    else high = middle
  }
  return low
}

function wordSums(labels: readonly Label[], heard: readonly number[]): Map<number, [number, number]> {
  const sums = new Map<number, [number, number]>()
  for (let at = 0; at < heard.length; at += 2) {
    const label = labels[heard[at + 1] as number]
    if (label === undefined || label === -1) continue
    const hash = heard[at] as number
    const sum = sums.get(hash) ?? [0, 0]
    sum[label === 1 ? 0 : 1]++
    sums.set(hash, sum)
  }
  return sums
}

/** Calls with each page, read with the lexicons that do not know it. */
function readAll(
  use: (read: Read, at: { tree: Tree; blocks: Blocks; maker: FeatureReader; states: StateReader }) => void,
): void {
  const readers = lexicons.map((each) => ({
    states: new StateReader(new Lexicon(each.names.keys, each.names.weights)),
    blocks: new BlockReader(new Lexicon(each.words.keys, each.words.weights)),
  }))
  const maker = new FeatureReader()
  for (const read of reads) {
    const { page } = read
    const reader = readers[isLearnt(page) ? page.fold : FOLDS]
    if (reader === undefined) throw new Error('no such fold')
    const tree = parse(Buffer.from(page.html))
    const facts = readPageFacts(gatherSources(tree), page.url)
    const states = reader.states
    states.read(tree)
    const blocks = reader.blocks.read(tree, states, facts.titleNode)
    if (blocks.count !== read.texts.length) throw new Error(`${page.id}: blocks differ`)
    maker.start(tree, states, blocks, facts)
    use(read, { tree, blocks, maker, states })
  }
}

function writeFeatures(): void {
  const file = openSync(join(out, 'features.f32'), 'w')
  const lines: string[] = []
  readAll(({ page, texts, labels }, { tree, blocks, maker }) => {
    const rows = new Float32Array(blocks.count * FEATURES.length)
    for (let block = 0; block < blocks.count; block++) maker.write(rows, block * FEATURES.length)
    writeSync(file, new Uint8Array(rows.buffer))
    const counts = texts.map((_, block) => blocks.stats[block * STATS + Stat.words])
    const parents = texts.map((_, block) => tree.parent[blocks.element[block] as number])
    const { set, id, site, fold, half, type } = page
    lines.push(JSON.stringify({ set, id, site, fold, half, type, texts, labels, words: counts, parents }))
  })
  closeSync(file)
  writeFileSync(join(out, 'pages.jsonl'), lines.join('\n'))
  writeFileSync(join(out, 'names.json'), JSON.stringify({ features: FEATURES, context: CONTEXT_FEATURES }))
  const all = lexicons.at(-1)
  if (all === undefined) throw new Error('no lexicon')
  const plain = ({ keys, weights }: (typeof all)['names']) => ({ keys: [...keys], weights: [...weights] })
  writeFileSync(
    join(out, 'lexicon.json'),
    JSON.stringify({ names: plain(all.names), words: plain(all.words) }),
  )
}

function writeContext(): void {
  const bytes = readFileSync(join(out, 'guesses.f64'))
  const guesses = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
  const file = openSync(join(out, 'context.f32'), 'w')
  const reader = new ContextReader()
  const width = CONTEXT_FEATURES.length
  let done = 0
  readAll((_, { tree, blocks, maker, states }) => {
    const rows = new Float32Array(blocks.count * width)
    const page = {
      tree,
      states,
      blocks,
      clusters: maker.clusters,
      guesses: guesses.subarray(done, done + blocks.count),
    }
    reader.write(
      page,
      Int32Array.from({ length: blocks.count }, (_, block) => block),
      rows,
      width,
      0,
    )
    writeSync(file, new Uint8Array(rows.buffer))
    done += blocks.count
  })
  closeSync(file)
}

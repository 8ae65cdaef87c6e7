import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { BlockReader, STATS, Stat } from '../../src/html/blocks.ts'
import { State, StateReader } from '../../src/html/element-state.ts'
import { FEATURES, FeatureReader } from '../../src/html/features.ts'
import { Lexicon } from '../../src/html/lexicon.ts'
import { nodeText } from '../../src/html/node-text.ts'
import { readPageFacts } from '../../src/html/page-facts.ts'
import { createParser } from '../../src/html/parse.ts'
import { TEXT } from '../../src/html/tag-table.ts'
import { type Label, labelBlocks } from './labels.ts'
import { type LabelledPage, readPages, SETS } from './pages.ts'

/** Writes down which hashes were asked for, and where. */
class Listener extends Lexicon {
  readonly heard: number[] = []
  constructor() {
    super(new Int32Array(0), new Float32Array(0))
  }
  override weight(hash: number, place: number): number {
    this.heard.push(hash, place)
    return 0
  }
}

const [data = '../shared/data/extraction', out = '/tmp/content-model', halves = 'A'] = process.argv.slice(2)
const parse = createParser()

const pages = SETS.flatMap((set) => readPages(data, set)).filter((page) => halves.includes(page.half))

interface Read {
  readonly page: LabelledPage
  readonly texts: string[]
  readonly labels: Label[]
}

/** Per token: for each site, the sum of shares and how many. */
type Tally = Map<number, Map<string, { share: number; count: number; fold: number }>>
const names: Tally = new Map()
const words: Tally = new Map()

function tell(tally: Tally, hash: number, page: LabelledPage, share: number): void {
  let sites = tally.get(hash)
  if (sites === undefined) tally.set(hash, (sites = new Map()))
  const found = sites.get(page.site)
  if (found === undefined) sites.set(page.site, { share, count: 1, fold: page.fold })
  else {
    found.share += share
    found.count++
  }
}

function listen(page: LabelledPage): Read {
  const tree = parse(Buffer.from(page.html))
  const heardNames = new Listener()
  const heardWords = new Listener()
  const states = new StateReader(heardNames).read(tree)
  const facts = readPageFacts(tree, states, page.url)
  const blocks = new BlockReader(heardWords).read(tree, states, facts.titleNode)
  const texts: string[] = []
  for (let block = 0; block < blocks.count; block++) {
    let text = ''
    for (let node = blocks.first[block] as number; node <= (blocks.last[block] as number); node++) {
      if (tree.tag[node] !== TEXT || (states.state[tree.parent[node] as number] as number) & State.unread)
        continue
      if (text !== '' && (tree.gap[node] as number) > 0) text += (tree.gap[node] as number) & 6 ? '\n' : ' '
      text += nodeText(tree, node)
    }
    texts.push(text.replace(/\s+/g, ' ').trim())
  }
  const labels = labelBlocks(page, texts)
  const size = (block: number) => blocks.stats[block * STATS + Stat.size] as number
  // Names: share of labelled text that is content in the elements that have them.
  const byName = new Map<number, [number, number]>()
  const seen = new Set<string>()
  for (let at = 0; at < heardNames.heard.length; at += 2) {
    const hash = heardNames.heard[at] as number
    const node = heardNames.heard[at + 1] as number
    if (seen.has(`${hash} ${node}`)) continue
    seen.add(`${hash} ${node}`)
    const end = tree.end[node] as number
    let good = 0
    let bad = 0
    for (
      let block = lowerBound(blocks.first, blocks.count, node);
      block < blocks.count && (blocks.first[block] as number) < end;
      block++
    ) {
      if (labels[block] === 1) good += size(block)
      else if (labels[block] === 0) bad += size(block)
    }
    if (good + bad === 0) continue
    const sum = byName.get(hash) ?? [0, 0]
    byName.set(hash, [sum[0] + good, sum[1] + bad])
  }
  for (const [hash, [good, bad]] of byName) tell(names, hash, page, good / (good + bad))
  const byWord = new Map<number, [number, number]>()
  for (let at = 0; at < heardWords.heard.length; at += 2) {
    const label = labels[heardWords.heard[at + 1] as number]
    if (label === undefined || label === -1) continue
    const hash = heardWords.heard[at] as number
    const sum = byWord.get(hash) ?? [0, 0]
    byWord.set(hash, label === 1 ? [sum[0] + 1, sum[1]] : [sum[0], sum[1] + 1])
  }
  for (const [hash, [good, bad]] of byWord) tell(words, hash, page, good / (good + bad))
  return { page, texts, labels }
}

function lowerBound(array: Int32Array, length: number, value: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((array[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Weights from all sites but those of one fold. */
function lexiconOf(
  tally: Tally,
  without: number,
  minSites: number,
): { keys: Int32Array; weights: Float32Array } {
  const keys: number[] = []
  const weights: number[] = []
  let all = 0
  let count = 0
  for (const sites of tally.values())
    for (const { share, count: n } of sites.values()) {
      all += share / n
      count++
    }
  const prior = all / count
  const base = Math.log(prior / (1 - prior))
  for (const [hash, sites] of tally) {
    let sum = 0
    let n = 0
    for (const { share, count: times, fold } of sites.values())
      if (fold !== without) {
        sum += share / times
        n++
      }
    if (n < minSites) continue
    const p = (sum + SHRINK * prior) / (n + SHRINK)
    const weight = Math.log(p / (1 - p)) - base
    if (Math.abs(weight) < 0.3) continue
    keys.push(hash)
    weights.push(Math.round(Math.max(-6, Math.min(6, weight)) * 20) / 20)
  }
  return { keys: Int32Array.from(keys), weights: Float32Array.from(weights) }
}
const SHRINK = 2
const MIN_NAME_SITES = 4
const MIN_WORD_SITES = 5

const reads = pages.map(listen)
console.log(`${pages.length} pages, ${names.size} names, ${words.size} words`)
const folds = [...Array(10).keys(), -1]
const lexicons = folds.map((fold) => ({
  names: lexiconOf(names, fold, MIN_NAME_SITES),
  words: lexiconOf(words, fold, MIN_WORD_SITES),
}))
const last = lexicons.at(-1)
console.log(`lexicons: ${last?.names.keys.length} names, ${last?.words.keys.length} words`)
writeFileSync(
  join(out, 'lexicon.json'),
  JSON.stringify({ names: pairs(last?.names), words: pairs(last?.words) }),
)
function pairs(lexicon: { keys: Int32Array; weights: Float32Array } | undefined) {
  return { keys: [...(lexicon?.keys ?? [])], weights: [...(lexicon?.weights ?? [])] }
}
const file = openSync(join(out, 'features.f32'), 'w')
const meta: unknown[] = []
const readers = lexicons.map(({ names: n, words: w }) => ({
  states: new StateReader(new Lexicon(n.keys, n.weights)),
  blocks: new BlockReader(new Lexicon(w.keys, w.weights)),
}))
const maker = new FeatureReader()
for (const { page, texts, labels } of reads) {
  const tree = parse(Buffer.from(page.html))
  const reader = readers[page.fold]
  if (reader === undefined) throw new Error('no fold')
  const states = reader.states.read(tree)
  const facts = readPageFacts(tree, states, page.url)
  const blocks = reader.blocks.read(tree, states, facts.titleNode)
  const rows = maker.read(tree, states, blocks, facts)
  if (blocks.count !== texts.length) throw new Error(`${page.id}: blocks differ`)
  writeSync(file, new Uint8Array(rows.buffer, 0, blocks.count * FEATURES.length * 4))
  const words = Array.from({ length: blocks.count }, (_, block) => blocks.stats[block * STATS + Stat.words])
  // Containers of a block, for what is averaged over them.
  const up: number[][] = []
  for (let block = 0; block < blocks.count; block++) {
    let node = blocks.element[block] as number
    const chain: number[] = []
    for (; node > 0 && chain.length < 60; node = tree.parent[node] as number) chain.push(node)
    up.push(chain)
  }
  meta.push({
    set: page.set,
    id: page.id,
    site: page.site,
    fold: page.fold,
    half: page.half,
    type: page.type,
    texts,
    labels,
    words,
    up,
    path: [...maker.path.subarray(0, blocks.count)],
    tags: [...maker.tags.subarray(0, blocks.count)],
    heading: Array.from({ length: blocks.count }, (_, b) =>
      (blocks.all[b] as number) & State.heading ? 1 : 0,
    ),
  })
}
closeSync(file)
writeFileSync(join(out, 'pages.jsonl'), meta.map((each) => JSON.stringify(each)).join('\n'))
writeFileSync(join(out, 'features.json'), JSON.stringify(FEATURES))

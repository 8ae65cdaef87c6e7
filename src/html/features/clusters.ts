import { type Blocks, STATS, Stat } from '../blocks.ts'
import type { ElementStates } from '../element-state.ts'
import type { Tree } from '../tree.ts'
import { isLong } from './long-block.ts'

/** Numbers of clusters are below this; unlike blocks may share one. */
export const CLUSTERS = 1024
const SUMS = 6
const PATH_LEVELS = 3
const TAG_LEVELS = 4

export const CLUSTER_FEATURES = ['blocks', 'share', 'meanSize', 'linkShare', 'longShare', 'weight'] as const

/** Which blocks of a page have like elements around them, as the items of a list and the paragraphs of a text do. */
export class Clusters {
  /** Number of the cluster of each block, by the tags and classes of three elements, and by the tags of four. */
  path = new Int32Array(0)
  tags = new Int32Array(0)
  readonly #pathSums = new Float64Array(CLUSTERS * SUMS)
  readonly #tagSums = new Float64Array(CLUSTERS * SUMS)

  read({ parent, tag }: Tree, { signature }: ElementStates, { count, element, stats }: Blocks): void {
    if (this.path.length < count) {
      this.path = new Int32Array(count * 2)
      this.tags = new Int32Array(count * 2)
    }
    this.#pathSums.fill(0)
    this.#tagSums.fill(0)
    for (let block = 0; block < count; block++) {
      let node = element[block] as number
      let path = 0
      let tags = 0
      for (let level = 0; level < TAG_LEVELS && node > 0; level++) {
        if (level < PATH_LEVELS) path = Math.imul(path ^ (signature[node] as number), 0x01000193)
        tags = Math.imul(tags ^ (tag[node] as number), 0x01000193)
        node = parent[node] as number
      }
      path = (path ^ (path >>> 13)) & (CLUSTERS - 1)
      tags = (tags ^ (tags >>> 13)) & (CLUSTERS - 1)
      this.path[block] = path
      this.tags[block] = tags
      addBlock(this.#pathSums, path, stats, block * STATS)
      addBlock(this.#tagSums, tags, stats, block * STATS)
    }
  }

  /** Writes {@link CLUSTER_FEATURES} of a block's two clusters; gives the place behind them. */
  write(rows: Float32Array, start: number, block: number, total: number): number {
    const at = writeSums(rows, start, this.#pathSums, this.path[block] as number, total)
    return writeSums(rows, at, this.#tagSums, this.tags[block] as number, total)
  }
}

function addBlock(sums: Float64Array, cluster: number, stats: Float64Array, base: number): void {
  const at = cluster * SUMS
  const size = stats[base + Stat.size] as number
  sums[at] = (sums[at] as number) + 1
  sums[at + 1] = (sums[at + 1] as number) + size
  sums[at + 2] = (sums[at + 2] as number) + (stats[base + Stat.linkSize] as number)
  if (isLong(stats, base)) sums[at + 3] = (sums[at + 3] as number) + size
  sums[at + 4] = (sums[at + 4] as number) + (stats[base + Stat.weight] as number)
  sums[at + 5] = (sums[at + 5] as number) + (stats[base + Stat.words] as number)
}

function writeSums(
  rows: Float32Array,
  start: number,
  sums: Float64Array,
  cluster: number,
  total: number,
): number {
  const base = cluster * SUMS
  const blocks = sums[base] as number
  const size = sums[base + 1] as number
  rows[start] = blocks
  rows[start + 1] = size / total
  rows[start + 2] = size / blocks
  rows[start + 3] = (sums[base + 2] as number) / size
  rows[start + 4] = (sums[base + 3] as number) / size
  rows[start + 5] = (sums[base + 4] as number) / ((sums[base + 5] as number) + 5)
  return start + SUMS
}

import { PART } from '../../learn/linear/logistic-loss.ts'
import { countAt, featureAt, putCount } from '../../learn/linear/packed-rows.ts'
import type { FitPool } from './fit-pool.ts'
import { blocks } from './row-passes.ts'
import { type RowTable, shared } from './row-table.ts'
import { WordWriter } from './word-writer.ts'

/** Rows of one unit that are written anew. */
export interface RenumberTask {
  readonly table: RowTable
  readonly unit: number
  readonly path: string
  /** New number of each feature plus 1; 0 = it goes. */
  readonly ranks: Uint32Array
}

/** Rows whose features are numbered anew, and the number that each had. */
export interface Renumbered {
  readonly table: RowTable
  readonly features: Uint32Array
}

/**
 * Numbers features by how many training rows have them, the most frequent first, so that those that are met most lie side by
 * side in the cache. What no training row has goes, as do the entries of rows that are excluded: it could weigh nothing.
 */
export async function renumbered(table: RowTable, counts: Float64Array, pool: FitPool): Promise<Renumbered> {
  const features = byCount(counts)
  const ranks = shared(Uint32Array, table.features)
  for (const [rank, feature] of features.entries()) ranks[feature] = rank + 1
  const paths = table.paths.map((path) => `${path}-ranked`)
  await pool.each(
    'renumber',
    paths.map((path, unit) => ({ table, unit, path, ranks })),
  )
  return { table: { ...table, paths, features: features.length }, features }
}

/** Writes a unit's rows anew; their sizes and starts change in the table. */
export function renumber({ table, unit, path, ranks }: RenumberTask): void {
  const { sizes, starts } = table
  const [from, to] = [table.firsts[unit] as number, table.firsts[unit + 1] as number]
  const writer = new WordWriter(path)
  let written = 0
  try {
    for (const { rows, first } of blocks(table, from, to, [1, 1])) {
      const { entries, parts } = rows
      let [end, place] = [0, 0]
      // The block was read whole: what a row no longer needs may be written over.
      for (let row = 0; row < rows.sizes.length; row++) {
        let at = end
        end += rows.sizes[row] as number
        const start = place
        if (parts[row] === PART.excluded) at = end
        for (; at < end; at++) {
          const entry = entries[at] as number
          const rank = ranks[featureAt(entry)] as number
          if (rank !== 0) place = putCount(entries, place, rank - 1, countAt(entry))
        }
        sizes[first + row] = place - start
        starts[first + row] = written + start
      }
      writer.add(entries.subarray(0, place))
      written += place
    }
  } finally {
    writer.close()
  }
}

/** Classes of counts for each doubling. */
const CLASSES = 8
/** More than the classes of all counts that are whole numbers. */
const MOST_CLASSES = 53 * CLASSES + 1

/** Features that occur, by classes of about equal counts, the most frequent first; of a class in their order. */
function byCount(counts: Float64Array): Uint32Array {
  const classOf = (count: number): number => MOST_CLASSES - 1 - Math.floor(CLASSES * Math.log2(count))
  const places = new Uint32Array(MOST_CLASSES + 1)
  for (const count of counts)
    if (count > 0) places[classOf(count) + 1] = (places[classOf(count) + 1] as number) + 1
  for (let at = 1; at <= MOST_CLASSES; at++) places[at] = (places[at] as number) + (places[at - 1] as number)
  const features = new Uint32Array(places[MOST_CLASSES] as number)
  for (let feature = 0; feature < counts.length; feature++) {
    const count = counts[feature] as number
    if (count === 0) continue
    const place = classOf(count)
    features[places[place] as number] = feature
    places[place] = (places[place] as number) + 1
  }
  return features
}

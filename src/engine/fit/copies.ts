import { chosenSketch } from '../../dedup/choice.ts'
import { PART } from '../../learn/linear/logistic-loss.ts'
import type { FitSource } from './fit-source.ts'
import { type KeyedUnit, nearPositives } from './near-positives.ts'
import type { SourceRows } from './quality-metrics.ts'
import type { UnitFeatures } from './read-features.ts'
import type { RowTable } from './row-table.ts'

/** What near copies are: as `tilth dedup` has them, word 5-grams with a Jaccard index of .8 and above. */
export const COPY_SKETCH = chosenSketch({ preset: 'default' })

/** A unit that was read, and the file of its rows. */
export interface ReadUnit {
  readonly features: UnitFeatures
  readonly keyed: KeyedUnit
  readonly rowsPath: string
}

/** A source that was read, and its rows in the table. */
export interface ReadSource extends SourceRows {
  readonly source: FitSource
  readonly units: readonly ReadUnit[]
}

/** Negatives that were left out because a positive is the same text (case and white space aside), or nearly. */
export interface Copies {
  readonly exact: number
  readonly near: number
}

/** Takes negatives out of the table that are copies of positives; gives how many, by source. */
export async function excludeCopies(
  sources: readonly ReadSource[],
  table: RowTable,
  progress?: (phase: string, done: number, total: number) => void,
): Promise<readonly Copies[]> {
  const hashes = hashesOf(sources, table.rows)
  const known = new Set<number>()
  // Of positives that are one text, one is enough to find its near copies.
  const repeated = new Uint8Array(table.rows)
  for (const { role, from, to } of sources) {
    for (let row = from; role === 'positives' && row < to; row++) {
      const hash = hashes[row] as number
      if (known.has(hash)) repeated[row] = 1
      else known.add(hash)
    }
  }
  const exact = sources.map(({ role, from, to }) => {
    let count = 0
    for (let row = from; role === 'negatives' && row < to; row++) {
      if (!known.has(hashes[row] as number)) continue
      table.parts[row] = PART.excluded
      count++
    }
    return count
  })
  progress?.('copies', 0, 0)
  const near = await nearPositives({
    units: sources.flatMap(({ units }) => units.map(({ keyed }) => keyed)),
    sketch: COPY_SKETCH.spec,
    threshold: COPY_SKETCH.threshold,
    skips: (row) => repeated[row] === 1 || table.parts[row] === PART.excluded,
  })
  for (const row of near) table.parts[row] = PART.excluded
  return sources.map(({ from, to }, at) => ({
    exact: exact[at] ?? 0,
    near: [...near].filter((row) => row >= from && row < to).length,
  }))
}

function hashesOf(sources: readonly ReadSource[], rows: number): Float64Array {
  const hashes = new Float64Array(rows)
  for (const { units } of sources)
    for (const { features, keyed } of units) hashes.set(features.copies, keyed.first)
  return hashes
}

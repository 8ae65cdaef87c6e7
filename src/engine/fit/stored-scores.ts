import { rejectedRows, signalRows, type Version } from '../../store/version.ts'
import { loadTextHash } from '../../text/hash.ts'

/** Documents that came to a step. */
export interface StoredCounts {
  readonly kept: number
  /** Dropped by the step or a later one. */
  readonly rejected: number
}

/**
 * A stored signal of every document that came to its step: of those that are kept, and unless `keptOnly` of those that this step or a
 * later one dropped. A run measures a document that an earlier step has dropped, too, where that costs no more reading: it is
 * none of them. Holds 8 bytes for each document that was dropped before the step.
 *
 * @param signal `STEP.SIGNAL`, one that the version has.
 */
export async function storedScores(
  version: Version,
  signal: string,
  keptOnly: boolean,
  take: (score: number) => void,
): Promise<StoredCounts> {
  const step = signal.slice(0, signal.lastIndexOf('.'))
  const droppedBefore = keptOnly ? () => false : await idsDroppedBefore(version, step)
  let [kept, rejected] = [0, 0]
  for await (const row of signalRows(version)) {
    const score = row.signals[signal]
    if (typeof score !== 'number' || (!row.kept && (keptOnly || droppedBefore(row.id)))) continue
    if (row.kept) kept++
    else rejected++
    take(score)
  }
  return { kept, rejected }
}

/** Whether an id is of a document that a step before this one dropped. */
async function idsDroppedBefore(version: Version, step: string): Promise<(id: string) => boolean> {
  const names = version.plan.steps.map(({ name }) => name)
  const behind = new Set(names.slice(names.indexOf(step)))
  const before = version.manifest.steps
    .filter(({ name }) => !behind.has(name))
    .reduce((sum, { dropped, failed }) => sum + dropped + failed, 0)
  if (before === 0) return () => false
  const { chance } = await loadTextHash()
  const keyOf = (id: string): number => chance('', id)
  const keys = new Float64Array(before)
  let count = 0
  for await (const row of rejectedRows(version, ['id', 'step'])) {
    if (behind.has(row.step) || count === keys.length) continue
    keys[count++] = keyOf(row.id)
  }
  const sorted = keys.subarray(0, count).sort()
  return (id) => holds(sorted, keyOf(id))
}

function holds(sorted: Float64Array, key: number): boolean {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((sorted[middle] as number) < key) from = middle + 1
    else to = middle
  }
  return sorted[from] === key
}

import { TilthError } from '../../model/error.ts'
import type { Store } from '../../store/store.ts'
import { readScores, type Scored, type ScoresFrom } from './scores.ts'

export interface ThresholdFitted extends Scored {
  /** The least score that is kept. */
  readonly threshold: number
  readonly documents: number
  /** Documents with this score or a higher one: more than the share where many have the same. */
  readonly kept: number
}

/**
 * The score from which on a share of the documents lies, at least one. Holds 8 bytes a document.
 *
 * @throws TilthError `data` where none has a score.
 */
export async function fitThreshold(
  given: string,
  top: number,
  from: ScoresFrom,
  store: Store,
): Promise<ThresholdFitted> {
  let scores = new Float64Array(1 << 12)
  let documents = 0
  const scored = await readScores(given, from, store, (score) => {
    if (documents === scores.length) {
      const larger = new Float64Array(2 * documents)
      larger.set(scores)
      scores = larger
    }
    scores[documents++] = score
  })
  if (documents === 0)
    throw new TilthError('data', `${scored.ref}: no document has a score`, {
      hint: 'score them with --model',
    })
  const sorted = scores.subarray(0, documents).sort()
  const threshold = sorted[documents - Math.max(1, Math.round(top * documents))] as number
  return { ...scored, threshold, documents, kept: documents - sorted.indexOf(threshold) }
}

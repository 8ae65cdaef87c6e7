/** A source of a classifier, as far as what was measured of it goes. */
export interface HeldOutSource {
  readonly name: string
  readonly role: string
  /** Documents that the fit did not see: all figures are of them. */
  readonly heldOut: number
  /** Area under the ROC curve against the other side; `null` where there is none. */
  readonly auc: number | null
}

/**
 * Below so many documents on a side an AUC is told with their number. Our choice: the standard error of an AUC of .8 from 30 and 30 documents is .06
 * (Hanley and McNeil 1982), as much as there is between a good classifier and a better one.
 */
const FEW = 30

/** Documents that were held out on either side. */
export function heldOutCounts(sources: readonly HeldOutSource[]): {
  readonly positives: number
  readonly negatives: number
} {
  const of = (role: string): number =>
    sources.reduce((sum, source) => sum + (source.role === role ? source.heldOut : 0), 0)
  return { positives: of('positives'), negatives: of('negatives') }
}

/** What of a classifier's figures is from so few documents that it says little, a sentence each without its end. */
export function fewHeldOut(sources: readonly HeldOutSource[]): readonly string[] {
  const few = sources
    .filter(({ auc, heldOut }) => auc !== null && heldOut < FEW)
    .map(
      ({ name, heldOut, auc }) =>
        `${name}: its AUC of ${(auc ?? 0).toFixed(3)} is of ${heldOut} held-out ${heldOut === 1 ? 'document' : 'documents'}, and says little`,
    )
  const { positives, negatives } = heldOutCounts(sources)
  // A side of several sources may have enough where none of them has.
  if (few.length === 0 || Math.min(positives, negatives) >= FEW) return few
  return [...few, `the AUC of all is of ${positives} positive and ${negatives} negative documents held out`]
}

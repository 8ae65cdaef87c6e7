/** Rows of one source, and what their domains draw. */
export interface SourceDomains {
  /** Number of each row's domain. */
  readonly domains: Uint32Array
  /** What each domain drew, 0 to 1, by its number. */
  readonly domainChances: Float64Array
  /** What each row drew. */
  readonly chances: Float64Array
  /** Whether a row takes part at all. */
  readonly takesPart: (row: number) => boolean
}

export interface HeldOut {
  /** 1 for a row that is held out. */
  readonly rows: Uint8Array
  /** Domains of the rows that take part. */
  readonly domains: number
  /** Domains that hold more than their share, and are parted by documents. */
  readonly parted: readonly number[]
}

/** A domain with more than this share of its source is parted by documents: it would be held out whole, or not at all. */
const LARGE = 0.2

/**
 * Chooses the part of a source that is held out: whole domains whose chance is below the ratio, so that no page is tested
 * on the words of a site that the model has seen. Where none is drawn, the one with the lowest chance is; a source of one
 * document has none.
 */
export function heldOutRows(
  { domains, domainChances, chances, takesPart }: SourceDomains,
  ratio: number,
): HeldOut {
  const sizes = new Float64Array(domainChances.length)
  const taking: number[] = []
  for (let row = 0; row < domains.length; row++) {
    if (!takesPart(row)) continue
    taking.push(row)
    sizes[domains[row] as number] = (sizes[domains[row] as number] as number) + 1
  }
  const isLarge = (domain: number): boolean => (sizes[domain] as number) > LARGE * taking.length
  const chanceOf = (row: number): number => {
    const domain = domains[row] as number
    return (isLarge(domain) ? chances[row] : domainChances[domain]) as number
  }
  const rows = new Uint8Array(domains.length)
  let held = 0
  for (const row of taking) {
    if (chanceOf(row) >= ratio) continue
    rows[row] = 1
    held++
  }
  if (held === 0 && ratio > 0) {
    const least = taking.reduce((low, row) => Math.min(low, chanceOf(row)), Number.POSITIVE_INFINITY)
    const lowest = taking.filter((row) => chanceOf(row) === least)
    if (lowest.length < taking.length) for (const row of lowest) rows[row] = 1
  }
  const numbers = [...sizes.keys()].filter((domain) => (sizes[domain] as number) > 0)
  return { rows, domains: numbers.length, parted: numbers.filter(isLarge) }
}

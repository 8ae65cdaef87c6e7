import { licenceOf } from '../text/licence.ts'

/** Where a page states its licence. */
export type LicenceSource = 'rel-license' | 'linked-data' | 'meta' | 'link'

export interface LicenceStatement {
  readonly licence?: string
  readonly licenceSource?: LicenceSource
}

/**
 * The first statement that names a licence we know, else the first there is: `rel=license` often leads to a page on
 * terms, while a badge beside it leads to the licence.
 */
export function statedLicence(
  statements: readonly (readonly [source: LicenceSource, licence: string | undefined])[],
): LicenceStatement {
  const made = statements.flatMap(([licenceSource, licence]) =>
    licence === undefined ? [] : [{ licence, licenceSource }],
  )
  return made.find(({ licence }) => licenceOf(licence) !== undefined) ?? made[0] ?? {}
}

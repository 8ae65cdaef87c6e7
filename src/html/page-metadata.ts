import type { LicenceSource } from './licence-statement.ts'

/** What a page says of itself. What it does not say is not there. */
export interface Metadata {
  readonly title?: string
  readonly authors?: readonly string[]
  /** ISO 8601, a date or a time with its offset. */
  readonly published?: string
  readonly modified?: string
  readonly description?: string
  /** BCP 47. */
  readonly language?: string
  readonly siteName?: string
  /** Absolute. */
  readonly canonicalUrl?: string
  readonly imageUrl?: string
  /** URL of the licence, or the page's own words. */
  readonly licence?: string
  /** Where it says so. */
  readonly licenceSource?: LicenceSource
}

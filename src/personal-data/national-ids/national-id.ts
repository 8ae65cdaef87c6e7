/** A number that a state gives to a person. */
export interface NationalId {
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** What its people call it. */
  readonly name: string
  /**
   * Written forms that tell it apart by themselves, as lengths of groups of digits with what stands between,
   * such as `3-2-4`.
   */
  readonly forms: readonly string[]
  /** Forms that count only behind one of `labels`, because too many other numbers have them and pass the check. */
  readonly labelledForms: readonly string[]
  /** Words that stand before it, in lower case. */
  readonly labels: readonly string[]
  /** Whether digits, without what stands between, can be one: check digits, dates, ranges. */
  isValid(digits: string): boolean
}

/** An id that holds letters, and stands without spaces. */
export interface LetteredId {
  readonly country: string
  readonly name: string
  /** Characters. */
  readonly length: number
  /** Words that must stand before it; empty where it is told apart by itself. */
  readonly labels: readonly string[]
  /** Whether a run of letters and digits, in upper case, is one. */
  isValid(token: string): boolean
}

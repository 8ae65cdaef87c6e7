/** One example of an evaluation set. */
export interface EvaluationItem {
  /** What its row calls it, or its number in the file, as text. */
  readonly id: string
  /** Line of the file, or number of the row in a list, from 1. */
  readonly number: number
  /** Its texts: grams do not run from one into the next. */
  readonly texts: readonly string[]
}

/** The examples of one file, or of one split of one. */
export interface EvaluationSet {
  readonly name: string
  readonly items: readonly EvaluationItem[]
}

/** A text after a repair, and how many places of it were changed. */
export interface Repaired {
  readonly text: string
  readonly changes: number
}

import type { StepTotal } from '../model/version.ts'

/** Counts of one step while it runs. */
export class Tally {
  readonly name: string
  in = 0
  out = 0
  kept = 0
  dropped = 0
  failed = 0
  bytesIn = 0
  bytesOut = 0
  readonly reasons: Record<string, number> = {}
  /** By option: whether any document had what it asks for by name. */
  readonly having: Record<string, boolean> = {}

  constructor(name: string) {
    this.name = name
  }

  /** A document of so many bytes of text came in. */
  enter(bytes: number): void {
    this.in++
    this.bytesIn += bytes
  }

  /** It was kept, as so many documents of so many bytes. */
  keep(bytes: number, documents = 1): void {
    this.kept++
    this.out += documents
    this.bytesOut += bytes
  }

  drop(reason: string, kind: 'dropped' | 'failed' = 'dropped'): void {
    this[kind]++
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1
  }

  add(other: StepTotal): void {
    this.#add(other, 1)
  }

  /** Takes counts off again; what documents had stays. */
  subtract(other: StepTotal): void {
    this.#add(other, -1)
  }

  #add(other: StepTotal, sign: 1 | -1): void {
    for (const field of ['in', 'out', 'kept', 'dropped', 'failed', 'bytesIn', 'bytesOut'] as const) {
      this[field] += sign * other[field]
    }
    for (const [reason, count] of Object.entries(other.reasons)) {
      const sum = (this.reasons[reason] ?? 0) + sign * count
      if (sum === 0) delete this.reasons[reason]
      else this.reasons[reason] = sum
    }
    for (const [option, has] of Object.entries(other.having ?? {}))
      this.having[option] = has || this.having[option] === true
  }

  get total(): StepTotal {
    const { name, in: in_, out, kept, dropped, failed, reasons, bytesIn, bytesOut } = this
    const sorted = Object.fromEntries(
      Object.entries(reasons).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    )
    const having = Object.keys(this.having).length === 0 ? {} : { having: this.having }
    return { name, in: in_, out, kept, dropped, failed, reasons: sorted, bytesIn, bytesOut, ...having }
  }
}

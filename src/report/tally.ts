/** Documents and bytes of one licence or domain. */
export interface TallyLine {
  readonly name: string
  readonly documents: number
  readonly bytes: number
}

/** The largest lines of a tally, and what the others come to. */
export interface TallyTop {
  readonly top: readonly TallyLine[]
  /** Names beyond the top. A lower bound when not {@link exact}. */
  readonly others: { readonly names: number; readonly documents: number; readonly bytes: number }
  /** False when there were more names than are held at once; counts are then lower bounds. */
  readonly exact: boolean
}

/**
 * Counts documents and bytes by name, with at most `limit` names held.
 *
 * Beyond it the half with the fewest documents is let go and counted among the others, so that a crawl
 * of millions of domains stays in memory and its large domains stay counted.
 */
export class Tally {
  readonly #limit: number
  #lines = new Map<string, { documents: number; bytes: number }>()
  #gone = { names: 0, documents: 0, bytes: 0 }

  constructor(limit = 100_000) {
    this.#limit = limit
  }

  add(name: string, bytes: number): void {
    const line = this.#lines.get(name)
    if (line !== undefined) {
      line.documents++
      line.bytes += bytes
      return
    }
    this.#lines.set(name, { documents: 1, bytes })
    if (this.#lines.size > this.#limit) this.#halve()
  }

  #halve(): void {
    const sorted = this.#sorted()
    const keep = sorted.slice(0, Math.ceil(this.#limit / 2))
    for (const line of sorted.slice(keep.length)) {
      this.#gone.names++
      this.#gone.documents += line.documents
      this.#gone.bytes += line.bytes
    }
    this.#lines = new Map(keep.map(({ name, documents, bytes }) => [name, { documents, bytes }]))
  }

  #sorted(): readonly TallyLine[] {
    return [...this.#lines]
      .map(([name, line]) => ({ name, ...line }))
      .sort((a, b) => b.documents - a.documents || b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
  }

  /** Most documents first; ties by bytes, then name. */
  top(size: number): TallyTop {
    const sorted = this.#sorted()
    const others = { ...this.#gone }
    for (const line of sorted.slice(size)) {
      others.names++
      others.documents += line.documents
      others.bytes += line.bytes
    }
    return { top: sorted.slice(0, size), others, exact: this.#gone.names === 0 }
  }
}

/** Places with one set up to which each of them is told with each other place. */
const MOST_TOLD = 100

export interface PlaceSets {
  /** Equal for equal sets that may meet, and seldom for others. */
  readonly key: (place: number) => string
  readonly set: (place: number) => Float64Array
  /** Whether pairs will be told. */
  readonly told: boolean
}

/**
 * Which places have the same set, found by a key and then compared: the first of them stands for all, so that copies cost nothing.
 *
 * Where pairs are told, up to 100 places with one set are told each with each and with everything near to them. Of more, the first is told with
 * each of the others, and it alone with what is near to all of them: 100,000 equal copies are 99,999 pairs, and not five thousand million.
 */
export class EqualSets {
  /** Place → the first place whose set is the same. */
  readonly #first: Uint32Array
  /** First place → all that have its set, where there are two or more. */
  readonly #all = new Map<number, number[]>()

  /** @param sets left out: every place has a set of its own. */
  constructor(count: number, sets: PlaceSets | undefined) {
    this.#first = Uint32Array.from({ length: count }, (_, place) => place)
    if (sets === undefined) return
    const seen = new Map<string, number>()
    for (let place = 0; place < count; place++) {
      const key = sets.key(place)
      const earlier = seen.get(key)
      if (earlier === undefined) seen.set(key, place)
      else if (equal(sets.set(place), sets.set(earlier))) {
        this.#first[place] = earlier
        if (!sets.told) continue
        const all = this.#all.get(earlier)
        if (all === undefined) this.#all.set(earlier, [earlier, place])
        else all.push(place)
      }
    }
  }

  first(place: number): number {
    return this.#first[place] ?? place
  }

  /** Places to tell of where the set of a first place is near to another. */
  told(first: number): readonly number[] {
    const all = this.#all.get(first)
    return all === undefined || all.length > MOST_TOLD ? [first] : all
  }

  /** Pairs of places with the same set, the smaller place first. */
  pairs(tell: (a: number, b: number) => void): void {
    for (const [first, all] of this.#all) {
      if (all.length > MOST_TOLD) for (const place of all.slice(1)) tell(first, place)
      else for (const [at, a] of all.entries()) for (const b of all.slice(at + 1)) tell(a, b)
    }
  }
}

function equal(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

import { type GramLevel, LEVELS, type WordColumns } from './word-columns.ts'

/**
 * The {@link GramLevel}s of numbered words, each n-gram known by the numbers of its words.
 *
 * An n-gram can only repeat where both (n-1)-grams in it do, so each level looks at the places that the level below it
 * left.
 */
export function scalarLevels({ count, id, points }: WordColumns): readonly GramLevel[] {
  let numbers = new Map<number, number>()
  for (let word = 0; word < count; word++) numbers.set(word, id[word] as number)
  numbers = repeated(numbers)
  return LEVELS.map((n) => {
    const grams = numbered(numbers)
    const level = sumUp(grams, n, Math.max(0, count - n + 1), points)
    numbers = repeated(grams)
    return level
  })
}

/** Numbers of the n-grams, by place, whose two shorter n-grams have numbers. */
function numbered(shorter: ReadonlyMap<number, number>): Map<number, number> {
  const known = new Map<string, number>()
  const grams = new Map<number, number>()
  for (const [place, left] of shorter) {
    const right = shorter.get(place + 1)
    if (right === undefined) continue
    const key = `${left} ${right}`
    const number = known.get(key) ?? known.size
    known.set(key, number)
    grams.set(place, number)
  }
  return grams
}

/** Those whose number stands more than once. */
function repeated(grams: ReadonlyMap<number, number>): Map<number, number> {
  const copies = copiesOf(grams)
  return new Map([...grams].filter(([, number]) => (copies.get(number) ?? 0) > 1))
}

function copiesOf(grams: ReadonlyMap<number, number>): Map<number, number> {
  const copies = new Map<number, number>()
  for (const number of grams.values()) copies.set(number, (copies.get(number) ?? 0) + 1)
  return copies
}

function sumUp(grams: ReadonlyMap<number, number>, n: number, all: number, points: Int32Array): GramLevel {
  const charactersAt = (word: number): number => (points[word + n] as number) - (points[word] as number)
  const copies = copiesOf(grams)
  let maxCopies = Math.min(all, 1)
  for (const count of copies.values()) maxCopies = Math.max(maxCopies, count)
  const isTop = (number: number): boolean => maxCopies > 1 && copies.get(number) === maxCopies
  const tops = [...grams].filter(([, number]) => isTop(number)).map(([place]) => place)
  const top = tops[0] ?? 0
  let longestTop = all === 0 ? 0 : charactersAt(top)
  for (const place of tops) longestTop = Math.max(longestTop, charactersAt(place))
  let repeatedCharacters = 0
  let coveredCharacters = 0
  let covered = 0
  for (const place of repeated(grams).keys()) {
    repeatedCharacters += charactersAt(place)
    coveredCharacters += (points[place + n] as number) - (points[Math.max(place, covered)] as number)
    covered = place + n
  }
  return { n, grams: all, maxCopies, top, longestTop, repeatedCharacters, coveredCharacters }
}

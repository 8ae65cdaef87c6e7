import { mixed, type WordTable } from './word-table.ts'

/** What repeats among the word n-grams of a text, for one n. Characters are those of words alone. */
export interface GramLevel {
  readonly n: number
  /** Number of n-grams in the text, copies included; 0 where the text has fewer than n words. */
  readonly grams: number
  /** How often the most frequent n-gram occurs; 1 where none repeats, 0 without n-grams. */
  readonly maxCopies: number
  /** First word of the most frequent n-gram; of several, of the one that begins first. */
  readonly top: number
  /** Characters of the longest of the most frequent n-grams. */
  readonly longestTop: number
  /** Characters of all n-grams that occur more than once, each copy counted. */
  readonly repeatedCharacters: number
  /** Characters of the words that are part of an n-gram that occurs more than once, each word counted once. */
  readonly coveredCharacters: number
}

const MAX_N = 10

/**
 * The {@link GramLevel}s of the words for n from 2 to 10. Exact: an n-gram is known by the numbers of its words.
 *
 * An n-gram can only repeat where both (n-1)-grams in it do, so each level looks at the places that the level
 * below it left, which are few in prose. O(words) for n = 2, less for each n above.
 */
export function gramLevels(words: WordTable): readonly GramLevel[] {
  words.identify()
  const { count, id, copies } = words
  const work = workFor(count)
  let places = 0
  for (let word = 0; word < count; word++) {
    const number = id[word] as number
    if ((copies[number] as number) < 2) continue
    work.places[places++] = word
    work.gram[word] = number
  }
  const levels: GramLevel[] = []
  for (let n = 2; n <= MAX_N; n++) {
    const distinct = numberGrams(places, work)
    levels.push(sumUp(words, n, distinct, work))
    places = work.count
  }
  return levels
}

/** The level of an n from 2 to 10. @throws RangeError for another n. */
export function levelOf(levels: readonly GramLevel[], n: number): GramLevel {
  const level = levels[n - 2]
  if (level === undefined) throw new RangeError(`n of 2 to ${MAX_N}, got ${n}`)
  return level
}

/** Arrays that are used for one text after another. */
interface Work {
  /** First words of the n-grams that repeat, ascending; `count` of them. */
  places: Int32Array<ArrayBuffer>
  count: number
  /** Number of the n-gram at each word that is one of the places: equal numbers are equal n-grams. */
  gram: Int32Array<ArrayBuffer>
  /** Number of the n-gram at each place, while they are numbered. */
  found: Int32Array<ArrayBuffer>
  /** Hash table of n-grams by number + 1; 0 is free. */
  slots: Int32Array<ArrayBuffer>
  /** By number of an n-gram: the place it was first found at, and how often it occurs. */
  first: Int32Array<ArrayBuffer>
  copies: Int32Array<ArrayBuffer>
}

const WORK: Work = {
  places: new Int32Array(0),
  count: 0,
  gram: new Int32Array(0),
  found: new Int32Array(0),
  slots: new Int32Array(0),
  first: new Int32Array(0),
  copies: new Int32Array(0),
}

function workFor(words: number): Work {
  if (WORK.places.length < words) {
    const size = Math.max(words, 2 * WORK.places.length, 1024)
    for (const name of ['places', 'gram', 'found', 'first', 'copies'] as const)
      WORK[name] = new Int32Array(size)
  }
  return WORK
}

/**
 * Numbers the n-grams whose two (n-1)-grams both repeat, and leaves their first words in `places`.
 *
 * @param places how many (n-1)-grams repeat.
 * @returns how many different n-grams there are among them.
 */
function numberGrams(places: number, work: Work): number {
  const { gram, found, first, copies } = work
  const at = work.places
  let size = 64
  while (size < 2 * places) size *= 2
  if (work.slots.length < size) work.slots = new Int32Array(size)
  const { slots } = work
  slots.fill(0, 0, size)
  const mask = size - 1
  let distinct = 0
  let count = 0
  for (let index = 0; index + 1 < places; index++) {
    const place = at[index] as number
    if (at[index + 1] !== place + 1) continue
    const left = gram[place] as number
    const right = gram[place + 1] as number
    let slot = mixed(Math.imul(left, 0x9e3779b1) + right) & mask
    for (;;) {
      const number = (slots[slot] as number) - 1
      if (number < 0) {
        slots[slot] = distinct + 1
        first[distinct] = place
        copies[distinct] = 1
        found[count] = distinct++
        break
      }
      const other = first[number] as number
      if (gram[other] === left && gram[other + 1] === right) {
        copies[number] = (copies[number] as number) + 1
        found[count] = number
        break
      }
      slot = (slot + 1) & mask
    }
    at[count++] = place
  }
  work.count = count
  return distinct
}

/** Sums up the n-grams that were numbered, and keeps the places of those that repeat. */
function sumUp({ count, points }: WordTable, n: number, distinct: number, work: Work): GramLevel {
  const { places, gram, found, first, copies } = work
  const grams = Math.max(0, count - n + 1)
  const charactersAt = (word: number): number => (points[word + n] as number) - (points[word] as number)
  let maxCopies = Math.min(grams, 1)
  let top = 0
  for (let number = 0; number < distinct; number++) {
    if ((copies[number] as number) <= maxCopies) continue
    maxCopies = copies[number] as number
    top = first[number] as number
  }
  let longestTop = grams === 0 ? 0 : charactersAt(top)
  let repeatedCharacters = 0
  let coveredCharacters = 0
  let covered = 0
  let kept = 0
  for (let index = 0; index < work.count; index++) {
    const place = places[index] as number
    const number = found[index] as number
    if ((copies[number] as number) < 2) continue
    const characters = charactersAt(place)
    repeatedCharacters += characters
    coveredCharacters += (points[place + n] as number) - (points[Math.max(place, covered)] as number)
    covered = place + n
    if (copies[number] === maxCopies && characters > longestTop) longestTop = characters
    places[kept++] = place
    gram[place] = number
  }
  work.count = kept
  return { n, grams, maxCopies, top, longestTop, repeatedCharacters, coveredCharacters }
}

import { hash } from 'node:crypto'
import { keptRows, type Version } from './version.ts'

/** Kept documents of two versions, compared. */
export interface DocumentDiff {
  /** The same id and text in both. */
  readonly same: number
  readonly added: { readonly count: number; readonly examples: readonly Named[] }
  readonly removed: { readonly count: number; readonly examples: readonly Named[] }
  /** The same id with another text, or the same URL with another id. */
  readonly changed: { readonly count: number; readonly examples: readonly Changed[] }
}

export interface Named {
  readonly id: string
  readonly url: string | null
}

export interface Changed {
  readonly url: string | null
  /** Ids in the two versions. */
  readonly a: string
  readonly b: string
}

/**
 * Compares kept documents by id, then by text, then by URL.
 *
 * Where several documents of one URL were replaced, they are paired in the order of their ids; what is
 * left over was added or removed. Examples are those with the smallest ids.
 */
export async function diffDocuments(a: Version, b: Version, limit: number): Promise<DocumentDiff> {
  const left = await fingerprints(a)
  const right = await fingerprints(b)
  const { same, changed, onlyLeft, onlyRight } = mergeById(left, right)
  pairByUrl(left, right, onlyLeft, onlyRight, changed)

  const pairs = changed.slice(0, limit)
  const removed = onlyLeft.slice(0, limit)
  const added = onlyRight.slice(0, limit)
  const leftNames = await names(a, [...pairs.map(([row]) => row), ...removed])
  const rightNames = await names(b, [...pairs.map(([, row]) => row), ...added])
  return {
    same,
    added: { count: onlyRight.length, examples: added.flatMap((row) => rightNames.get(row) ?? []) },
    removed: { count: onlyLeft.length, examples: removed.flatMap((row) => leftNames.get(row) ?? []) },
    changed: {
      count: changed.length,
      examples: pairs.flatMap(([from, to]): Changed[] => {
        const before = leftNames.get(from)
        const after = rightNames.get(to)
        if (before === undefined || after === undefined) return []
        return [{ url: after.url ?? before.url, a: before.id, b: after.id }]
      }),
    },
  }
}

/** Words of 32 bits that a document takes: id (4), hash of its text (2), hash of its URL (2; 0 = none). */
const WORDS = 8
const TEXT = 4
const URL_HASH = 6

interface Fingerprints {
  readonly words: Uint32Array
  /** Row numbers in the order of ids. */
  readonly order: Uint32Array
}

async function fingerprints(version: Version): Promise<Fingerprints> {
  const rows = version.manifest.shards
    .filter((shard) => shard.table === 'kept')
    .reduce((sum, shard) => sum + shard.rows, 0)
  const words = new Uint32Array(rows * WORDS)
  let row = 0
  for await (const { id, text, url } of keptRows(version, ['id', 'text', 'url'])) {
    const base = row * WORDS
    // The id of a child ("parent.2") is longer than 128 bits, so it is hashed.
    writeWords(words, base, /^[0-9a-f]{32}$/.test(id) ? id : hash('sha256', id), 4)
    writeWords(words, base + TEXT, hash('sha256', text), 2)
    if (typeof url === 'string') writeWords(words, base + URL_HASH, hash('sha256', url), 2)
    row++
  }
  const order = Uint32Array.from({ length: row }, (_, index) => index)
  order.sort((x, y) => compare(words, x, words, y, 0, 4) || x - y)
  return { words, order }
}

function writeWords(words: Uint32Array, base: number, hex: string, length: number): void {
  for (let index = 0; index < length; index++) {
    words[base + index] = Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16)
  }
}

/** Order of two documents by the words from `start` to `end`. */
function compare(
  a: Uint32Array,
  rowA: number,
  b: Uint32Array,
  rowB: number,
  start: number,
  end: number,
): number {
  for (let index = start; index < end; index++) {
    const difference = (a[rowA * WORDS + index] ?? 0) - (b[rowB * WORDS + index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

interface Merged {
  readonly same: number
  /** Row of the one and of the other. */
  readonly changed: (readonly [number, number])[]
  onlyLeft: number[]
  onlyRight: number[]
}

function mergeById(left: Fingerprints, right: Fingerprints): Merged {
  const changed: [number, number][] = []
  const onlyLeft: number[] = []
  const onlyRight: number[] = []
  let same = 0
  let i = 0
  let j = 0
  while (i < left.order.length || j < right.order.length) {
    const x = left.order[i]
    const y = right.order[j]
    const sign = x === undefined ? 1 : y === undefined ? -1 : compare(left.words, x, right.words, y, 0, 4)
    if (sign < 0 && x !== undefined) {
      onlyLeft.push(x)
      i++
    } else if (sign > 0 && y !== undefined) {
      onlyRight.push(y)
      j++
    } else if (x !== undefined && y !== undefined) {
      if (compare(left.words, x, right.words, y, TEXT, TEXT + 2) === 0) same++
      else changed.push([x, y])
      i++
      j++
    }
  }
  return { same, changed, onlyLeft, onlyRight }
}

/** Moves pairs of equal URL from the two lists to `changed`; the lists keep the order of ids. */
function pairByUrl(
  left: Fingerprints,
  right: Fingerprints,
  onlyLeft: number[],
  onlyRight: number[],
  changed: (readonly [number, number])[],
): void {
  const x = byUrl(left, onlyLeft)
  const y = byUrl(right, onlyRight)
  const paired = { left: new Set<number>(), right: new Set<number>() }
  let i = 0
  let j = 0
  while (i < x.length && j < y.length) {
    const from = x[i] ?? 0
    const to = y[j] ?? 0
    const sign = compare(left.words, from, right.words, to, URL_HASH, URL_HASH + 2)
    if (sign === 0) {
      changed.push([from, to])
      paired.left.add(from)
      paired.right.add(to)
    }
    if (sign <= 0) i++
    if (sign >= 0) j++
  }
  removeAll(onlyLeft, paired.left)
  removeAll(onlyRight, paired.right)
}

/** Rows that have a URL, by its hash; rows of one URL stay in the order of ids. */
function byUrl({ words }: Fingerprints, rows: readonly number[]): readonly number[] {
  return rows
    .filter((row) => words[row * WORDS + URL_HASH] !== 0 || words[row * WORDS + URL_HASH + 1] !== 0)
    .sort((a, b) => compare(words, a, words, b, URL_HASH, URL_HASH + 2))
}

function removeAll(rows: number[], gone: ReadonlySet<number>): void {
  let kept = 0
  for (const row of rows) if (!gone.has(row)) rows[kept++] = row
  rows.length = kept
}

/** Ids and URLs of the given rows. */
async function names(version: Version, rows: readonly number[]): Promise<ReadonlyMap<number, Named>> {
  const wanted = new Set(rows)
  const found = new Map<number, Named>()
  if (wanted.size === 0) return found
  let row = 0
  for await (const { id, url } of keptRows(version, ['id', 'url'])) {
    if (wanted.has(row)) found.set(row, { id, url: url ?? null })
    if (found.size === wanted.size) break
    row++
  }
  return found
}

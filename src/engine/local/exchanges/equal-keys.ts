import type { Joined } from '../../flow.ts'
import type { RowVerdict } from '../../units/row-verdict.ts'
import { KEY_HEAD, PackFiles, type UnitAddress, UnitReader } from '../unit-file.ts'
import type { Verdicts } from '../verdict-file.ts'

/** Partitions of an exchange: powers of two, so that each takes whole leading bytes. */
export const MAX_PARTITIONS = 256

/** The key records of one partition, of all units, in one buffer with parallel columns. */
class KeyTable {
  readonly #bytes: Buffer
  /** Start of each record in the buffer. */
  readonly #offsets: Uint32Array
  /** Unit of each record. */
  readonly units: Uint32Array
  readonly size: number

  constructor(addresses: readonly UnitAddress[], from: number, to: number) {
    const parts = partsOf(addresses, (unit) => unit.keys(from, to))
    const offsets: number[] = []
    const units: number[] = []
    let at = 0
    for (const [unit, part] of parts.entries()) {
      for (let start = 0; start < part.length; start += part.readUInt32LE(start)) {
        offsets.push(at + start)
        units.push(unit)
      }
      at += part.length
    }
    this.#bytes = Buffer.concat(parts)
    this.#offsets = Uint32Array.from(offsets)
    this.units = Uint32Array.from(units)
    this.size = offsets.length
  }

  ordinal(index: number): number {
    return this.#bytes.readUInt32LE(this.#offset(index) + 36)
  }

  id(index: number): string {
    const offset = this.#offset(index)
    return this.#bytes.toString(
      'latin1',
      offset + KEY_HEAD,
      offset + KEY_HEAD + this.#bytes.readUInt16LE(offset + 40),
    )
  }

  payload(index: number): Joined {
    const offset = this.#offset(index)
    const start = offset + KEY_HEAD + this.#bytes.readUInt16LE(offset + 40)
    const end = offset + this.#bytes.readUInt32LE(offset)
    return JSON.parse(this.#bytes.toString('utf8', start, end)) as Joined
  }

  /** Order of the keys: by hash, then by check; 0 for equal keys. */
  compareKeys(a: number, b: number): number {
    const x = this.#offset(a) + 4
    const y = this.#offset(b) + 4
    return this.#bytes.compare(this.#bytes, y, y + 24, x, x + 24)
  }

  /** Order of survival: highest rank first, then smallest id. */
  compareRanks(a: number, b: number): number {
    const x = this.#bytes.readDoubleLE(this.#offset(a) + 28)
    const y = this.#bytes.readDoubleLE(this.#offset(b) + 28)
    if (x !== y) return y - x
    const idA = this.id(a)
    const idB = this.id(b)
    return idA < idB ? -1 : idA > idB ? 1 : 0
  }

  /** Indexes sorted by key, and within a key by survival. */
  sorted(): Uint32Array {
    const order = Uint32Array.from({ length: this.size }, (_, index) => index)
    return order.sort((a, b) => this.compareKeys(a, b) || this.compareRanks(a, b))
  }

  #offset(index: number): number {
    return this.#offsets[index] ?? 0
  }
}

/**
 * Decides one partition of a group: of each key, the first in the order of survival is kept, unless a document of another version has it.
 *
 * @param known units of documents of other versions. Of those that have a key the smallest id is named, and nothing is decided of them.
 */
export function groupPartition(
  addresses: readonly UnitAddress[],
  known: readonly UnitAddress[],
  from: number,
  to: number,
): Verdicts {
  const table = new KeyTable([...addresses, ...known], from, to)
  const verdicts = new VerdictLists()
  const isKnown = (index: number): boolean => (table.units[index] ?? 0) >= addresses.length
  for (const run of runs(table)) {
    const older = known.length === 0 ? undefined : run.find(isKnown)
    if (older !== undefined) {
      const id = table.id(older)
      for (const each of run)
        if (!isKnown(each)) verdicts.add(table.units[each], { ordinal: table.ordinal(each), winner: id })
      continue
    }
    const [winner, ...losers] = run
    if (winner === undefined || losers.length === 0) continue
    verdicts.add(table.units[winner], { ordinal: table.ordinal(winner), copies: losers.length + 1 })
    const id = table.id(winner)
    for (const loser of losers)
      verdicts.add(table.units[loser], { ordinal: table.ordinal(loser), winner: id })
  }
  return verdicts.sorted
}

/**
 * Decides one partition of a join. Units of the right side are numbered behind those of the left. A
 * left key is expected once; where several left documents share one, each would match, so the first
 * in the order of survival does and the others are `superseded`.
 */
export function joinPartition(
  left: readonly UnitAddress[],
  right: readonly UnitAddress[],
  from: number,
  to: number,
): Verdicts {
  const table = new KeyTable([...left, ...right], from, to)
  const verdicts = new VerdictLists()
  const isLeft = (index: number): boolean => (table.units[index] ?? 0) < left.length
  for (const run of runs(table)) {
    const [link, ...otherLinks] = run.filter(isLeft)
    const [page, ...otherPages] = run.filter((index) => !isLeft(index))
    if (link === undefined) continue
    if (page === undefined) {
      for (const each of [link, ...otherLinks]) {
        verdicts.add(table.units[each], { ordinal: table.ordinal(each), unmatched: true })
      }
      continue
    }
    verdicts.add(table.units[page], { ordinal: table.ordinal(page), match: table.payload(link) })
    const pageId = table.id(page)
    for (const each of otherPages)
      verdicts.add(table.units[each], { ordinal: table.ordinal(each), winner: pageId })
    const linkId = table.id(link)
    for (const each of otherLinks)
      verdicts.add(table.units[each], { ordinal: table.ordinal(each), winner: linkId })
  }
  return verdicts.sorted
}

/** What each unit has of a partition. */
function partsOf(addresses: readonly UnitAddress[], part: (unit: UnitReader) => Buffer): readonly Buffer[] {
  const packs = new PackFiles()
  try {
    return addresses.map((address) => part(new UnitReader(address, packs)))
  } finally {
    packs.close()
  }
}

/** Runs of equal keys, each in the order of survival. */
function* runs(table: KeyTable): Generator<readonly number[]> {
  const order = table.sorted()
  for (let start = 0; start < order.length; ) {
    const run = [order[start] ?? 0]
    let end = start + 1
    while (end < order.length && table.compareKeys(order[start] ?? 0, order[end] ?? 0) === 0) {
      run.push(order[end++] ?? 0)
    }
    yield run
    start = end
  }
}

class VerdictLists {
  readonly #lists = new Map<number, RowVerdict[]>()

  add(unit: number | undefined, verdict: RowVerdict): void {
    if (unit === undefined) return
    const list = this.#lists.get(unit)
    if (list === undefined) this.#lists.set(unit, [verdict])
    else list.push(verdict)
  }

  get sorted(): Verdicts {
    for (const list of this.#lists.values()) list.sort((a, b) => a.ordinal - b.ordinal)
    return this.#lists
  }
}

/** A record whose id an earlier record has. */
export interface DuplicateRecord {
  readonly unit: number
  readonly position: number
}

/**
 * Finds records with equal ids in one partition. `addresses` come in provenance order: the first of equal
 * records stays, and the others are named.
 */
export function duplicateRecords(
  addresses: readonly UnitAddress[],
  from: number,
  to: number,
): readonly DuplicateRecord[] {
  const parts = partsOf(addresses, (unit) => unit.ids(from, to))
  const bytes = Buffer.concat(parts)
  const units = new Uint32Array(bytes.length / 24)
  let filled = 0
  for (const [unit, part] of parts.entries()) {
    units.fill(unit, filled, filled + part.length / 24)
    filled += part.length / 24
  }
  const order = Uint32Array.from({ length: units.length }, (_, index) => index)
  const position = (index: number): number => bytes.readDoubleLE(index * 24 + 16)
  const compareIds = (a: number, b: number): number =>
    bytes.compare(bytes, b * 24, b * 24 + 16, a * 24, a * 24 + 16)
  order.sort((a, b) => compareIds(a, b) || (units[a] ?? 0) - (units[b] ?? 0) || position(a) - position(b))
  const duplicates: DuplicateRecord[] = []
  for (let index = 1; index < order.length; index++) {
    const at = order[index] ?? 0
    if (compareIds(order[index - 1] ?? 0, at) !== 0) continue
    duplicates.push({ unit: units[at] ?? 0, position: position(at) })
  }
  return duplicates
}

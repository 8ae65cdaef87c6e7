import { closeSync, openSync, rmSync } from 'node:fs'
import { setDigest } from '../../dedup/set-digest.ts'
import { readWhole } from '../../store/read-whole.ts'
import { writeWhole } from '../../store/write-whole.ts'
import type { MemberSource, SizedMember } from '../local/exchanges/compare-partition.ts'

/** Numbers of sets that are held where that is enough, and so many once there is a file that they go to. */
const MOST_HELD = 1 << 20
const MOST_BUFFERED = 1 << 17

export interface SpilledMember extends SizedMember {
  /** Where its set begins, in numbers. */
  readonly first: number
}

/**
 * Candidates of one process with their sets of shingles: entries of some 80 bytes in memory, and sets in a file where there are more than a
 * few MiB of them. Close it.
 */
export class MemberSpill implements MemberSource<SpilledMember> {
  readonly #path: string
  readonly #rows: number[] = []
  readonly #partitions: number[] = []
  readonly #ranks: number[] = []
  readonly #digests: number[] = []
  /** Where each set begins, and behind the last where that ends. */
  readonly #firsts: number[] = [0]
  #ids = Buffer.allocUnsafeSlow(1 << 12)
  readonly #idEnds: number[] = [0]
  /** It is no memory before it is filled. */
  #held = new Float64Array(MOST_HELD)
  #filled = 0
  #file = -1

  constructor(path: string) {
    this.#path = path
  }

  add(partition: number, member: { row: number; id: string; rank: number }, set: Float64Array): void {
    this.#rows.push(member.row)
    this.#partitions.push(partition)
    this.#ranks.push(member.rank)
    this.#digests.push(setDigest(set))
    this.#firsts.push((this.#firsts.at(-1) ?? 0) + set.length)
    this.#addId(member.id)
    this.#addSet(set)
  }

  /** Ends the adding. */
  finish(): void {
    if (this.#file === -1) return
    this.#flush()
    this.#held = new Float64Array(0)
  }

  members(partition: number): readonly SpilledMember[] {
    const members: SpilledMember[] = []
    for (const [index, row] of this.#rows.entries()) {
      if (this.#partitions[index] !== partition) continue
      const first = this.#firsts[index] ?? 0
      members.push({
        row,
        id: this.#ids.toString('utf8', this.#idEnds[index], this.#idEnds[index + 1]),
        rank: this.#ranks[index] ?? 0,
        level: 0,
        scope: '',
        digest: this.#digests[index] ?? 0,
        first,
        count: (this.#firsts[index + 1] ?? 0) - first,
      })
    }
    return members
  }

  heldShingles({ first, count }: SpilledMember): Float64Array | undefined {
    return this.#file === -1 ? this.#held.subarray(first, first + count) : undefined
  }

  shingles({ first }: SpilledMember, set: Float64Array): Float64Array {
    const bytes = new Uint8Array(set.buffer, set.byteOffset, set.byteLength)
    if (!readWhole(this.#file, bytes, 8 * first)) throw new Error(`${this.#path}: ends early`)
    return set
  }

  close(): void {
    if (this.#file === -1) return
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
    this.#file = -1
  }

  #addId(id: string): void {
    const start = this.#idEnds.at(-1) ?? 0
    const end = start + Buffer.byteLength(id)
    if (end > this.#ids.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.#ids.length))
      larger.set(this.#ids)
      this.#ids = larger
    }
    this.#ids.write(id, start)
    this.#idEnds.push(end)
  }

  #addSet(set: Float64Array): void {
    if (this.#filled + set.length > this.#held.length) {
      this.#flush()
      if (this.#held.length === MOST_HELD) this.#held = new Float64Array(MOST_BUFFERED)
    }
    if (set.length > this.#held.length) {
      this.#write(set)
      return
    }
    this.#held.set(set, this.#filled)
    this.#filled += set.length
  }

  #flush(): void {
    this.#write(this.#held.subarray(0, this.#filled))
    this.#filled = 0
  }

  #write(numbers: Float64Array): void {
    if (this.#file === -1) this.#file = openSync(this.#path, 'w+')
    writeWhole(this.#file, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
  }
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { setDigest } from '../../dedup/set-digest.ts'
import { MemberSpill } from './member-spill.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-member-spill-'))
afterAll(() => rmSync(dir, { recursive: true }))

const setOf = (row: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, at) => row + at)

describe('candidates of one process', () => {
  it.each([
    { why: 'few sets, in memory', lengths: [3, 0, 5, 1, 8, 2], isFile: false },
    { why: 'more than are held', lengths: [400_000, 0, 300_000, 5, 700_000, 1, 400_000], isFile: true },
    { why: 'sets larger than what is held', lengths: [7, 1_200_000, 3, 1_048_577, 2], isFile: true },
  ])('come back by partition: $why', ({ why, lengths, isFile }) => {
    const path = join(dir, why)
    const spill = new MemberSpill(path)
    const idOf = (row: number): string => `${'é😀'.repeat(row * 400)}${row}`
    for (const [row, length] of lengths.entries())
      spill.add(row % 2, { row, id: idOf(row), rank: -row }, setOf(row, length))
    spill.finish()
    expect(existsSync(path)).toBe(isFile)
    for (const partition of [0, 1]) {
      const members = spill.members(partition)
      expect(members.map(({ row }) => row)).toEqual(
        [...lengths.keys()].filter((row) => row % 2 === partition),
      )
      for (const member of members) {
        const { row, id, rank, count, digest } = member
        const expected = setOf(row, lengths[row] ?? 0)
        expect({ id, rank, count, digest }).toEqual({
          id: idOf(row),
          rank: -row,
          count: expected.length,
          digest: setDigest(expected),
        })
        const set = spill.heldShingles(member) ?? spill.shingles(member, new Float64Array(count))
        expect(
          Buffer.compare(
            Buffer.from(set.buffer, set.byteOffset, set.byteLength),
            Buffer.from(expected.buffer),
          ),
        ).toBe(0)
      }
    }
    expect(spill.members(2)).toEqual([])
    spill.close()
    expect(existsSync(path)).toBe(false)
  })
})

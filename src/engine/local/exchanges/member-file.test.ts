import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { setDigest } from '../../../dedup/set-digest.ts'
import { type CandidateMember, MemberFile, MemberWriter } from './member-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-members-'))
afterAll(() => rmSync(dir, { recursive: true }))

function member(row: number): Omit<CandidateMember, 'digest'> {
  return { row, id: `id ${row}\n"`, rank: 1 - row, level: row % 2, scope: row % 3 === 0 ? 'here' : '' }
}

function written(name: string, rows: number, mostHeld?: number): string {
  const path = join(dir, name)
  const writer = new MemberWriter(path, mostHeld)
  for (let row = 0; row < rows; row++)
    writer.add(
      row % 3,
      member(row),
      Float64Array.from({ length: row % 4 }, (_, at) => row + at),
    )
  writer.finish()
  return path
}

/** All members of the partitions 0 to 3, with their shingles. */
function readAll(path: string): unknown {
  const file = new MemberFile(path)
  try {
    return [0, 1, 2, 3].map((partition) =>
      file.members(partition).map(({ offset, count, crc, digest, ...rest }) => ({
        ...rest,
        shingles: [...file.shingles({ offset, count, crc })],
        isDigest: setDigest(file.shingles({ offset, count, crc })) === digest,
      })),
    )
  } finally {
    file.close()
  }
}

describe('members in a file', () => {
  it.each([
    { why: 'all held to the end', mostHeld: undefined },
    { why: 'written one by one', mostHeld: 1 },
    { why: 'written some at a time', mostHeld: 500 },
  ])('come back by partition, in their order: $why', ({ why, mostHeld }) => {
    const found = readAll(written(why, 50, mostHeld)) as readonly (readonly { readonly row: number }[])[]
    for (const [partition, members] of found.entries()) {
      const rows = Array.from({ length: 50 }, (_, row) => row).filter((row) => row % 3 === partition)
      expect(members).toEqual(
        rows.map((row) => ({
          ...member(row),
          shingles: Array.from({ length: row % 4 }, (_, at) => row + at),
          isDigest: true,
        })),
      )
    }
  })

  it('are damaged when a single bit is another, or one byte is missing', () => {
    const path = written('template', 4, 200)
    const bytes = readFileSync(path)
    const whole = readAll(path)
    const other = join(dir, 'other')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(other, changed)
      // A bit that says nothing may be another; what comes back may not.
      let read: unknown
      try {
        read = readAll(other)
      } catch (error) {
        expect(String(error)).toContain('is not whole')
        continue
      }
      expect(read, `byte ${at}`).toEqual(whole)
    }
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(other, bytes.subarray(0, length))
      expect(() => readAll(other), `${length} bytes`).toThrow('is not whole')
    }
  })
})

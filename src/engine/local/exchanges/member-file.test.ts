import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { setDigest } from '../../../dedup/set-digest.ts'
import { type CandidateMember, MemberFiles, MemberWriter } from './member-file.ts'

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
function readAll(path: string, wholeBytes = 0): unknown {
  const files = new MemberFiles(wholeBytes)
  try {
    const file = files.file(path)
    return [0, 1, 2, 3].map((partition) =>
      [...file.members(partition)].map(({ offset, count, crc, digest, ...rest }) => ({
        ...rest,
        shingles: [...file.shingles({ offset, count, crc })],
        isDigest: setDigest(file.shingles({ offset, count, crc })) === digest,
      })),
    )
  } finally {
    files.close()
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

  it('are the same where files are held whole, as many as there is room for', () => {
    const path = written('held', 50)
    const { length } = readFileSync(path)
    expect(readAll(path, length)).toEqual(readAll(path))
    const files = new MemberFiles(2 * length + 1)
    const held = Array.from({ length: 4 }, () => files.file(path).heldBytes)
    files.close()
    expect(held).toEqual([length, length, 0, 0])
    expect(files.room).toBe(1)
  })

  it.runIf(process.platform === 'linux')('are read from any number of files, few of which are open', () => {
    const opened = (): number => readdirSync('/proc/self/fd').length
    const paths = Array.from({ length: 300 }, (_, at) => written(`one of many ${at}`, 3))
    const before = opened()
    const files = new MemberFiles()
    const all = paths.map((path) => files.file(path))
    // Twice, from the last on: what was closed is opened again.
    for (const file of [...all.toReversed(), ...all]) {
      const [entry] = file.members(1)
      expect(entry?.row).toBe(1)
      if (entry !== undefined) expect([...file.shingles(entry)]).toEqual([1])
      expect(opened() - before).toBeLessThan(40)
    }
    files.close()
    expect(opened()).toBe(before)
  })

  it('leave nothing behind where writing them is given up', () => {
    const writer = new MemberWriter(join(dir, 'given up'))
    writer.add(0, member(0), Float64Array.of(1))
    writer.abandon()
    writer.abandon()
    expect(readdirSync(dir).filter((name) => name.startsWith('given up'))).toEqual([])
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

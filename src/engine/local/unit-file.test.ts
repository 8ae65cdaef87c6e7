import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { PART_WORDS, SKETCH_WORDS } from './compact-keys.ts'
import { PackFiles, PackWriter, UnitReader, UnitWriter } from './unit-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-unit-'))
afterAll(() => rmSync(dir, { recursive: true }))

const MIB = 1 << 20

/** Keys whose leading bytes are spread; low halves tell them apart. */
function keysOf(row: number, count: number): Uint32Array {
  const keys = new Uint32Array(2 * count)
  for (let at = 0; at < count; at++) {
    keys[2 * at] = row * count + at
    keys[2 * at + 1] = Math.imul(row * count + at, 0x9e37_79b9)
  }
  return keys
}

function written(name: string, fill: (writer: UnitWriter, pack: PackWriter) => void): UnitReader {
  const path = join(dir, name)
  const pack = new PackWriter(path)
  const writer = new UnitWriter(pack)
  fill(writer, pack)
  const { start, length } = writer.finish({ counts: [], textBytes: 0, bytesRead: 0 })
  pack.finish()
  return new UnitReader({ path, start, length }, new PackFiles())
}

describe('keys of a unit', () => {
  it('are written as they come, and come back by leading byte in the order in which they came', () => {
    const [rows, keys] = [300, 12_000]
    const all = rows * keys * SKETCH_WORDS * 4
    expect(all).toBeGreaterThan(40 * MIB)
    const reader = written('sketches', (writer, pack) => {
      for (let row = 0; row < rows; row++) writer.sketch(row, keysOf(row, keys))
      // What is held to the end takes memory: it may be a part of them only.
      expect(pack.offset).toBeGreaterThan(all - 9 * MIB)
    })
    const range = reader.compact(0, 256)
    const counted = new Float64Array(256)
    for (const [byte, words] of range.counts()) counted[byte] = (counted[byte] ?? 0) + words
    let read = 0
    for (let byte = 0; byte < 256; byte += 5) {
      const words = range.words(byte, byte + 1)
      expect(words.length).toBe(counted[byte])
      let before = -1
      let wrong = 0
      for (let at = 0; at < words.length; at += SKETCH_WORDS) {
        const low = words[at] ?? 0
        if (low <= before || (words[at + 1] ?? 0) >>> 24 !== byte) wrong++
        if (words[at + 1] !== Math.imul(low, 0x9e37_79b9) >>> 0 || words[at + 2] !== Math.floor(low / keys))
          wrong++
        before = low
      }
      expect(wrong).toBe(0)
      read += words.length
    }
    expect(counted.reduce((sum, words) => sum + words, 0)).toBe(all / 4)
    expect(read).toBeGreaterThan(all / 4 / 6)
  })

  it('of parts are written as they come, too', () => {
    const numbers = Uint32Array.from({ length: 20_000 }, (_, at) => at)
    const reader = written('parts', (writer, pack) => {
      for (let row = 0; row < 60; row++)
        writer.parts(row, 'ab'.repeat(16), { keys: keysOf(row, 20_000), numbers })
      expect(pack.offset).toBeGreaterThan(60 * 20_000 * PART_WORDS * 4 - 9 * MIB)
    })
    const [first, second] = [reader.compact(0, 128).words(0, 128), reader.compact(128, 256).words(128, 256)]
    expect(first.length + second.length).toBe(60 * 20_000 * PART_WORDS)
    expect(reader.compact(0, 128).words(128, 256).length).toBe(0)
  })
})

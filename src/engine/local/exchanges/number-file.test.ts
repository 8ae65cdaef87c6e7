import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { NumberFile, NumberWriter, readNumbers, writeNumbers } from './number-file.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-numbers-'))
afterAll(() => rmSync(dir, { recursive: true }))

function written(name: string): { readonly path: string; readonly places: readonly number[] } {
  const path = join(dir, name)
  const file = new NumberWriter(path)
  const places = [
    file.frame(Uint32Array.of(1, 2, 3), Uint32Array.of(0xffff_ffff)),
    file.frame(),
    file.frame(Uint32Array.of(), Uint32Array.of(7)),
  ]
  file.finish()
  return { path, places }
}

describe('numbers in a file', () => {
  it('come back in their order, by place, and the last', () => {
    const { path, places } = written('whole')
    const frames = [...readNumbers(path)].map((lists) => lists.map((list) => [...list]))
    expect(frames).toEqual([[[1, 2, 3], [0xffff_ffff]], [], [[], [7]]])
    const file = new NumberFile(path)
    expect(places.map((place) => file.at(place).length)).toEqual([2, 0, 2])
    expect(file.last().map((list) => [...list])).toEqual([[], [7]])
    file.close()
  })

  it('leave nothing behind where writing them fails', () => {
    const opened = (): number => readdirSync('/proc/self/fd').length
    const before = process.platform === 'linux' ? opened() : 0
    const fail = (): void =>
      writeNumbers(join(dir, 'failed'), (file) => {
        file.frame(Uint32Array.of(1))
        throw new Error('no more')
      })
    expect(fail).toThrow('no more')
    expect(readdirSync(dir).filter((name) => name.startsWith('failed'))).toEqual([])
    if (process.platform === 'linux') expect(opened()).toBe(before)
  })

  it('are damaged when a single bit is another, or one byte is missing', () => {
    const { path } = written('template')
    const bytes = readFileSync(path)
    const other = join(dir, 'other')
    for (let at = 0; at < bytes.length; at++) {
      for (const changed of [flipped(bytes, at), bytes.subarray(0, at)]) {
        writeFileSync(other, changed)
        const read = (): unknown => {
          const frames = [...readNumbers(other)]
          const file = new NumberFile(other)
          try {
            // Where the last frame lies is not needed to read all of them in turn.
            return [frames, file.last().map((list) => [...list])]
          } finally {
            file.close()
          }
        }
        expect(read, `byte ${at}`).toThrow('is not whole')
      }
    }
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

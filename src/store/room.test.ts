import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkRoom, freeBytes } from './room.ts'

describe('room on the disk', () => {
  it('is refused where what is free is less', () => {
    const free = (): number => 3 << 20
    expect(() => checkRoom('/store', 'near: texts of candidates', (3 << 20) + 1, free)).toThrow(
      'no room on the disk: near: texts of candidates will take about 4 MiB, and 3 MiB are free at /store',
    )
    expect(() => checkRoom('/store', 'near', (3 << 20) + 1, free)).toThrow(
      expect.objectContaining({ code: 'disk-full' }),
    )
    expect(() => checkRoom('/store', 'near', 3 << 20, free)).not.toThrow()
  })

  it('is that of the file system', () => {
    expect(freeBytes(tmpdir())).toBeGreaterThan(0)
    expect(freeBytes(join(tmpdir(), 'not', 'made', 'yet'))).toBeGreaterThan(0)
    expect(() => checkRoom(tmpdir(), 'more than any disk has', 2 ** 70)).toThrow('no room on the disk')
  })
})

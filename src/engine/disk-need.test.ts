import { describe, expect, it } from 'vitest'
import { Store } from '../store/store.ts'
import { checkDisk, diskWarning } from './disk-need.ts'

const MIB = 1 << 20
const store = new Store('/store')

describe('a run that needs at least 40 MiB, and about 100', () => {
  it.each([
    { room: 100, warning: undefined, isRefused: false },
    { room: 99, warning: 'is likely to need 100 MiB', isRefused: false },
    { room: 40, warning: 'is likely to need 100 MiB', isRefused: false },
    { room: 39, warning: 'needs at least 40 MiB, and about 100 MiB', isRefused: true },
  ])('with room for $room MiB', ({ room, warning, isRefused }) => {
    const need = { likely: 100 * MIB, least: 40 * MIB, room: room * MIB }
    if (warning === undefined) expect(diskWarning(need, store)).toBeUndefined()
    else expect(diskWarning(need, store)).toContain(warning)
    if (isRefused)
      expect(() => checkDisk(need, store)).toThrow(expect.objectContaining({ code: 'disk-full' }))
    else expect(() => checkDisk(need, store)).not.toThrow()
  })
})

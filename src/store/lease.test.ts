import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withStore } from '../../test/fixture-version.ts'
import { liveLeases, takeLease } from './lease.ts'
import { Store } from './store.ts'

it('is held by one at a time, and free when it is released', async () => {
  await withStore(async (dir) => {
    const store = new Store(dir)
    const lease = takeLease(store, 'texts')
    expect(liveLeases(store, ['texts', 'others'])).toEqual(['texts'])
    expect(() => takeLease(store, 'texts')).toThrow(`texts is being written by process ${process.pid} on `)
    lease.release()
    expect(liveLeases(store, ['texts'])).toEqual([])
    takeLease(store, 'texts').release()
  })
})

it.each(['', 'null', '7', '{"pid":', '{}', '{"pid":999999999,"host":"here"}'])(
  'is taken over where a file names no live holder: %s',
  async (text) => {
    await withStore(async (dir) => {
      const store = new Store(dir)
      const path = join(dir, 'leases/texts.json')
      mkdirSync(join(dir, 'leases'))
      writeFileSync(path, text.replace('here', hostname()))
      expect(liveLeases(store, ['texts'])).toEqual([])
      takeLease(store, 'texts').release()
      expect(existsSync(path)).toBe(false)
    })
  },
)

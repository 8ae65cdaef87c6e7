import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWindow, Damage } from './byte-window.ts'

async function* pieces(bytes: Uint8Array, size: number, end?: unknown): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  if (end !== undefined) throw end
}

describe('ByteWindow', () => {
  it('shows the same bytes, however they come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.tuple(fc.constantFrom('ensure', 'advance', 'skip'), fc.nat(12)), { maxLength: 12 }),
        async (bytes, size, calls) => {
          const window = new ByteWindow(pieces(bytes, size))
          let at = 0
          for (const [call, length] of calls) {
            if (call === 'ensure') {
              await window.ensure(length)
              expect(window.bytes.length).toBeGreaterThanOrEqual(Math.min(length, bytes.length - at))
            } else if (call === 'skip') {
              const passed = await window.skip(length)
              expect(passed).toBe(Math.min(length, bytes.length - at))
              at += passed
            } else {
              const passed = Math.min(length, window.bytes.length)
              window.advance(passed)
              at += passed
            }
            expect(window.offset).toBe(at)
            expect([...window.bytes]).toEqual([...bytes.subarray(at, at + window.bytes.length)])
          }
        },
      ),
    )
  })

  it('keeps damage behind the bytes before it', async () => {
    const window = new ByteWindow(pieces(Buffer.from('before'), 2, new Damage('bad-gzip', 'why')))
    await window.ensure(100)
    expect(window.bytes.toString()).toBe('before')
    expect(window.ended).toBe(true)
    expect(window.damage).toMatchObject({ reason: 'bad-gzip', message: 'why' })
  })

  it('throws what is not damage', async () => {
    const window = new ByteWindow(pieces(Buffer.from('before'), 2, new Error('disk')))
    await expect(window.ensure(100)).rejects.toThrow('disk')
  })
})

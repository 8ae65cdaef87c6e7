import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { extract } from '../src/html/extract.ts'
import { HOSTILE_PAGES, hostilePage } from './hostile-pages.ts'

const SMALL_BYTES = 64 << 10
const TIMES = 8
/** How often a page that seems to cost too much is measured again: other work on the machine makes CPU seconds longer. */
const TRIES = 4
/** Over what a linear cost would be: at eight times the length, a square costs eight times too much. */
const MAX_FACTOR = 3
/** Below this nothing can be told from the compiler and the garbage collector. */
const LEAST_SECONDS = 0.003
/** What the project promises, and as much again for a machine under load. */
const MAX_SECONDS_PER_MB = 2

describe('the cost of hostile pages', () => {
  it('is measured on pages of the size that is meant', () => {
    expect(HOSTILE_PAGES.length).toBeGreaterThan(30)
    for (const name of HOSTILE_PAGES) {
      const { length } = hostilePage(name, SMALL_BYTES)
      expect(length, name).toBeGreaterThan(SMALL_BYTES * 0.9)
      expect(length, name).toBeLessThan(SMALL_BYTES * 3)
    }
  })

  it.each(HOSTILE_PAGES)('grows with the length: %s', async (name) => {
    const small = hostilePage(name, SMALL_BYTES)
    const large = hostilePage(name, SMALL_BYTES * TIMES)
    const growth = large.length / small.length
    let smallSeconds = LEAST_SECONDS
    let largeSeconds = Number.POSITIVE_INFINITY
    const isLinear = (): boolean =>
      largeSeconds <= smallSeconds * growth * MAX_FACTOR &&
      largeSeconds <= (MAX_SECONDS_PER_MB * large.length) / 1e6
    for (let tries = 0; tries < TRIES && !isLinear(); tries++) {
      smallSeconds = Math.max(smallSeconds, secondsOf(small))
      largeSeconds = Math.min(largeSeconds, secondsOf(large))
      // Lets the test runner hear that this one is alive.
      await setImmediate()
    }
    const milliseconds = [smallSeconds, largeSeconds].map((seconds) => `${(seconds * 1000).toFixed(1)} ms`)
    expect(isLinear(), `${milliseconds.join(', and ')} for ${growth.toFixed(1)} times the length`).toBe(true)
  })
})

/** CPU seconds of this thread, so that other threads do not count. The text is looked at, so that it is made. */
function secondsOf(page: Uint8Array): number {
  const before = process.threadCpuUsage()
  const { text } = extract(page, {})
  const { user, system } = process.threadCpuUsage(before)
  expect(text.length).toBeLessThan(4 * page.length + 1000)
  return (user + system) / 1e6
}

import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { firstFault } from '../html-mutations.ts'

const PAGES = 100_000
const STEP = 2000
/** Other seeds than the fast test's. */
const FIRST = 10_000

it(`extracts ${PAGES} mutated pages without an exception`, { timeout: 20 * 60_000 }, async () => {
  for (let done = 0; done < PAGES; done += STEP) {
    expect(firstFault(FIRST + done, STEP)).toBeUndefined()
    // Lets the test runner hear that this one is alive.
    await setImmediate()
  }
})

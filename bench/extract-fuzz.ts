import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { firstFault } from '../test/html-mutations.ts'

/**
 * A million small mutated pages: no exception, bounded output, equal results, no growth of memory.
 *
 *     npm run bench extract-fuzz [-- PAGES [FIRST-SEED]]
 *
 * Ends with exit code 1 and the page's seed at the first fault; `mutatedPage(SEED)` of test/html-mutations.ts gives it.
 */
const STEPS = 20
const MAX_GROWTH_BYTES = 16 << 20

export async function run(args: readonly string[] = process.argv.slice(3)): Promise<void> {
  const [pages = 1_000_000, first = 1_000_000] = args.map(Number)
  if (!Number.isSafeInteger(pages) || !Number.isSafeInteger(first) || pages < STEPS) {
    throw new Error(`expected whole numbers, at least ${STEPS} pages`)
  }
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const held = (): number => {
    collect()
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const begun = performance.now()
  // What the first pages leave is compiled code and tables; growth is what comes behind them.
  let settled = 0
  let last = 0
  const step = Math.ceil(pages / STEPS)
  for (let index = 0; index < STEPS; index++) {
    const fault = firstFault(first + index * step, step)
    if (fault !== undefined) {
      console.error(fault)
      process.exitCode = 1
      return
    }
    last = held()
    if (index === 1) settled = last
    const seconds = (performance.now() - begun) / 1000
    console.log(
      `${(index + 1) * step} pages, ${seconds.toFixed(0)} s, ${(last / 1e6).toFixed(2)} MB held, resident ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
    )
  }
  const growth = last - settled
  console.log(`no fault; ${(growth / 1e6).toFixed(2)} MB more held than after ${2 * step} pages`)
  if (growth > MAX_GROWTH_BYTES) {
    console.error(`memory grew by more than ${MAX_GROWTH_BYTES / 1e6} MB`)
    process.exitCode = 1
  }
}

if (import.meta.main) await run(process.argv.slice(2))

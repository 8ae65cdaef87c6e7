import { extract } from '../src/html/extract.ts'
import { HOSTILE_PAGES, hostilePage } from '../test/hostile-pages.ts'

/** Seconds a megabyte that ask for an end of the rows of a page: it grows faster than the page. */
const GIVE_UP_SECONDS = 20

/** Passes over one page before the clock counts. */
const WARM_RUNS = 40

/** CPU seconds for one page, the least of `runs`. */
function secondsFor(page: Uint8Array, runs: number): number {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage()
    const { text } = extract(page, { contentType: 'text/html; charset=utf-8' })
    const { user, system } = process.cpuUsage(before)
    if (text.length > 4 * page.length + 1000)
      throw new Error(`${text.length} characters of ${page.length} bytes`)
    least = Math.min(least, (user + system) / 1e6)
  }
  return least
}

/** Prints seconds a megabyte of a page's copies, once to 64 times; linear is one figure. */
export function measureCopies(name: string, page: Uint8Array): void {
  const row: string[] = []
  secondsFor(page, WARM_RUNS)
  for (let copies = 1; copies <= 64; copies *= 2) {
    const bytes = Buffer.concat(Array.from({ length: copies }, () => page))
    row.push(`${copies}x ${((secondsFor(bytes, copies < 16 ? 5 : 3) * 1e6) / bytes.length).toFixed(4)}`)
  }
  console.log(`  ${name} (${(page.length / 1e3).toFixed(0)} kB): ${row.join('  ')}`)
}

/** Prints seconds a megabyte of hostile pages at three sizes; a page over the limit of 1 s per MB is marked. */
export function measureHostile(): void {
  const sizes = [256 << 10, 1 << 20, 4 << 20]
  let over = 0
  for (const name of HOSTILE_PAGES) {
    const row: string[] = []
    let worst = 0
    for (const size of sizes) {
      const bytes = hostilePage(name, size)
      const seconds = secondsFor(bytes, size === sizes[0] ? 2 : 1)
      const each = (seconds * 1e6) / bytes.length
      worst = Math.max(worst, each)
      row.push(each.toFixed(3))
      // The next is four times as long: at best four times the time, and sixteen if it is quadratic.
      if (seconds * 16 > GIVE_UP_SECONDS && each > 1) {
        row.push('given up')
        break
      }
    }
    if (worst > 1) over++
    console.log(`  ${worst > 1 ? 'OVER' : '    '} ${name.padEnd(36)} ${row.join('  ')}`)
  }
  console.log(`  ${HOSTILE_PAGES.length} kinds, ${over} over 1 s per MB at 0.25, 1 or 4 MiB`)
}

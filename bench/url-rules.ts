import { UrlLists } from '../src/text/url-lists/url-lists.ts'

const DOMAINS = 4_000_000
const ASKED = 200_000

/**
 * Time and memory of a block list of the size of UT1's largest, and look-ups in it.
 *
 *     npm run bench url-rules
 */
export async function run(): Promise<void> {
  const bytes = Buffer.from(
    Array.from(
      { length: DOMAINS },
      (_, index) => `site-${index.toString(36)}.example${index % 50}.org\n`,
    ).join(''),
  )
  const before = process.memoryUsage()
  const lists = new UrlLists()
  const started = process.cpuUsage()
  lists.add('large', bytes)
  const built = process.cpuUsage(started)
  const after = process.memoryUsage()
  const urls = Array.from({ length: ASKED }, (_, index) => {
    const host =
      index % 2 === 0
        ? `site-${((index * 7919) % DOMAINS).toString(36)}.example${((index * 7919) % DOMAINS) % 50}.org`
        : `other-${index}.example.net`
    return new URL(`https://www.${host}/a/path/of/some/length?and=a&query=too`)
  })
  const asking = process.cpuUsage()
  let hits = 0
  for (const url of urls) if (lists.find(url) !== undefined) hits++
  const asked = process.cpuUsage(asking)
  if (hits !== ASKED / 2 || lists.sizes.domains !== DOMAINS) throw new Error(`${hits} hits`)
  const seconds = (used: NodeJS.CpuUsage): number => (used.user + used.system) / 1e6
  process.stdout.write(
    `${DOMAINS} domains, ${(bytes.length / 1e6).toFixed(0)} MB: read in ${seconds(built).toFixed(1)} s, ` +
      `${((after.arrayBuffers - before.arrayBuffers) / 1e6).toFixed(0)} MB held; ` +
      `${Math.round(ASKED / seconds(asked))} look-ups a CPU second, half of them hits\n`,
  )
}

import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { faultOfIndexes, keptIndexes } from '../engine/near-indexes.ts'
import { TilthError } from '../model/error.ts'
import type { Store } from '../store/store.ts'
import { loadTextHash } from '../text/hash.ts'
import { storeOf } from './options.ts'
import { bytes, paint, styleOf, table } from './terminal.ts'

interface Check {
  readonly name: string
  readonly ok: boolean
  readonly found: string
  /** What to do when it is not well. */
  readonly advice: string
}

export function register(program: Command): void {
  program
    .command('doctor')
    .description('Check this machine and the store; exit code 2 when something is wrong.')
    .option('--json', 'print JSON')
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<{ store: string; json?: boolean }>()
      const store = storeOf(flags)
      const checks = [...(await examine(store.dir)), await versionsCheck(store), await indexesCheck(store)]
      if (checks.some((check) => !check.ok)) process.exitCode = 2
      if (flags.json) {
        const told = checks.map(({ advice, ...check }) => (check.ok ? check : { ...check, advice }))
        process.stdout.write(`${JSON.stringify(told)}\n`)
        return
      }
      const style = styleOf(process.stdout, process.env)
      process.stdout.write(
        table(
          checks,
          [
            { title: 'check', cell: (check) => check.name },
            {
              title: '',
              cell: (check) => (check.ok ? 'ok' : 'BAD'),
              tone: (check) => (check.ok ? 'good' : 'bad'),
            },
            { title: 'found', cell: (check) => check.found },
          ],
          style,
        ),
      )
      for (const check of checks) {
        if (!check.ok) process.stdout.write(`${paint(check.name, 'bad', style)}: ${check.advice}\n`)
      }
    })
}

async function examine(dir: string): Promise<readonly Check[]> {
  let place = dir
  while (!existsSync(place)) place = dirname(place)
  const disk = statfsSync(place)
  const free = disk.bavail * disk.bsize
  const { node, unicode = '', icu = '' } = process.versions
  // Without a limit the constraint is reported as nothing, or as more than there is.
  const memory = Math.min(process.constrainedMemory() || totalmem(), totalmem())
  const hash = (await loadTextHash()).hash('')
  return [
    { name: 'node', ok: Number(node.split('.')[0]) >= 24, found: node, advice: 'install Node 24 or newer' },
    {
      name: 'unicode',
      ok: unicode !== '',
      found: `Unicode ${unicode}, ICU ${icu}`,
      advice: 'use a Node with full ICU',
    },
    // xxh64 of nothing, seed 0, is published with the algorithm: EF46DB3751D8E999.
    {
      name: 'text hash',
      ok: hash === XXH64_OF_NOTHING,
      found: String(hash),
      advice: 'the WebAssembly hash gives wrong values on this machine',
    },
    { name: 'cores', ok: true, found: String(availableParallelism()), advice: '' },
    { name: 'memory', ok: memory >= 512 << 20, found: bytes(memory), advice: 'give at least 512 MB' },
    {
      name: 'store',
      ok: writable(place),
      found: dir,
      advice: `${place} cannot be written; choose another with --store`,
    },
    {
      name: 'disk',
      ok: free >= 1 << 30,
      found: `${bytes(free)} free`,
      advice: 'less than 1 GB is free; tilth gc --dry-run',
    },
  ]
}

const XXH64_OF_NOTHING = BigInt.asIntN(64, 0xef46db3751d8e999n)

/** Whether each version's manifest can be read, and every shard is there with its size. */
async function versionsCheck(store: Store): Promise<Check> {
  const damaged: string[] = []
  let seen = 0
  for (const name of store.datasets()) {
    for (const number of store.numbers(name)) {
      seen++
      const ref = `${name}@${number}`
      try {
        const { manifest, dir } = await store.open(ref)
        const whole = manifest.shards.every(
          ({ file, bytes }) => statSync(join(dir, file), { throwIfNoEntry: false })?.size === bytes,
        )
        if (!whole) damaged.push(ref)
      } catch (error) {
        if (!(error instanceof TilthError)) throw error
        damaged.push(ref)
      }
    }
  }
  return {
    name: 'versions',
    ok: damaged.length === 0,
    found: damaged.length === 0 ? `${seen} whole` : `damaged: ${damaged.join(', ')}`,
    advice: 'restore their files, or remove them (tilth versions rm NAME@NUMBER) and run their recipes again',
  }
}

/** Whether the indexes of near copies that versions keep are there, with their sizes. */
async function indexesCheck(store: Store): Promise<Check> {
  const damaged: string[] = []
  let seen = 0
  for (const name of store.datasets()) {
    for (const number of store.numbers(name)) {
      const dir = store.path(`${name}@${number}`)
      try {
        seen += keptIndexes(dir).length
        if (faultOfIndexes(store, dir) !== undefined) damaged.push(`${name}@${number}`)
      } catch (error) {
        if (!(error instanceof TilthError)) throw error
        damaged.push(`${name}@${number}`)
      }
    }
  }
  return {
    name: 'indexes',
    ok: damaged.length === 0,
    found: damaged.length === 0 ? `${seen} whole` : `damaged: ${damaged.join(', ')}`,
    advice: 'run the recipes that made these versions again, on the same inputs: they make the indexes anew',
  }
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

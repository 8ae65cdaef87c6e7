import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { Command } from 'commander'
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
      const checks = await examine(storeOf(flags).dir)
      if (checks.some((check) => !check.ok)) process.exitCode = 2
      if (flags.json) {
        process.stdout.write(`${JSON.stringify(checks)}\n`)
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
  const memory = process.constrainedMemory() || totalmem()
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

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

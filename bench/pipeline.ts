import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { compareRuns } from './pipeline-compare.ts'

/**
 * The recipe `fineweb-like` beside datatrove's own blocks on the same WARC files, each in fresh processes, in turns:
 *
 *     TILTH_PYTHON=VENV/bin/python npm run bench pipeline [-- ROUNDS]
 *
 * Needs what `peers/datatrove_pipeline.py` names, and warc/ of the data folder (TILTH_SHARED_DATA, else ../shared/data).
 * Languages are not identified by either. CPU time is user and system time of all processes, start and report included.
 * Then both sets of kept documents are compared by URL, and each difference is put down to the step that makes it.
 */
const ROUNDS = 1
const PYTHON = process.env['TILTH_PYTHON'] ?? 'python3'
const PEER = resolve(import.meta.dirname, 'peers/datatrove_pipeline.py')
const TILTH = resolve(import.meta.dirname, '../bin/tilth.js')

export async function run(rounds = Number(process.argv[3] ?? ROUNDS)): Promise<void> {
  const data = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
  const scratch = mkdtempSync(join(tmpdir(), 'tilth-bench-pipeline-'))
  try {
    const warcs = linked(resolve(data, 'warc'), join(scratch, 'warc'))
    const store = join(scratch, 'store')
    const peerOut = join(scratch, 'datatrove')
    const own = (workers: number, cache?: string): number => {
      rmSync(store, { recursive: true, force: true })
      const flags = ['--workers', String(workers), '--set', 'steps.language.languages=[]', '--json']
      const command = ['--store', store, 'run', 'fineweb-like', '--input', `pages=${warcs}`, ...flags]
      return cpuSeconds(process.execPath, [TILTH, ...command], cache)
    }
    const times: Record<string, number[]> = {}
    const note = (name: string, seconds: number): void => {
      times[name] = [...(times[name] ?? []), seconds]
      console.log(`  ${name.padEnd(34)} ${seconds.toFixed(2)} CPU seconds`)
    }
    console.log(`node ${process.versions.node}, python ${PYTHON}`)
    const code = join(scratch, 'code')
    own(1, code)
    for (let round = 0; round < rounds; round++) {
      note('tilth, one worker', own(1))
      note(`tilth, ${availableParallelism()} workers`, own(availableParallelism()))
      note('datatrove 0.10.1', cpuSeconds(PYTHON, [PEER, warcs, peerOut]))
      note('tilth, one worker', own(1))
      note('tilth, one worker, code compiled', own(1, code))
    }
    const peer = median(times['datatrove 0.10.1'] ?? [])
    for (const [name, seconds] of Object.entries(times)) {
      console.log(
        `${name.padEnd(34)} median ${median(seconds).toFixed(2)} s of ${seconds.length}: datatrove takes ${(peer / median(seconds)).toFixed(1)} times`,
      )
    }
    await compareRuns(store, peerOut, pagesRead(warcs))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** URLs of the pages that datatrove's reader does not leave out. */
function pagesRead(warcs: string): ReadonlySet<string> {
  const { status, stdout, stderr } = spawnSync(PYTHON, [PEER, '--read', warcs], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${PEER} --read: ${stderr.slice(-2000)}`)
  const lines = stdout.split('\n').filter((line) => line.startsWith('"'))
  return new Set(lines.map((line) => JSON.parse(line) as string))
}

/** A folder with links to the pages alone: datatrove takes a folder. */
function linked(source: string, folder: string): string {
  mkdirSync(folder)
  const names = readdirSync(source).filter((name) => /^pages-.*\.warc\.gz$/.test(name))
  if (names.length === 0) throw new Error(`no pages-*.warc.gz in ${source}`)
  for (const name of names) symlinkSync(join(source, name), join(folder, name))
  return folder
}

/** CPU seconds of a command with all its threads and processes, as the system counts them when it has ended. */
function cpuSeconds(command: string, args: readonly string[], compileCache?: string): number {
  const env: NodeJS.ProcessEnv = { ...process.env }
  if (compileCache === undefined) delete env['NODE_COMPILE_CACHE']
  else env['NODE_COMPILE_CACHE'] = compileCache
  const timed = resolve(import.meta.dirname, 'peers/cpu_time.py')
  const { status, stdout, stderr } = spawnSync(PYTHON, [timed, command, ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.slice(-2000)}`)
  return (JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { cpuSeconds: number }).cpuSeconds
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

if (import.meta.main) await run(Number(process.argv[2] ?? ROUNDS))

import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { openSource } from '../src/formats/source/source.ts'
import { warc } from '../src/formats/warc/warc.ts'

/**
 * Megabytes of WARC a CPU second: Tilth beside fastwarc (HTTP parsed) and warcio, in one run, in turns.
 *
 *     TILTH_PYTHON=/path/to/venv/bin/python node bench/warc.ts
 *
 * Reads warc/pages-*.warc.gz of the data folder (TILTH_SHARED_DATA, else ../shared/data). Counts and payload
 * bytes of all readers are compared before the clock counts. CPU time of all threads, user and system.
 */

const ROUNDS = 5

interface Pass {
  readonly records: number
  readonly payloadBytes: number
  readonly cpuSeconds: number
}

interface Reader {
  readonly name: string
  pass(): Promise<Pass>
  close(): void
}

export interface WarcBench {
  readonly files: number
  readonly compressedBytes: number
  readonly inflatedBytes: number
  readonly records: number
  readonly readers: readonly {
    readonly name: string
    /** Median of the rounds, and all of them. */
    readonly cpuSeconds: number
    readonly rounds: readonly number[]
    readonly compressedMBps: number
    readonly inflatedMBps: number
    /** Tilth's median over this reader's: above 1, this one is faster. */
    readonly timeRatio: number
  }[]
  /** Readers that could not run, with the reason. */
  readonly missing: readonly string[]
}

export async function run(): Promise<WarcBench> {
  const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
  const folder = resolve(root, 'warc')
  const files = readdirSync(folder)
    .filter((name) => /^pages-.*\.warc\.gz$/.test(name))
    .map((name) => resolve(folder, name))
  if (files.length === 0) throw new Error(`no pages-*.warc.gz in ${folder}`)

  const missing: string[] = []
  const readers: Reader[] = [tilth(files)]
  for (const name of ['fastwarc', 'warcio']) {
    const reader = await peer(name, files)
    if (typeof reader === 'string') missing.push(reader)
    else readers.push(reader)
  }
  try {
    const { records } = await warmUp(readers)
    const times = new Map<string, number[]>(readers.map(({ name }) => [name, []]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const reader of readers) {
        globalThis.gc?.()
        times.get(reader.name)?.push((await reader.pass()).cpuSeconds)
      }
    }
    const { compressedBytes, inflatedBytes } = await sizes(files)
    const own = median(times.get('tilth') ?? [])
    return {
      files: files.length,
      compressedBytes,
      inflatedBytes,
      records,
      missing,
      readers: readers.map(({ name }) => {
        const rounds = times.get(name) ?? []
        const cpuSeconds = median(rounds)
        return {
          name,
          cpuSeconds,
          rounds,
          compressedMBps: compressedBytes / 1e6 / cpuSeconds,
          inflatedMBps: inflatedBytes / 1e6 / cpuSeconds,
          timeRatio: own / cpuSeconds,
        }
      }),
    }
  } finally {
    for (const reader of readers) reader.close()
  }
}

/** Two passes of each reader; all must find the same. */
async function warmUp(readers: readonly Reader[]): Promise<Pass> {
  let expected: Pass | undefined
  for (const reader of [...readers, ...readers]) {
    const found = await reader.pass()
    expected ??= found
    if (
      found.records !== expected.records ||
      found.payloadBytes !== expected.payloadBytes ||
      found.records === 0
    ) {
      throw new Error(`${reader.name} found ${JSON.stringify(found)}, tilth ${JSON.stringify(expected)}`)
    }
  }
  if (expected === undefined) throw new Error('no reader')
  return expected
}

function tilth(files: readonly string[]): Reader {
  const options = { options: warc.options.parse({}), maxRecordBytes: 32 << 20, maxWindowBytes: 1 << 27 }
  return {
    name: 'tilth',
    close: () => undefined,
    async pass() {
      const before = process.cpuUsage()
      let records = 0
      let payloadBytes = 0
      for (const file of files) {
        const source = await openSource(file)
        for await (const batch of warc.read(source, { start: 0, end: source.size, first: 0 }, options)) {
          for (const item of batch) {
            if ('failure' in item) throw new Error(JSON.stringify(item.failure))
            if (!('record' in item)) continue
            records++
            payloadBytes += item.record.body.length
          }
        }
      }
      const { user, system } = process.cpuUsage(before)
      return { records, payloadBytes, cpuSeconds: (user + system) / 1e6 }
    },
  }
}

/** Starts a Python reader; gives the reason as text when it cannot run. */
async function peer(name: string, files: readonly string[]): Promise<Reader | string> {
  const python = process.env['TILTH_PYTHON'] ?? 'python3'
  const script = resolve(import.meta.dirname, 'peers/warc_speed.py')
  const child: ChildProcess = spawn(python, [script, name, ...files], { stdio: ['pipe', 'pipe', 'pipe'] })
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) return `${name}: no pipes`
  let complaint = ''
  stderr.on('data', (data: Buffer) => {
    complaint = (complaint + data.toString()).slice(-2000)
  })
  stdin.on('error', () => undefined)
  const ended = new Promise<undefined>((done) => {
    child.on('error', (error) => {
      complaint = error.message
      done(undefined)
    })
    child.on('close', () => done(undefined))
  })
  const lines = createInterface(stdout)[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string> => {
    const line = await lines.next()
    if (!line.done) return line.value
    await ended
    throw new Error(`${name}: ${complaint.trim().split('\n').at(-1)}`)
  }
  try {
    const ready: unknown = JSON.parse(await nextLine())
    const version = (ready as { ready: string }).ready
    return {
      name: `${name} ${version}`,
      close: () => stdin.end(),
      async pass() {
        stdin.write('\n')
        return JSON.parse(await nextLine()) as Pass
      },
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function sizes(files: readonly string[]): Promise<{ compressedBytes: number; inflatedBytes: number }> {
  let compressedBytes = 0
  let inflatedBytes = 0
  for (const file of files) {
    const source = await openSource(file)
    compressedBytes += source.size
    const gunzip = createGunzip({ chunkSize: 1 << 20 })
    const feeding = (async () => {
      for await (const chunk of source.read(0, source.size)) gunzip.write(chunk)
      gunzip.end()
    })()
    for await (const chunk of gunzip as AsyncIterable<Buffer>) inflatedBytes += chunk.length
    await feeding
  }
  return { compressedBytes, inflatedBytes }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function print(result: WarcBench): void {
  const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
  console.log(
    `${result.files} files of HTML pages, ${result.records} responses, ${mega(result.compressedBytes)} as stored, ` +
      `${mega(result.inflatedBytes)} inflated; node ${process.versions.node}; medians of ${ROUNDS}, in turns`,
  )
  for (const reader of result.readers) {
    const spread = `${Math.min(...reader.rounds).toFixed(2)} to ${Math.max(...reader.rounds).toFixed(2)} s`
    console.log(
      `${reader.name.padEnd(16)} ${reader.cpuSeconds.toFixed(3)} CPU s (${spread})  ` +
        `${reader.compressedMBps.toFixed(0)} MB/s stored  ${reader.inflatedMBps.toFixed(0)} MB/s inflated  ` +
        `tilth's time / this one's: ${reader.timeRatio.toFixed(2)}`,
    )
  }
  for (const reason of result.missing) console.log(`not run: ${reason}`)
}

if (import.meta.main) print(await run())

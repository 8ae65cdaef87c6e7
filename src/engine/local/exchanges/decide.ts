import { existsSync, readFileSync, rmSync } from 'node:fs'
import type { Repeats, SpanGroup } from '../../../model/stage.ts'
import { writeWholeFile } from '../../../store/store.ts'
import type { Budget } from '../../memory.ts'
import type { Pool } from '../pool.ts'
import type { TaskInput, TaskName, TaskOutput } from '../tasks.ts'
import type { UnitAddress } from '../unit-file.ts'
import type { Unit } from '../units.ts'
import { addDigests, type VerdictDigests } from '../verdict-file.ts'
import { type Dealt, dealtFiles, type UnitRange } from './candidate-buckets.ts'

/** What an exchange decided: where the verdicts lie, and what tells whether those on a unit are others. */
export interface Decided {
  /** Verdict files of all partitions. */
  readonly paths: readonly string[]
  readonly digests: VerdictDigests
}

export interface Exchange {
  /** Folder of this exchange, named by its content. */
  readonly dir: string
  /** Number of the step that decides. */
  readonly step: number
  readonly units: readonly Unit[]
  /** Ranges of leading bytes of the keys, so that each fits in memory. */
  readonly ranges: readonly (readonly [from: number, to: number])[]
  readonly bounds: Budget
  readonly pool: Pool
  readonly progress: (what: string, done: number, total: number) => void
}

/** Units are read again in tasks of about so many bytes of text. */
const RANGE_BYTES = 16 << 20

/**
 * Decides clusters of near copies: candidates by equal keys, dealt out by chains of them, read once more, compared. What a stopped run
 * did is not done again.
 */
export async function decideClusters(exchange: Exchange): Promise<Decided> {
  const { dir, step, units, bounds } = exchange
  const state = `${dir}/dealt.json`
  const out = (partition: number): string => `${dir}/${partition}.verdicts`
  const outs = ({ partitions }: Dealt): readonly string[] =>
    Array.from({ length: partitions }, (_, at) => out(at))
  let dealt = readState(state)
  if (dealt?.done && !outs(dealt).every(existsSync)) dealt = undefined
  if (dealt === undefined) rmSync(state, { force: true })
  const rows = units.map((unit) => unit.summary.rows)
  const ranges = unitRanges(units)
  const joined = exchange.ranges.map(([from, to]) => `${dir}/${from}-${to}.buckets`)
  if (dealt === undefined) {
    const addresses = units.map((unit) => unit.address)
    await each(
      exchange,
      'joinBuckets',
      'candidates',
      exchange.ranges.map(([from, to], at) => ({
        units: addresses,
        rows,
        from,
        to,
        out: joined[at] ?? '',
      })),
    )
    const [made] = await each(exchange, 'dealBuckets', 'chains of candidates', [
      {
        buckets: joined,
        rows,
        textBytes: units.map((unit) => unit.summary.textBytes),
        ranges,
        partitionBytes: bounds.partitionBytes / 2,
        leastPartitions: bounds.workers,
        dir,
      },
    ])
    if (made === undefined) throw new Error('candidates were not dealt')
    dealt = { ...made, done: false }
    await writeWholeFile(state, JSON.stringify(dealt))
  }
  const members = ranges.map((_, at) => `${dir}/${at}.members`)
  if (!dealt.done) {
    await each(
      exchange,
      'readMembers',
      'texts of candidates',
      ranges.map(({ from, to }, at) => ({
        step,
        units: units.slice(from, to).map(({ address, uri, input }, index) => ({
          address,
          uri,
          input,
          base: sum(rows.slice(0, from + index)),
        })),
        candidates: dealtFiles.candidates(dir, at),
        out: members[at] ?? '',
      })),
    )
  }
  const digests = await each(
    exchange,
    'decideClusters',
    'near copies',
    outs(dealt).map((path, partition) => ({
      step,
      rows,
      members,
      dir,
      partition,
      cacheBytes: bounds.partitionBytes,
      out: path,
    })),
  )
  await writeWholeFile(state, JSON.stringify({ ...dealt, done: true }))
  const spilled = [
    ...joined,
    ...members,
    ...ranges.map((_, at) => dealtFiles.candidates(dir, at)),
    ...outs(dealt).map((_, at) => dealtFiles.buckets(dir, at)),
  ]
  for (const path of spilled) rmSync(path, { force: true })
  return { paths: outs(dealt), digests: addDigests(digests) }
}

function readState(path: string): (Dealt & { readonly done: boolean }) | undefined {
  if (!existsSync(path)) return undefined
  return JSON.parse(readFileSync(path, 'utf8')) as Dealt & { readonly done: boolean }
}

/** Decides which parts of documents are repeats; where the stage can, most of them are ruled out by few keys first. */
export async function decideSpans(exchange: Exchange, stage: SpanGroup, repeats: Repeats): Promise<Decided> {
  const { dir, units } = exchange
  const addresses = units.map((unit) => unit.address)
  const outs = exchange.ranges.map(([from, to]) => `${dir}/${from}-${to}.verdicts`)
  if (stage.narrow === undefined || outs.every(existsSync)) {
    return await repeatedParts(exchange, addresses, repeats, outs)
  }
  const shared = await repeatedParts(
    exchange,
    addresses,
    { least: 2, count: 'occurrences', spareFirst: false },
    exchange.ranges.map(([from, to]) => `${dir}/${from}-${to}.shared`),
  )
  const ranges = unitRanges(units)
  const parts = ranges.map((_, at) => `${dir}/${at}.parts`)
  const read = await each(
    exchange,
    'readParts',
    'repeated parts',
    ranges.map(({ from, to }, at) => ({
      step: exchange.step,
      units: units
        .slice(from, to)
        .map(({ address, uri, input }, index) => ({ address, uri, input, number: from + index })),
      shared: shared.paths,
      out: parts[at] ?? '',
    })),
  )
  const decided = await repeatedParts(exchange, read.flat(), repeats, outs)
  for (const path of [...parts, ...shared.paths]) rmSync(path, { force: true })
  return decided
}

async function repeatedParts(
  exchange: Exchange,
  units: readonly UnitAddress[],
  repeats: Repeats,
  outs: readonly string[],
): Promise<Decided> {
  const tasks = exchange.ranges.map(([from, to], at) => ({ units, repeats, from, to, out: outs[at] ?? '' }))
  const digests = await each(exchange, 'decideParts', 'parts', tasks)
  return { paths: outs, digests: addDigests(digests) }
}

/** Does a task for each input, in any order; gives their outputs in the order of the inputs. */
async function each<N extends TaskName>(
  { pool, progress }: Exchange,
  name: N,
  what: string,
  inputs: readonly TaskInput<N>[],
): Promise<readonly TaskOutput<N>[]> {
  const outputs: TaskOutput<N>[] = []
  let done = 0
  progress(what, 0, inputs.length)
  await pool.each(name, inputs, (output, at) => {
    outputs[at] = output
    progress(what, ++done, inputs.length)
  })
  return outputs
}

/** Neighbouring units, about as much text in each range as in the others. */
function unitRanges(units: readonly Unit[]): readonly UnitRange[] {
  const ranges: UnitRange[] = []
  let from = 0
  let bytes = 0
  for (const [at, unit] of units.entries()) {
    bytes += unit.summary.textBytes
    if (bytes < RANGE_BYTES && at + 1 < units.length) continue
    ranges.push({ from, to: at + 1 })
    from = at + 1
    bytes = 0
  }
  return ranges
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

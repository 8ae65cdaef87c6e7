import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { FoundIn } from '../../../model/document.ts'
import { TilthError } from '../../../model/error.ts'
import { checkRoom } from '../../../store/room.ts'
import { writeWholeFile } from '../../../store/store.ts'
import { findNearIndex, type NearBlock, type NearIndex, nearFiles } from '../../near-index-state.ts'
import { RowNumbers } from '../../units/row-numbers.ts'
import type { UnitAddress } from '../unit-file.ts'
import type { Unit } from '../units.ts'
import { addDigests } from '../verdict-file.ts'
import { type Dealt, dealtFiles, type UnitRange } from './candidate-buckets.ts'
import { type Decided, type Exchange, each, unitRanges } from './exchange.ts'
import { exchangeBytes } from './exchange-bytes.ts'

/** Documents of earlier versions that the units' are compared with: their keys like units, and their members. */
interface Known {
  readonly keys: UnitAddress
  readonly members: string
  readonly rows: number
}

/** What lies in an exchange's folder while its clusters are decided. */
const files = {
  state: (dir: string): string => `${dir}/dealt.json`,
  buckets: (dir: string, from: number, to: number): string => `${dir}/${from}-${to}.buckets`,
  members: (dir: string, range: number): string => `${dir}/${range}.members`,
  verdicts: (dir: string, partition: number): string => `${dir}/${partition}.verdicts`,
}

/**
 * Decides clusters of near copies: candidates by equal keys, dealt out by chains of them, read once more, compared. What a stopped run
 * did is not done again.
 *
 * @param against folders of indexes whose documents stay.
 */
export async function decideClusters(exchange: Exchange, against: readonly string[]): Promise<Decided> {
  const { dir, units, bounds } = exchange
  const known = against.flatMap(knownOf)
  const rows = [...units.map((unit) => unit.summary.rows), ...known.map((block) => block.rows)]
  const unitsOf = unitRanges(units)
  const ranges = [
    ...unitsOf,
    ...known.map((_, at) => ({ from: units.length + at, to: units.length + at + 1 })),
  ]
  const earlier = readState(files.state(dir))
  if (earlier === undefined) removeOthers(dir)
  // What was damaged is gone; the keys are dealt again, to as many partitions, so that what else there is still stands.
  const isWhole = earlier !== undefined && neededOf(dir, earlier, ranges.length).every(existsSync)
  const dealt = isWhole ? earlier : await dealCandidates(exchange, known, rows, ranges, earlier?.partitions)
  const members = ranges.map((_, at) => files.members(dir, at))
  if (!dealt.done) {
    checkRoom(
      dir,
      `${exchange.name}: texts of candidates`,
      members.every(existsSync) ? 0 : exchangeBytes.compared(dealt.candidates, dealt.comparedBytes),
    )
    await readCandidates(exchange, known, rows, unitsOf)
  }
  const digests = await each(
    exchange,
    'decideClusters',
    'near copies',
    verdictsOf(dir, dealt).map((out, partition) => ({
      step: exchange.step,
      rows,
      units: units.length,
      members,
      dir,
      partition,
      cacheBytes: bounds.partitionBytes,
      out,
    })),
  )
  await writeWholeFile(files.state(dir), JSON.stringify({ ...dealt, done: true }))
  const spilled = [
    ...exchange.ranges.map(([from, to]) => files.buckets(dir, from, to)),
    ...members,
    ...dealtPaths(dir, ranges.length),
  ]
  for (const path of spilled) rmSync(path, { force: true })
  return { paths: verdictsOf(dir, dealt), digests: addDigests(digests) }
}

interface State extends Dealt {
  readonly done: boolean
  /** Bytes that a row is compared by, on average; 0 where candidates are not compared. */
  readonly comparedBytes: number
}

function verdictsOf(dir: string, { partitions }: State): readonly string[] {
  return Array.from({ length: partitions }, (_, at) => files.verdicts(dir, at))
}

/** What has to be there for a run to go on from a state. */
function neededOf(dir: string, state: State, ranges: number): readonly string[] {
  return state.done ? verdictsOf(dir, state) : dealtPaths(dir, ranges)
}

/** What dealing leaves, for so many ranges. */
function dealtPaths(dir: string, ranges: number): readonly string[] {
  return [
    dealtFiles.buckets(dir),
    ...Array.from({ length: ranges }, (_, at) => dealtFiles.candidates(dir, at)),
  ]
}

/** Removes what belongs to partitions of which nothing is known any more. */
function removeOthers(dir: string): void {
  if (!existsSync(dir)) return
  for (const name of readdirSync(dir))
    if (/\.(?:members|verdicts)$/.test(name)) rmSync(`${dir}/${name}`, { force: true })
}

function knownOf(index: string): readonly Known[] {
  const found = findNearIndex(index)
  if ('fault' in found) throw new TilthError('damaged', found.fault)
  return found.blocks.map(({ rows, start, length }, block) => ({
    keys: { path: nearFiles.keys(index, block), start, length },
    members: nearFiles.members(index, block),
    rows,
  }))
}

async function dealCandidates(
  exchange: Exchange,
  known: readonly Known[],
  rows: readonly number[],
  ranges: readonly UnitRange[],
  partitions: number | undefined,
): Promise<State> {
  const { dir, units, bounds } = exchange
  const keyBytes = sum(units.map((unit) => unit.summary.keyBytes)) + sum(known.map(({ keys }) => keys.length))
  checkRoom(dir, `${exchange.name}: candidates`, exchangeBytes.buckets(keyBytes))
  const addresses = [...units.map((unit) => unit.address), ...known.map((block) => block.keys)]
  const joins = exchange.ranges.map(([from, to]) => ({
    units: addresses,
    rows,
    from,
    to,
    fresh: units.length,
    out: files.buckets(dir, from, to),
  }))
  await each(exchange, 'joinBuckets', 'candidates', joins)
  // They are dealt out as they are: the same again.
  checkRoom(dir, `${exchange.name}: chains of candidates`, sum(joins.map(({ out }) => statSync(out).size)))
  const comparedBytes = await averageCompared(exchange)
  const deal = {
    buckets: joins.map(({ out }) => out),
    rows,
    textBytes: [],
    comparedBytes,
    ranges,
    partitionBytes: bounds.partitionBytes / 2,
    leastPartitions: bounds.workers,
    ...(partitions === undefined ? {} : { partitions }),
    dir,
  }
  const [made] = await each(exchange, 'dealBuckets', 'chains of candidates', [deal])
  if (made === undefined) throw new Error('candidates were not dealt')
  const state = { ...made, comparedBytes, done: false }
  await writeWholeFile(files.state(dir), JSON.stringify(state))
  return state
}

function sourceOf({ uri, input, name }: Unit): FoundIn {
  return { uri, input, ...(name === undefined ? {} : { name }) }
}

/** Units whose first rows say how large what is compared is. */
const MEASURED_UNITS = 16

async function averageCompared(exchange: Exchange): Promise<number> {
  const { step, units } = exchange
  if (!exchange.isCompared) return 0
  const every = Math.ceil(units.length / MEASURED_UNITS)
  const some = units.filter((_, at) => at % every === 0)
  const task = { step, units: some.map((unit) => ({ address: unit.address, source: sourceOf(unit) })) }
  const [bytes = 0] = await each(exchange, 'measureCompared', 'sizes of candidates', [task])
  return bytes
}

/** Reads candidates again, for their shingles: those of units from their rows, those of indexes as they are there. */
async function readCandidates(
  exchange: Exchange,
  known: readonly Known[],
  rows: readonly number[],
  ranges: readonly UnitRange[],
): Promise<void> {
  const { dir, step, units } = exchange
  const numbers = new RowNumbers(rows)
  await each(
    exchange,
    'readMembers',
    'texts of candidates',
    ranges.map(({ from, to }, at) => ({
      step,
      units: units.slice(from, to).map((unit, index) => ({
        address: unit.address,
        source: sourceOf(unit),
        base: numbers.base(from + index),
      })),
      candidates: dealtFiles.candidates(dir, at),
      out: files.members(dir, at),
    })),
  )
  await each(
    exchange,
    'copyMembers',
    'candidates of indexes',
    known.map(({ members }, at) => ({
      members,
      base: numbers.base(units.length + at),
      candidates: dealtFiles.candidates(dir, ranges.length + at),
      out: files.members(dir, ranges.length + at),
    })),
  )
}

/** Indexes all documents that came to a group of near copies. */
export async function indexExchange(
  exchange: Exchange,
  { paths }: Decided,
  index: { readonly dir: string; readonly specification: string },
): Promise<void> {
  if (!('fault' in findNearIndex(index.dir))) return
  const { step, units } = exchange
  const keyBytes = sum(units.map((unit) => unit.summary.keyBytes))
  checkRoom(index.dir, `${exchange.name}: keys of the index`, keyBytes)
  const blocks = await each(
    exchange,
    'indexUnits',
    'index',
    unitRanges(units).map(({ from, to }, block) => ({
      step,
      dir: index.dir,
      block,
      units: units
        .slice(from, to)
        .map((unit, at) => ({ address: unit.address, source: sourceOf(unit), number: from + at })),
      verdicts: paths,
    })),
  )
  await writeIndex(index, blocks)
}

/** Indexes the kept documents of a version, shard by shard. */
export async function indexVersion(
  exchange: Exchange,
  shards: readonly string[],
  index: { readonly dir: string; readonly specification: string },
): Promise<void> {
  if (!('fault' in findNearIndex(index.dir))) return
  const tasks = shards.map((shard, block) => ({ step: exchange.step, dir: index.dir, block, shard }))
  await writeIndex(index, await each(exchange, 'indexShard', 'index', tasks))
}

async function writeIndex(
  { dir, specification }: { readonly dir: string; readonly specification: string },
  blocks: readonly NearBlock[],
): Promise<void> {
  const index: NearIndex = { specification, blocks }
  await writeWholeFile(`${dir}/index.json`, `${JSON.stringify(index)}\n`)
}

function readState(path: string): State | undefined {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as State
  } catch {
    // Damaged on the disk: as if it were not there.
    rmSync(path, { force: true })
    return undefined
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

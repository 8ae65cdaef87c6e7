import { existsSync, rmSync, statSync } from 'node:fs'
import type { Repeats, SpanGroup } from '../../../model/stage.ts'
import { checkRoom } from '../../../store/room.ts'
import type { UnitAddress } from '../unit-file.ts'
import { addDigests } from '../verdict-file.ts'
import { type Decided, type Exchange, each, unitRanges } from './exchange.ts'
import { exchangeBytes } from './exchange-bytes.ts'
import type { KnownShard } from './known-keys.ts'

/**
 * Decides which parts of documents are repeats; where the stage can, most of them are ruled out by few keys first.
 *
 * @param known documents of other versions: parts that they have are repeats in this run's documents.
 */
export async function decideSpans(
  exchange: Exchange,
  stage: SpanGroup,
  repeats: Repeats,
  known: readonly KnownShard[],
): Promise<Decided> {
  const { dir, units } = exchange
  const addresses = units.map((unit) => unit.address)
  const keysOfKnown = known.map(({ keys }) => keys)
  const outs = exchange.ranges.map(([from, to]) => `${dir}/${from}-${to}.verdicts`)
  if (stage.narrow === undefined || outs.every(existsSync)) {
    return await repeatedParts(exchange, { own: addresses, known: keysOfKnown, repeats, outs })
  }
  const shared = await repeatedParts(exchange, {
    own: addresses,
    known: keysOfKnown,
    tellsKnown: true,
    repeats: { least: 2, count: 'occurrences', spareFirst: false },
    outs: exchange.ranges.map(([from, to]) => `${dir}/${from}-${to}.shared`),
  })
  checkRoomForParts(exchange, keysOfKnown, shared.paths)
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
  const partsOfKnown = known.map((_, at) => `${dir}/known-${at}.parts`)
  const readKnown = await each(
    exchange,
    'readKnownParts',
    'repeated parts of other versions',
    known.map(({ shard }, at) => ({
      step: exchange.step,
      shard,
      number: units.length + at,
      shared: shared.paths,
      out: partsOfKnown[at] ?? '',
    })),
  )
  const decided = await repeatedParts(exchange, { own: read.flat(), known: readKnown, repeats, outs })
  for (const path of [...parts, ...partsOfKnown, ...shared.paths]) rmSync(path, { force: true })
  return decided
}

function checkRoomForParts(
  { dir, name, units }: Exchange,
  known: readonly UnitAddress[],
  shared: readonly string[],
): void {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
  const ownBytes = Math.max(1, sum(units.map((unit) => unit.summary.keyBytes)))
  const keyBytes = ownBytes + sum(known.map(({ length }) => length))
  // Of the picks so many are there more than once, and about as large a share of the text; other versions have as much text for their keys.
  const ratio = Math.min(1, (sum(shared.map((path) => statSync(path).size)) * 3) / keyBytes)
  const textBytes = (sum(units.map((unit) => unit.summary.textBytes)) * keyBytes) / ownBytes
  checkRoom(dir, `${name}: repeated parts`, exchangeBytes.parts(textBytes, ratio))
}

interface PartKeys {
  readonly own: readonly UnitAddress[]
  readonly known: readonly UnitAddress[]
  /** Whether it is told which parts of other versions are shared. */
  readonly tellsKnown?: true
  readonly repeats: Repeats
  readonly outs: readonly string[]
}

async function repeatedParts(
  exchange: Exchange,
  { own, known, tellsKnown, repeats, outs }: PartKeys,
): Promise<Decided> {
  const units = [...own, ...known]
  const tasks = exchange.ranges.map(([from, to], at) => ({
    units,
    ...(known.length === 0 ? {} : { known: own.length }),
    ...(tellsKnown === undefined ? {} : { tellsKnown }),
    repeats,
    from,
    to,
    out: outs[at] ?? '',
  }))
  const digests = await each(exchange, 'decideParts', 'parts', tasks)
  return { paths: outs, digests: addDigests(digests) }
}

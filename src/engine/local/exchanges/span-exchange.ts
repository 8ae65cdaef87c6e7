import { existsSync, rmSync, statSync } from 'node:fs'
import type { Repeats, SpanGroup } from '../../../model/stage.ts'
import { checkRoom } from '../../../store/room.ts'
import type { UnitAddress } from '../unit-file.ts'
import { addDigests } from '../verdict-file.ts'
import { type Decided, type Exchange, each, unitRanges } from './exchange.ts'
import { exchangeBytes } from './exchange-bytes.ts'

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
  const sum = (pick: (unit: (typeof units)[number]) => number): number =>
    units.reduce((total, unit) => total + pick(unit), 0)
  // Of the picks so many are there more than once, and about as large a share of the text.
  const sharedBytes = shared.paths.reduce((total, path) => total + statSync(path).size, 0) * 3
  const ratio = Math.min(
    1,
    sharedBytes /
      Math.max(
        1,
        sum((unit) => unit.summary.keyBytes),
      ),
  )
  const textBytes = sum((unit) => unit.summary.textBytes)
  checkRoom(dir, `${exchange.name}: repeated parts`, exchangeBytes.parts(textBytes, ratio))
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

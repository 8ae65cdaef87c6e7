import { existsSync, rmSync } from 'node:fs'
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
  const textBytes = units.reduce((total, unit) => total + unit.summary.textBytes, 0)
  checkRoom(dir, `${exchange.name}: repeated parts`, exchangeBytes.parts(textBytes))
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

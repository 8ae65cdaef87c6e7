import { loadTextHash } from '../../text/hash.ts'
import type { FitSource } from './fit-source.ts'
import { unitTexts } from './fit-source.ts'
import { heldOutRows } from './held-out.ts'

/** What a model says of the positives that it was fitted on. */
export interface FittedPositives {
  readonly seed: string
  readonly heldOutRatio: number
  /** Hashes of its sources of positives. */
  readonly hashes: readonly string[]
}

/** What the header of a model holds of its fit; `undefined` for a model that says nothing of it. */
export function fittedPositives(notes: Readonly<Record<string, unknown>>): FittedPositives | undefined {
  const { seed, heldOutRatio, positives } = notes
  if (typeof seed !== 'string' || typeof heldOutRatio !== 'number' || !Array.isArray(positives))
    return undefined
  return { seed, heldOutRatio, hashes: positives as string[] }
}

/**
 * Which texts of a source the fit has not learnt from: 1 for each that it held out, in the order of its units. `undefined` where
 * the source is none of the fit's positives. Reads the source once.
 */
export async function unlearntTexts(
  source: FitSource,
  { seed, heldOutRatio, hashes }: FittedPositives,
): Promise<Uint8Array | undefined> {
  if (!hashes.includes(source.hash)) return undefined
  const hash = await loadTextHash()
  const numbers = new Map<string, number>()
  const [domains, chances]: [number[], number[]] = [[], []]
  for (const unit of source.units) {
    for await (const batch of unitTexts(unit)) {
      for (const { id, domain } of batch) {
        const number = numbers.get(domain) ?? numbers.size
        numbers.set(domain, number)
        domains.push(number)
        chances.push(hash.chance(heldOutSeed(seed), id))
      }
    }
  }
  return heldOutRows(
    {
      domains: Uint32Array.from(domains),
      chances: Float64Array.from(chances),
      domainChances: Float64Array.from(numbers.keys(), (name) => hash.chance(heldOutSeed(seed), name)),
      // A positive is never left out as a copy.
      takesPart: () => true,
    },
    heldOutRatio,
  ).rows
}

/** Seed of the chances by which rows and domains are held out. */
export function heldOutSeed(seed: string): string {
  return `${seed}:held-out`
}

import { type Plan, type PlanStep, stageOf } from '../plan/plan.ts'
import type { ExchangeSample } from './exchange-sample.ts'
import { exchangeBytes, NEAR_RATIO, REPEATED_RATIO } from './local/exchanges/exchange-bytes.ts'
import type { Budget } from './memory.ts'

/** What the exchange of a step takes that brings near copies or repeats together. */
export interface ExchangeEstimate {
  readonly step: string
  /** Documents that come to it. */
  readonly documents: number
  /** Keys, and what is decided, in the cache, which stay there. */
  readonly keyBytes: number
  /** Index that the version keeps, and those made of the versions that it is compared with. */
  readonly indexBytes: number
  /** On the disk while it is decided, and removed behind it. */
  readonly spillBytes: number
  /** Beside what a worker takes anyway. */
  readonly memoryBytes: number
}

/** The documents of a version that a step compares with. */
export interface KnownRows {
  readonly step: string
  readonly rows: number
  /** Whether their keys lie in the store. */
  readonly isIndexed: boolean
}

/** A row's place in union-find, and its bit. */
const ROW_BYTES = 4.125
/** What is decided on a candidate, compressed. */
const VERDICT_BYTES = 40
/** Shares of the bytes of a key of a part that say that it is a repeat. */
const PART_VERDICT_RATIO = 8 / 24

/**
 * @param parts what the sample of each input brings, and how many times the sample the input is. Earlier groups take nothing off: an
 * upper bound.
 */
export function exchangeEstimates(
  plan: Plan,
  parts: readonly { readonly exchanges: readonly ExchangeSample[]; readonly scale: number }[],
  known: readonly KnownRows[],
  bounds: Budget,
): readonly ExchangeEstimate[] {
  return plan.steps.flatMap((step) => {
    const stage = stageOf(step)
    if (stage.kind !== 'group' || stage.decides === 'survivor') return []
    const whole = wholeOf(step, parts)
    const mine = known.filter((each) => each.step === step.name)
    if (stage.decides === 'spans') return [spanEstimate(whole, mine, bounds)]
    const isCompared = stage.threshold(step.options) !== undefined
    return [clusterEstimate(whole, { isCompared, isKept: stage.indexed(step.options), known: mine, bounds })]
  })
}

/** What all inputs bring to a step. Documents that share a key by chance are the more, the more there are. */
function wholeOf(
  step: PlanStep,
  parts: readonly { readonly exchanges: readonly ExchangeSample[]; readonly scale: number }[],
): ExchangeSample {
  const samples = parts.flatMap(({ exchanges, scale }) =>
    exchanges.filter((sample) => sample.step === step.name).map((sample) => ({ sample, scale })),
  )
  const sum = (pick: (sample: ExchangeSample) => number): number =>
    samples.reduce((total, { sample, scale }) => total + pick(sample) * scale, 0)
  const keyed = sum((sample) => sample.keyed)
  const share = (pick: (sample: ExchangeSample) => number): number =>
    keyed === 0 ? 0 : sum((sample) => pick(sample) * sample.keyed) / keyed
  const grown = (ratio: number, { keyed: sampled }: ExchangeSample): number =>
    1 - (1 - ratio) ** (keyed / Math.max(1, sampled))
  return {
    step: step.name,
    documents: sum((sample) => sample.documents),
    keyed,
    keyBytes: sum((sample) => sample.keyBytes),
    comparedBytes: sum((sample) => sample.comparedBytes),
    near: share((sample) => sample.near),
    chance: share((sample) => grown(sample.chance, sample)),
    nearKeys: share((sample) => sample.nearKeys),
    chanceKeys: share((sample) => grown(sample.chanceKeys, sample)),
  }
}

interface ClusterTerms {
  readonly isCompared: boolean
  readonly isKept: boolean
  readonly known: readonly KnownRows[]
  readonly bounds: Budget
}

function clusterEstimate(
  whole: ExchangeSample,
  { isCompared, isKept, known, bounds }: ClusterTerms,
): ExchangeEstimate {
  const { step, documents, keyed, keyBytes, comparedBytes } = whole
  const average = (bytes: number): number => (keyed === 0 ? 0 : bytes / keyed)
  const near = Math.max(NEAR_RATIO, whole.near)
  const ownCandidates = keyed * either(near, whole.chance)
  // Each near copy may meet one of the known, and by chance they meet as the others do.
  const candidates = ownCandidates + Math.min(rows(known), near * keyed + whole.chance * rows(known))
  const indexOf = (count: number): number =>
    count * average(keyBytes) + exchangeBytes.compared(count, average(comparedBytes))
  const keysMet = either(Math.max(NEAR_RATIO, whole.nearKeys), whole.chanceKeys)
  return {
    step,
    documents,
    keyBytes: keyBytes + candidates * VERDICT_BYTES,
    indexBytes: indexOf((isKept ? keyed : 0) + rows(known.filter((each) => !each.isIndexed))),
    spillBytes:
      exchangeBytes.buckets(keyBytes, keysMet) +
      exchangeBytes.compared(candidates, isCompared ? average(comparedBytes) : 0),
    memoryBytes: (documents + rows(known)) * ROW_BYTES + bounds.partitionBytes,
  }
}

function spanEstimate(
  { step, documents, keyBytes, comparedBytes, nearKeys }: ExchangeSample,
  known: readonly KnownRows[],
  { partitionBytes }: Budget,
): ExchangeEstimate {
  const repeated = Math.max(REPEATED_RATIO, nearKeys)
  const deciding = comparedBytes === 0 ? keyBytes : comparedBytes
  // Documents of other versions are taken to be like these.
  const more = rows(known) / Math.max(1, documents)
  return {
    step,
    documents,
    keyBytes: keyBytes + deciding * repeated * PART_VERDICT_RATIO,
    indexBytes: more * keyBytes,
    spillBytes: (1 + more) * comparedBytes * repeated,
    memoryBytes: partitionBytes,
  }
}

function rows(known: readonly KnownRows[]): number {
  return known.reduce((sum, each) => sum + each.rows, 0)
}

/** Share of what is in one of two that have nothing to do with each other. */
function either(one: number, other: number): number {
  return 1 - (1 - one) * (1 - other)
}

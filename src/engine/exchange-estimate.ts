import type { StepTotal } from '../model/version.ts'
import { type Plan, stageOf } from '../plan/plan.ts'
import { exchangeBytes } from './local/exchanges/exchange-bytes.ts'
import type { Budget } from './memory.ts'

/** What the exchange of a step takes that brings near copies or repeats together. */
export interface ExchangeEstimate {
  readonly step: string
  /** Documents that come to it. */
  readonly documents: number
  /** Keys in the cache, which stay there. */
  readonly keyBytes: number
  /** On the disk while it is decided, and removed behind it. */
  readonly spillBytes: number
  /** Beside what a worker takes anyway. */
  readonly memoryBytes: number
}

/** Bytes of keys of a document where candidates are compared: 14 bands in two orders, 12 bytes each. */
const SKETCH_BYTES = 28 * 12
/** Bytes of keys of parts for each byte of text: 24 a line of 60; of runs of tokens a pick in 14 tokens of 6. */
const LINE_BYTES = 24 / 60
const PICK_BYTES = 24 / (14 * 6)
/** The same where one word in a hundred begins something that was looked for. */
const FOUND_BYTES = 24 / (100 * 6)
/** Share of documents that are candidates. */
const CANDIDATES = 0.25
/** A row's place in union-find, and its bit. */
const ROW_BYTES = 4.125

/**
 * @param parts what each input's sample counted, by step, and how many times the sample the input is. Earlier groups take nothing
 * off: an upper bound.
 */
export function exchangeEstimates(
  plan: Plan,
  parts: readonly { readonly steps: readonly StepTotal[]; readonly scale: number }[],
  bounds: Budget,
): readonly ExchangeEstimate[] {
  return plan.steps.flatMap((step, index) => {
    const stage = stageOf(step)
    if (stage.kind !== 'group' || stage.decides === 'survivor') return []
    let [documents, textBytes] = [0, 0]
    for (const { steps, scale } of parts) {
      const before = steps.findLast(({ name }) => plan.steps.findIndex((each) => each.name === name) < index)
      documents += (before?.kept ?? 0) * scale
      textBytes += (before?.bytesOut ?? 0) * scale
    }
    const average = documents === 0 ? 0 : textBytes / documents
    if (stage.decides === 'clusters') {
      const keyBytes = documents * SKETCH_BYTES
      const isCompared = stage.threshold(step.options) !== undefined
      const members = exchangeBytes.members(CANDIDATES * documents, isCompared ? average : 0)
      const spillBytes = exchangeBytes.buckets(keyBytes) + members
      const memoryBytes = documents * ROW_BYTES + bounds.partitionBytes
      return [{ step: step.name, documents, keyBytes, spillBytes, memoryBytes }]
    }
    const isNarrowed = stage.narrow !== undefined
    // Where one document is enough, parts are what was found in it, and most documents have none.
    const isFound = stage.repeats(step.options).least === 1
    const keyBytes = textBytes * (isNarrowed ? PICK_BYTES : isFound ? FOUND_BYTES : LINE_BYTES)
    const spillBytes = isNarrowed ? exchangeBytes.parts(textBytes) : 0
    return [{ step: step.name, documents, keyBytes, spillBytes, memoryBytes: bounds.partitionBytes }]
  })
}

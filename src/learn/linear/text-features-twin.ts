import { fmix, mixed } from '../../text/murmur3.ts'
import { EMPTY_TOKEN, featureOf, pairHash, TokenHasher } from '../../text/token-hashes.ts'
import { putCount } from './packed-rows.ts'
import { copyHashOf, type FeatureSpec, scaleOf, type TextRow } from './text-features.ts'

// `kernels/assembly/text-features.ts` has the same numbers.
const COPY_LOW = 0x2545f491
const COPY_HIGH = 0x4f6cdd1d

const hasher = new TokenHasher()

/** The row of a text, written to be read: it defines what `TextFeatures` gives. */
export function textFeaturesTwin(spec: FeatureSpec, text: string): TextRow {
  const tokens = hasher.hashes(text)
  const counts = new Map<number, number>()
  const add = (hash: number): void => {
    const feature = featureOf(hash, spec.features)
    counts.set(feature, (counts.get(feature) ?? 0) + 1)
  }
  let [low, high] = [COPY_LOW, COPY_HIGH]
  for (const [at, token] of tokens.entries()) {
    add(token)
    if (spec.kind === 'ngram' && at > 0) add(pairHash(tokens[at - 1] as number, token))
    if (token === EMPTY_TOKEN) continue
    low = mixed(low, token)
    high = mixed(high, low)
  }
  const entries = new Uint32Array(counts.size + tokens.length)
  let [place, squares] = [0, 0]
  for (const [feature, count] of counts) {
    place = putCount(entries, place, feature, count)
    squares += count * count
  }
  return {
    entries: entries.subarray(0, place),
    scale: scaleOf(spec, squares),
    copyHash: copyHashOf(fmix(low), fmix(high)),
  }
}

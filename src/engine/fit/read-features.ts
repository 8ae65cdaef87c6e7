import type { SketchSpec } from '../../dedup/sketch-spec.ts'
import { Sketcher } from '../../dedup/sketcher.ts'
import { type FeatureSpec, TextFeatures } from '../../learn/linear/text-features.ts'
import { loadTextHash } from '../../text/hash.ts'
import { type TextUnit, unitTexts } from './fit-source.ts'
import { heldOutSeed } from './fitted-positives.ts'
import { Refusals, type Refused } from './refusals.ts'
import { WordCounts } from './word-counts.ts'
import { WordWriter } from './word-writer.ts'

export interface FeaturesTask {
  readonly unit: TextUnit
  readonly spec: FeatureSpec
  readonly sketch: SketchSpec
  readonly seed: string
  /** Share of the documents that is drawn, 0 to 1. */
  readonly sampleRatio: number
  /** Share of the documents whose words are counted, so that features have names. 0 to 1. */
  readonly namedRatio: number
  /** Where sparse rows go: entries of `PackedRows`, one row behind the other. */
  readonly rowsPath: string
  /** Where band keys go, of the rows that have any. */
  readonly keysPath: string
}

/** What is known of each row of a unit that was drawn. */
export interface UnitFeatures {
  readonly rows: number
  /** UTF-8 bytes of their texts. */
  readonly bytes: number
  /** Place of each among the unit's texts. */
  readonly places: Uint32Array
  /** Entries of each row. */
  readonly sizes: Uint32Array
  readonly scales: Float64Array
  /** Hash of the text's tokens, 53 bits: equal for texts that differ in case and white space alone. */
  readonly copies: Float64Array
  /** 1 for a row that has band keys. */
  readonly hasKeys: Uint8Array
  /** Chance of the id, for a part that is held out by documents. */
  readonly chances: Float64Array
  /** Number of each row's domain in `domainNames`. */
  readonly domains: Uint32Array
  readonly domainNames: readonly string[]
  readonly words: ReadonlyMap<string, number>
  /** Texts there are, drawn or not. */
  readonly texts: number
  /** Rows without a text. */
  readonly refused: Refused
}

/** Reads the texts of a unit once: their features and band keys go to files, what rows are told apart by is given back. */
export async function readFeatures(task: FeaturesTask): Promise<UnitFeatures> {
  const hash = await loadTextHash()
  const features = new TextFeatures(task.spec)
  const sketcher = new Sketcher(task.sketch)
  const words = new WordCounts(task.spec.kind)
  const refusals = new Refusals()
  const domainNumbers = new Map<string, number>()
  const [rowWords, keyWords] = [new WordWriter(task.rowsPath), new WordWriter(task.keysPath)]
  const columns = {
    places: [],
    sizes: [],
    scales: [],
    copies: [],
    hasKeys: [],
    chances: [],
    domains: [],
  } as Record<'places' | 'sizes' | 'scales' | 'copies' | 'hasKeys' | 'chances' | 'domains', number[]>
  let [place, bytes] = [-1, 0]
  try {
    for await (const batch of unitTexts(task.unit, refusals)) {
      for (const { id, text, domain } of batch) {
        place++
        if (task.sampleRatio < 1 && hash.chance(`${task.seed}:sample`, id) >= task.sampleRatio) continue
        const utf8 = features.load(text)
        bytes += utf8.length
        const keys = sketcher.bandKeys(utf8)
        const { entries, scale, copyHash } = features.row()
        const number = domainNumbers.get(domain) ?? domainNumbers.size
        domainNumbers.set(domain, number)
        columns.places.push(place)
        columns.sizes.push(entries.length)
        columns.scales.push(scale)
        columns.copies.push(copyHash)
        columns.hasKeys.push(keys.length > 0 ? 1 : 0)
        columns.chances.push(hash.chance(heldOutSeed(task.seed), id))
        columns.domains.push(number)
        rowWords.add(entries)
        keyWords.add(keys)
        if (task.namedRatio === 1 || hash.chance(`${task.seed}:named`, id) < task.namedRatio) words.add(text)
      }
    }
  } finally {
    rowWords.close()
    keyWords.close()
  }
  return {
    rows: columns.places.length,
    bytes,
    places: Uint32Array.from(columns.places),
    sizes: Uint32Array.from(columns.sizes),
    scales: Float64Array.from(columns.scales),
    copies: Float64Array.from(columns.copies),
    hasKeys: Uint8Array.from(columns.hasKeys),
    chances: Float64Array.from(columns.chances),
    domains: Uint32Array.from(columns.domains),
    domainNames: [...domainNumbers.keys()],
    words: words.counts,
    texts: place + 1,
    refused: refusals.found,
  }
}

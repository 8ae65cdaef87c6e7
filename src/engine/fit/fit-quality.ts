import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeLinearModel } from '../../learn/linear/linear-model.ts'
import { PART } from '../../learn/linear/logistic-loss.ts'
import {
  fitLogistic,
  type LogisticFit,
  type LogisticOptions,
} from '../../learn/linear/logistic-regression.ts'
import { TilthError } from '../../model/error.ts'
import { contentKey } from '../../plan/canonical.ts'
import { loadTextHash } from '../../text/hash.ts'
import { textRuntime } from '../text-runtime.ts'
import { COPY_SKETCH, excludeCopies, type ReadSource, type ReadUnit } from './copies.ts'
import { type FitPool, fitPool } from './fit-pool.ts'
import { fitScratch } from './fit-scratch.ts'
import type { FitSource } from './fit-source.ts'
import { heldOutSeed } from './fitted-positives.ts'
import { type HeldOut, heldOutRows } from './held-out.ts'
import {
  heldOutMetrics,
  type QualityMetrics,
  type SourceMetrics,
  strongest,
  warningsOf,
} from './quality-metrics.ts'
import type { QualitySettings } from './quality-settings.ts'
import type { UnitFeatures } from './read-features.ts'
import { refusedOf, refuseWithoutText } from './refusals.ts'
import { renumbered } from './renumber.ts'
import { RowSums } from './row-sums.ts'
import { countsOf, type PartCounts, type RowTable, shared } from './row-table.ts'
import { type FeatureWords, wordsOf } from './word-counts.ts'

/** Raised whenever the same data would give other weights. */
const REVISION = 3

export interface QualityFitOptions {
  readonly positives: readonly FitSource[]
  readonly negatives: readonly FitSource[]
  readonly settings: QualitySettings
  /** Threads; the number of cores when left out. Changes nothing but the time. */
  readonly workers?: number
  /** Directory for features; that of temporary files when left out. */
  readonly scratch?: string
  /** Ends the fit. */
  readonly signal?: AbortSignal
  readonly progress?: (phase: string, done: number, total: number) => void
  /**
   * Shown the rows, what the model makes of those that are held out, and the feature behind each number in the rows, before
   * their files go: for comparisons with peers.
   */
  readonly inspect?: (table: RowTable, margins: Float64Array, features: Uint32Array) => void
}

export interface QualityFit {
  /** The model as a file. */
  readonly model: Uint8Array
  readonly metrics: QualityMetrics
}

/** Least fall of the loss, as a share, for which another pass is made. */
const TOLERANCE = 1e-5
/** Stored bytes of a source whose words are counted, about: enough to name every feature that moves scores. */
const NAMED_BYTES = 1 << 17
const TOP_FEATURES = 25

/** Hash of everything that decides a fit. */
export function qualityKey({ positives, negatives, settings }: QualityFitOptions): string {
  const data = (sources: readonly FitSource[]): readonly unknown[] =>
    sources.map(({ name, hash }) => ({ name, hash }))
  return contentKey({
    fit: 'quality',
    revision: REVISION,
    positives: data(positives),
    negatives: data(negatives),
    settings,
    ...textRuntime(),
  })
}

/**
 * Fits a classifier of quality: what tells the positives from the negatives.
 *
 * Texts are read once (candidates for near copies twice); from then on passes go over numbers in files, 4 bytes a distinct feature of a
 * document. Memory: about 80 bytes a document, and about 30 vectors of as many numbers as the training rows have features. Every sum is
 * taken in pieces that the data alone decide, and these are added in their order: weights are equal to the bit on any number of threads.
 *
 * @throws TilthError `data` where a class is empty, nothing is left of the negatives, or no row of a source has a text; `interrupted`.
 */
export async function fitQuality(options: QualityFitOptions): Promise<QualityFit> {
  const scratch = fitScratch(options.scratch ?? tmpdir())
  const pool = fitPool(Math.max(1, options.workers ?? availableParallelism()), options.signal)
  try {
    return await new QualityRun(options, pool, scratch.dir).run()
  } catch (error) {
    if (options.signal?.aborted !== true) throw error
    throw new TilthError('interrupted', 'stopped; the same command begins the fit again', { cause: error })
  } finally {
    await pool.close()
    scratch.remove()
  }
}

class QualityRun {
  readonly #options: QualityFitOptions
  readonly #pool: FitPool
  readonly #scratch: string

  constructor(options: QualityFitOptions, pool: FitPool, scratch: string) {
    this.#options = options
    this.#pool = pool
    this.#scratch = scratch
  }

  async run(): Promise<QualityFit> {
    const { settings } = this.#options
    const sources = await this.#read()
    const table = tableOf(sources, settings.spec.features)
    const copies = await excludeCopies(sources, table, this.#options.progress)
    const held = await this.#holdOut(sources, table)
    const counts = countsOf(table)
    checkCounts(counts)
    const classWeights = classWeightsOf(settings, counts)
    const { table: ranked, features } = await renumbered(
      table,
      await new RowSums(table, classWeights, this.#pool).counts(),
      this.#pool,
    )
    const passes = new RowSums(ranked, classWeights, this.#pool)
    const deviations = await passes.deviations()
    const fit = await fitLogistic(
      {
        features: ranked.features,
        deviations,
        reset: () => passes.reset(),
        lay: (direction) => passes.lay(direction),
        at: (length) => passes.at(length),
        move: (length) => passes.move(length),
        gradient: (gradient) => passes.gradient(gradient),
      },
      this.#logistic(),
    )
    const margins = await passes.marginsAt(fit.weights, fit.intercept)
    this.#options.inspect?.(ranked, margins, features)
    const measured = heldOutMetrics(table, margins, sources, classWeights)
    const metrics = sources.map((source, at): SourceMetrics => {
      const own = { from: source.from, to: source.to }
      const parted = held[at]?.parted ?? []
      return {
        name: source.source.name,
        ref: source.source.ref,
        role: source.role,
        documents: source.to - source.from,
        bytes: source.units.reduce((sum, { features }) => sum + features.bytes, 0),
        refused: refusedOf(source.units.map(({ features }) => features.refused)).reasons,
        copies: copies[at] ?? { exact: 0, near: 0 },
        train: inPart(table, own, PART.train),
        heldOut: inPart(table, own, PART.heldOut),
        domains: held[at]?.domains ?? 0,
        partedDomains: parted.map((domain) => held[at]?.names[domain] ?? ''),
        auc: measured.sources[at]?.auc ?? null,
        histogram: measured.sources[at]?.histogram ?? [],
      }
    })
    return {
      model: writeLinearModel(
        { spec: settings.spec, intercept: fit.intercept, weights: spread(fit.weights, features, settings) },
        {
          ...settings,
          spec: undefined,
          classWeights,
          positives: this.#options.positives.map(({ hash }) => hash),
        },
      ),
      metrics: {
        sources: metrics,
        auc: measured.auc,
        calibration: measured.calibration,
        topFeatures: this.#topFeatures(sources, fit, deviations, features),
        fit: { iterations: fit.iterations, best: fit.best, stopped: fit.stopped, losses: fit.losses },
        classWeights,
        warnings: warningsOf(measured.auc, metrics),
      },
    }
  }

  #logistic(): LogisticOptions {
    const { l2, standardise, mostIterations, patience } = this.#options.settings
    return {
      l2,
      standardise,
      mostIterations,
      patience,
      tolerance: TOLERANCE,
      progress: (iteration) => this.#options.progress?.('pass', iteration, 0),
    }
  }

  /** Reads all units, and numbers their rows in the order of the sources. */
  async #read(): Promise<readonly ReadSource[]> {
    const { positives, negatives, settings, progress } = this.#options
    const { spec, seed, sampleRatio } = settings
    const all = [
      ...positives.map((source) => ({ source, role: 'positives' as const })),
      ...negatives.map((source) => ({ source, role: 'negatives' as const })),
    ]
    const tasks = all.flatMap(({ source, role }, at) => {
      const stored = source.units.reduce((sum, { bytes }) => sum + bytes, 0)
      return source.units.map((unit, number) => ({
        unit,
        spec,
        sketch: COPY_SKETCH.spec,
        seed,
        sampleRatio: role === 'negatives' ? sampleRatio : 1,
        namedRatio: Math.min(1, NAMED_BYTES / Math.max(1, stored)),
        rowsPath: join(this.#scratch, `rows-${at}-${number}`),
        keysPath: join(this.#scratch, `keys-${at}-${number}`),
      }))
    })
    let done = 0
    const found = await this.#pool.each('readFeatures', tasks, () => progress?.('read', ++done, tasks.length))
    const sources: ReadSource[] = []
    let [first, task] = [0, 0]
    for (const { source, role } of all) {
      const from = first
      const units = source.units.map((unit): ReadUnit => {
        const [features, paths] = [found[task] as UnitFeatures, tasks[task] as (typeof tasks)[number]]
        task++
        const { hasKeys, places, rows } = features
        const keyed = {
          unit,
          keysPath: paths.keysPath,
          hasKeys,
          places,
          first,
          positive: role === 'positives',
        }
        first += rows
        return { features, keyed, rowsPath: paths.rowsPath }
      })
      refuseWithoutText(
        source.name,
        units.reduce((sum, { features }) => sum + features.texts, 0),
        refusedOf(units.map(({ features }) => features.refused)),
        source.units[0]?.fields ?? {},
      )
      sources.push({ source, role, units, from, to: first })
    }
    return sources
  }

  async #holdOut(
    sources: readonly ReadSource[],
    table: RowTable,
  ): Promise<readonly (HeldOut & { readonly names: readonly string[] })[]> {
    const hash = await loadTextHash()
    const { seed, heldOutRatio } = this.#options.settings
    return sources.map(({ units, from, to }) => {
      const numbers = new Map<string, number>()
      const [domains, chances] = [new Uint32Array(to - from), new Float64Array(to - from)]
      for (const { features, keyed } of units) {
        const own = features.domainNames.map((name) => {
          const number = numbers.get(name) ?? numbers.size
          numbers.set(name, number)
          return number
        })
        for (const [row, domain] of features.domains.entries())
          domains[keyed.first - from + row] = own[domain] ?? 0
        chances.set(features.chances, keyed.first - from)
      }
      const names = [...numbers.keys()]
      const found = heldOutRows(
        {
          domains,
          chances,
          domainChances: Float64Array.from(names, (name) => hash.chance(heldOutSeed(seed), name)),
          takesPart: (row) => table.parts[from + row] !== PART.excluded,
        },
        heldOutRatio,
      )
      for (const [row, held] of found.rows.entries()) if (held === 1) table.parts[from + row] = PART.heldOut
      return { ...found, names }
    })
  }

  #topFeatures(
    sources: readonly ReadSource[],
    { weights }: LogisticFit,
    deviations: Float64Array,
    features: Uint32Array,
  ): QualityMetrics['topFeatures'] {
    const top = strongest(weights, deviations, TOP_FEATURES)
    const counts = new Map<string, number>()
    for (const { units } of sources)
      for (const { features: read } of units)
        for (const [word, count] of read.words) counts.set(word, (counts.get(word) ?? 0) + count)
    const featureAt = (rank: number): number => features[rank] as number
    const wanted = new Set([...top.positive, ...top.negative].map(featureAt))
    const named = wordsOf(wanted, this.#options.settings.spec, counts)
    const nothing: FeatureWords = { words: [], different: 0 }
    const described = (ranks: readonly number[]): QualityMetrics['topFeatures']['positive'] =>
      ranks.map((rank) => ({
        feature: featureAt(rank),
        weight: weights[rank] ?? 0,
        deviation: deviations[rank] ?? 0,
        ...(named.get(featureAt(rank)) ?? nothing),
      }))
    return { positive: described(top.positive), negative: described(top.negative) }
  }
}

function tableOf(sources: readonly ReadSource[], features: number): RowTable {
  const units = sources.flatMap((source) => source.units.map((unit) => ({ ...unit, role: source.role })))
  const rows = sources.at(-1)?.to ?? 0
  const table: RowTable = {
    rows,
    features,
    paths: units.map(({ rowsPath }) => rowsPath),
    firsts: [...units.map(({ keyed }) => keyed.first), rows],
    starts: shared(Float64Array, rows),
    sizes: shared(Uint32Array, rows),
    scales: shared(Float64Array, rows),
    labels: shared(Uint8Array, rows),
    parts: shared(Uint8Array, rows),
  }
  for (const { features: read, keyed, role } of units) {
    table.sizes.set(read.sizes, keyed.first)
    table.scales.set(read.scales, keyed.first)
    if (role === 'positives') table.labels.fill(1, keyed.first, keyed.first + read.rows)
    let start = 0
    for (const [row, size] of read.sizes.entries()) {
      table.starts[keyed.first + row] = start
      start += size
    }
  }
  return table
}

function inPart(
  { parts }: RowTable,
  { from, to }: { readonly from: number; readonly to: number },
  part: number,
): number {
  let count = 0
  for (let row = from; row < to; row++) if (parts[row] === part) count++
  return count
}

function checkCounts({ train: [negatives, positives] }: PartCounts): void {
  if (negatives > 0 && positives > 0) return
  const which = positives === 0 ? 'positives' : 'negatives'
  throw new TilthError('data', `no document is left to train on among the ${which}`, {
    hint: 'a classifier needs some of both; negatives that are copies of positives do not count',
  })
}

/** Weights by the features' own numbers. */
function spread(weights: Float32Array, features: Uint32Array, { spec }: QualitySettings): Float32Array {
  const all = new Float32Array(spec.features)
  for (const [rank, feature] of features.entries()) all[feature] = weights[rank] as number
  return all
}

/** Weights by which the losses of both classes sum to the number of training rows. */
function classWeightsOf({ classWeights }: QualitySettings, { train }: PartCounts): readonly [number, number] {
  if (classWeights === 'none') return [1, 1]
  const half = (train[0] + train[1]) / 2
  return [half / train[0], half / train[1]]
}

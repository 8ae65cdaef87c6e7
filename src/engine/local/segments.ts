import { join } from 'node:path'
import { formatNamed } from '../../formats/catalogue.ts'
import { TilthError } from '../../model/error.ts'
import type { Split } from '../../model/record.ts'
import type { ClusterGroup } from '../../model/stage.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Plan, type PlanStep, preferredInputs, stageOf, stepKey } from '../../plan/plan.ts'
import type { ExchangeSegment, IndexSegment, MapSegment, Segment } from '../../plan/segments.ts'
import type { Store } from '../../store/store.ts'
import { openVersion } from '../../store/version.ts'
import type { RunOptions } from '../engine.ts'
import type { InputCache, KnownFile } from '../input-cache.ts'
import { SPLIT_BYTES } from '../input-tasks.ts'
import type { Journal } from '../journal.ts'
import type { Budget } from '../memory.ts'
import { findNearIndex } from '../near-index-state.ts'
import { type KeptIndex, keptIndexes } from '../near-indexes.ts'
import { filesInOrder, placesOf, splitsMeet, wholeOf } from '../units/segment-inputs.ts'
import { namedInput, namesOf, segmentSpec } from '../units/segment-spec.ts'
import { changedLimits } from './changed-limits.ts'
import { decideClusters, indexExchange, indexVersion } from './exchanges/cluster-exchange.ts'
import { MAX_PARTITIONS } from './exchanges/equal-keys.ts'
import type { Decided, Exchange } from './exchanges/exchange.ts'
import { type KnownShard, knownKeys } from './exchanges/known-keys.ts'
import { decideSpans } from './exchanges/span-exchange.ts'
import type { Pool } from './pool.ts'
import { UNIT_FORMAT } from './unit-file.ts'
import { type Unit, Units, type Work } from './units.ts'
import { addDigests, type VerdictDigests } from './verdict-file.ts'

export interface SegmentsOptions {
  readonly plan: Plan
  /** The plan of a version whose results may be decided again. */
  readonly earlier?: Plan | undefined
  readonly store: Store
  readonly pool: Pool
  readonly cache: InputCache
  readonly journal: Journal
  readonly sampleRatio: number
  readonly bounds: Budget
  readonly progress: NonNullable<RunOptions['progress']>
}

/**
 * The segments of a plan, run one after another. Every unit's result is found by its content key, so
 * what an earlier or a killed run did is not done again.
 */
export class Segments {
  readonly #options: SegmentsOptions
  readonly #work: Units
  readonly #done: (readonly Unit[])[] = []
  readonly #decided: (Decided | undefined)[] = []
  /** Units that only write out what a join did not match of its left side. */
  readonly #leftOver: Unit[] = []
  readonly #indexes: KeptIndex[] = []

  constructor(options: SegmentsOptions) {
    this.#options = options
    this.#work = new Units(options.store, options.pool, options.journal, options.progress)
  }

  async run(files: readonly KnownFile[]): Promise<void> {
    for (const [index, segment] of this.#options.plan.segments.entries()) {
      if (segment.kind === 'exchange') this.#decided[index] = await this.#exchange(index, segment)
      else this.#done[index] = await this.#units(index, segment, files)
    }
  }

  /** Indexes of near copies that the version keeps. */
  get indexes(): readonly KeptIndex[] {
    return this.#indexes
  }

  /** All units of all segments, in the plan's order; the last segment's hold the kept documents. */
  get units(): { readonly all: readonly Unit[]; readonly last: readonly Unit[] } {
    const last = this.#done.at(-1) ?? []
    return { all: [...this.#done.flat(), ...this.#leftOver].filter((unit) => unit !== undefined), last }
  }

  #units(
    index: number,
    segment: MapSegment | IndexSegment,
    files: readonly KnownFile[],
  ): Promise<readonly Unit[]> {
    if (segment.kind === 'index') return this.#source(index, segment, files, [segment.input])
    if (segment.source.kind === 'inputs') return this.#source(index, segment, files, segment.source.inputs)
    if (segment.source.kind === 'rows') return this.#rows(index, segment, segment.source)
    return this.#matches(index, segment, segment.source)
  }

  /** Reads inputs, in the order of provenance. */
  async #source(
    index: number,
    segment: MapSegment | IndexSegment,
    files: readonly KnownFile[],
    inputs: readonly string[],
  ): Promise<readonly Unit[]> {
    const mine = filesInOrder(this.#options.plan, files, inputs)
    const splits = await this.#splits(mine)
    let units = await this.#readSplits(index, segment, mine, splits)
    // A split that began inside a record (its start was guessed from bytes) shows here: read that file whole.
    let first = 0
    const wrong = splits.flatMap((cuts, at) => {
      const ofFile = units.slice(first, first + cuts.length)
      first += cuts.length
      const ends = ofFile.map(({ summary }) => summary.next)
      return splitsMeet(ends, cuts) ? [] : [at]
    })
    if (wrong.length > 0) {
      for (const at of wrong) splits[at] = [wholeOf(mine[at] ?? { bytes: 0 })]
      units = await this.#readSplits(index, segment, mine, splits)
    }
    const duplicates = await this.#duplicates(units)
    return duplicates.size === 0 ? units : this.#readSplits(index, segment, mine, splits, duplicates)
  }

  #readSplits(
    index: number,
    segment: MapSegment | IndexSegment,
    files: readonly KnownFile[],
    splits: readonly (readonly Split[])[],
    duplicates: ReadonlyMap<number, readonly number[]> = new Map(),
  ): Promise<readonly Unit[]> {
    const spec = this.#spec(index, segment)
    const earlier = this.#earlierSpec(index)
    const places = files.flatMap((known, at) => placesOf(known, splits[at]))
    const works = places.map((place, at): Work => {
      const repeated = duplicates.get(at) ?? []
      const { file, input, split } = place
      const { revision } = formatNamed(file.format)
      const { format, options, maxRecordBytes } = file
      const key = (of: string): string =>
        contentKey({
          ...namedInput(this.#options.plan, segment, file.input),
          spec: of,
          input,
          split,
          format,
          revision,
          options,
          maxRecordBytes,
          repeated,
        })
      return {
        key: key(spec),
        ...(earlier === undefined ? {} : { earlierKey: key(earlier) }),
        place,
        task: {
          name: segment.kind === 'index' ? 'indexSplit' : 'mapSplit',
          input: { segment: index, place, duplicates: repeated },
        },
        bytes: split.end - split.start,
        weight: split.end - split.start,
      }
    })
    const name = segment.kind === 'index' ? segment.input : namesOf(this.#options.plan, segment)
    return this.#work.perform(segment.kind === 'index' ? 'index' : 'read', name, works)
  }

  async #splits(files: readonly KnownFile[]): Promise<(readonly Split[])[]> {
    const { cache, pool, progress } = this.#options
    // A file of at most one split needs no cutting, and the whole of a file is always a split.
    const splits: (readonly Split[] | undefined)[] = files.map((known) =>
      known.bytes <= SPLIT_BYTES ? [wholeOf(known)] : cache.recallSplits(known),
    )
    const missing = files.flatMap((_, at) => (splits[at] === undefined ? [at] : []))
    const tasks = missing.flatMap((at) => (files[at] === undefined ? [] : [{ file: files[at].file }]))
    let done = 0
    await pool.each('splitInput', tasks, (made, at) => {
      splits[missing[at] ?? 0] = made
      progress({
        phase: 'split',
        name: 'inputs',
        done: ++done,
        total: tasks.length,
        doneBytes: 0,
        totalBytes: 0,
      })
    })
    for (const at of missing) {
      const known = files[at]
      if (known !== undefined) cache.rememberSplits(known, splits[at] ?? [])
    }
    return splits.map((each) => each ?? [])
  }

  /** Records that must end as `duplicate-record`, by unit. */
  async #duplicates(units: readonly Unit[]): Promise<ReadonlyMap<number, readonly number[]>> {
    const bytes = units.reduce((sum, unit) => sum + unit.summary.idBytes, 0)
    const addresses = units.map((unit) => unit.address)
    const tasks = this.#ranges(bytes).map(([from, to]) => ({ units: addresses, from, to }))
    const found = new Map<number, number[]>()
    let done = 0
    this.#progress('check', 'equal ids', 0, tasks.length)
    await this.#options.pool.each('findDuplicates', tasks, (duplicates) => {
      for (const { unit, position } of duplicates) {
        const list = found.get(unit)
        if (list === undefined) found.set(unit, [position])
        else list.push(position)
      }
      this.#progress('check', 'equal ids', ++done, tasks.length)
    })
    for (const list of found.values()) list.sort((a, b) => a - b)
    return found
  }

  async #exchange(index: number, segment: ExchangeSegment): Promise<Decided> {
    const { plan, store, pool, journal } = this.#options
    const left = this.#done[segment.left] ?? []
    const right = segment.right === undefined ? undefined : (this.#done[segment.right] ?? [])
    const units = [...left, ...(right ?? [])]
    const step = plan.steps[segment.step]
    const key = contentKey({
      step: step && stepKey(step),
      left: left.map((unit) => unit.key),
      right: right?.map((unit) => unit.key),
    })
    const dir = store.ensure('cache', 'exchanges', key)
    const stage = step && stageOf(step)
    const known = step === undefined ? [] : await this.#known(segment.step, step, left)
    const keyBytes = units.reduce((sum, unit) => sum + unit.summary.keyBytes, 0)
    const ranges = this.#ranges(keyBytes + known.reduce((sum, { keys }) => sum + keys.length, 0))
    if (step !== undefined && stage?.kind === 'group' && stage.decides !== 'survivor') {
      const exchange: Exchange = {
        dir,
        step: segment.step,
        name: step.name,
        units: preferredInputs(step) === undefined ? left : left.map(named),
        isCompared: stage.decides === 'clusters' && stage.threshold(step.options) !== undefined,
        ranges,
        bounds: this.#options.bounds,
        pool,
        progress: (what, done, total) => this.#progress('exchange', `${step.name}: ${what}`, done, total),
      }
      if (stage.decides === 'spans')
        return await decideSpans(exchange, stage, stage.repeats(step.options), known)
      return await this.#clusters(exchange, stage, step, key)
    }
    const tasks = ranges.map(([from, to]) => ({
      left: left.map((unit) => unit.address),
      ...(right === undefined ? {} : { right: right.map((unit) => unit.address) }),
      ...(known.length === 0 ? {} : { known: known.map(({ keys }) => keys) }),
      from,
      to,
      out: `${dir}/${from}-${to}.verdicts`,
    }))
    const digests: VerdictDigests[] = []
    this.#progress('exchange', step?.name ?? '', 0, tasks.length)
    await pool.each(
      'decidePartition',
      tasks,
      (digest) => {
        digests.push(digest)
        this.#progress('exchange', step?.name ?? '', digests.length, tasks.length)
      },
      (at) => journal.note('deciding', { step: step?.name, partition: tasks[at]?.out, segment: index }),
    )
    return { paths: tasks.map((task) => task.out), digests: addDigests(digests) }
  }

  /** The documents of other versions that a group takes as they are; clusters have indexes of theirs. */
  async #known(index: number, step: PlanStep, units: readonly Unit[]): Promise<readonly KnownShard[]> {
    const { indexes = [] } = step
    const stage = stageOf(step)
    if (indexes.length === 0 || stage.kind !== 'group' || stage.decides === 'clusters') return []
    const sum = (pick: (unit: Unit) => number): number => units.reduce((total, unit) => total + pick(unit), 0)
    const averageBytes =
      sum((unit) => unit.summary.keyBytes) /
      Math.max(
        1,
        sum((unit) => unit.summary.rows),
      )
    const exchange = {
      step: index,
      name: step.name,
      pool: this.#options.pool,
      progress: (what: string, done: number, total: number) =>
        this.#progress('exchange', `${step.name}: ${what}`, done, total),
    }
    const shards: KnownShard[] = []
    for (const each of indexes)
      shards.push(...(await knownKeys(exchange, this.#options.store, each, averageBytes)))
    return shards
  }

  /** Decides clusters of near copies, against the indexes of other versions, and keeps an index where the step says so. */
  async #clusters(exchange: Exchange, stage: ClusterGroup, step: PlanStep, key: string): Promise<Decided> {
    const { store } = this.#options
    const specification = stage.specification(step.options)
    const against: string[] = []
    for (const { of, version, key: name } of step.indexes ?? []) {
      const dir = store.ensure('near', name)
      against.push(dir)
      const found = findNearIndex(dir)
      if (!('fault' in found)) continue
      if (keptIndexes(version).some((kept) => kept.key === name))
        throw new TilthError('damaged', `${of}: its index of near copies is not whole: ${found.fault}`, {
          hint: `run the recipe that made ${of} again, on the same inputs: it makes the index anew`,
        })
      const { manifest } = await openVersion(version)
      const shards = manifest.shards
        .filter(({ table }) => table === 'kept')
        .map(({ file }) => join(version, file))
      await indexVersion(exchange, shards, { dir, specification })
    }
    const decided = await decideClusters(exchange, against)
    if (stage.indexed(step.options)) {
      const name = contentKey({ exchange: key, specification })
      await indexExchange(exchange, decided, { dir: store.ensure('near', name), specification })
      this.#indexes.push({ step: step.name, specification, key: name })
    }
    return decided
  }

  #rows(
    index: number,
    segment: MapSegment,
    source: { readonly segment: number; readonly exchange: number },
  ): Promise<readonly Unit[]> {
    const decided = this.#decided[source.exchange]
    const specs = { spec: this.#spec(index, segment), earlier: this.#earlierSpec(index) }
    const works = (this.#done[source.segment] ?? []).map((unit, at) =>
      this.#rowWork(index, specs, 'mapRows', unit, decided, at),
    )
    return this.#work.perform('map', namesOf(this.#options.plan, segment), works)
  }

  async #matches(
    index: number,
    segment: MapSegment,
    source: { readonly segment: number; readonly left: number; readonly exchange: number },
  ): Promise<readonly Unit[]> {
    const decided = this.#decided[source.exchange]
    const left = this.#done[source.left] ?? []
    const specs = { spec: this.#spec(index, segment), earlier: this.#earlierSpec(index) }
    const works = [
      ...left.map((unit, at) => this.#rowWork(index, specs, 'mapLeft', unit, decided, at)),
      ...(this.#done[source.segment] ?? []).map((unit, at) =>
        this.#rowWork(index, specs, 'mapMatches', unit, decided, left.length + at),
      ),
    ]
    const units = await this.#work.perform('map', namesOf(this.#options.plan, segment), works)
    this.#leftOver.push(...units.slice(0, left.length))
    return units.slice(left.length)
  }

  #rowWork(
    index: number,
    { spec, earlier }: { readonly spec: string; readonly earlier: string | undefined },
    name: 'mapRows' | 'mapLeft' | 'mapMatches',
    unit: Unit,
    decided: Decided | undefined,
    at: number,
  ): Work {
    const { place, address } = unit
    const segment = this.#options.plan.segments[index]
    const key = (of: string): string =>
      contentKey({
        ...(segment?.kind === 'map' ? namedInput(this.#options.plan, segment, place.file.input) : {}),
        spec: of,
        name,
        rows: unit.key,
        verdicts: decided?.digests[at] ?? '0',
      })
    const bytes = name === 'mapMatches' ? place.split.end - place.split.start : 0
    const verdicts = { paths: decided?.paths ?? [], unit: at }
    return {
      key: key(spec),
      // What a join left over is written out, and nothing is decided of it.
      ...(earlier === undefined || name === 'mapLeft' ? {} : { earlierKey: key(earlier) }),
      place,
      task: { name, input: { segment: index, place, rows: address, verdicts } },
      bytes,
      weight: Math.max(bytes, address.length),
    }
  }

  /** All of a segment that decides its results, apart from what it reads. */
  #spec(index: number, segment: Exclude<Segment, ExchangeSegment>, plan: Plan = this.#options.plan): string {
    return segmentSpec(plan, index, segment, {
      format: UNIT_FORMAT,
      sampleRatio: this.#options.sampleRatio,
    })
  }

  /** The same of the earlier plan, where its results can be decided again. */
  #earlierSpec(index: number): string | undefined {
    const { plan, earlier } = this.#options
    const segment = earlier?.segments[index]
    if (earlier === undefined || segment?.kind !== 'map') return undefined
    return changedLimits(plan, earlier, index) === undefined ? undefined : this.#spec(index, segment, earlier)
  }

  /** Ranges of leading bytes so that the keys of each fit in memory; at least as many as keep the workers busy. */
  #ranges(bytes: number): readonly (readonly [number, number])[] {
    const { bounds } = this.#options
    const wanted = Math.max(bytes / bounds.partitionBytes, bytes > 1 << 20 ? bounds.workers : 1)
    const partitions = Math.min(MAX_PARTITIONS, 2 ** Math.ceil(Math.log2(Math.max(1, wanted))))
    const width = MAX_PARTITIONS / partitions
    return Array.from({ length: partitions }, (_, at) => [at * width, (at + 1) * width] as const)
  }

  #progress(phase: string, name: string, done: number, total: number, doneBytes = 0, totalBytes = 0): void {
    this.#options.progress({ phase, name, done, total, doneBytes, totalBytes })
  }
}

function named(unit: Unit): Unit {
  return { ...unit, name: unit.place.file.input }
}

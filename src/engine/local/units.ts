import { contentKey } from '../../plan/canonical.ts'
import type { Store } from '../../store/store.ts'
import { UnitIndex } from '../../store/unit-index.ts'
import type { RunOptions } from '../engine.ts'
import type { Journal } from '../journal.ts'
import type { SplitPlace } from '../units/split-reading.ts'
import type { DecideAgainTask } from './decide-again-task.ts'
import type { UnitTask } from './map-tasks.ts'
import type { Pool } from './pool.ts'
import type { UnitAddress, UnitSummary } from './unit-file.ts'

/** One unit of work of a segment that is done: where its result lies, and what it was made of. */
export interface Unit {
  /** Content key: equal for equal work, on any machine, in any run. */
  readonly key: string
  readonly address: UnitAddress
  readonly uri: string
  readonly input: string
  /** Name of the recipe's input, where a group prefers by it. */
  readonly name?: string
  /** The split it was read from, itself or by way of earlier units. */
  readonly place: SplitPlace
  readonly summary: UnitSummary
}

/** A unit of work to be done, unless its result is there. */
export interface Work {
  readonly key: string
  readonly place: SplitPlace
  readonly task: UnitTask
  /** Key that its result had under other limits, where only they differ. */
  readonly earlierKey?: string
  /** Bytes of input that it reads, at most. */
  readonly bytes: number
  /** Bytes that tell how much work it is. */
  readonly weight: number
}

/** Small units are done in batches of about so many bytes, so that a small file costs no message and no file. */
const BATCH_BYTES = 1 << 20
const LEAST_BATCH_BYTES = 1 << 16
const BATCH_UNITS = 256

/** Does units of work and finds again those that were done before. */
export class Units {
  readonly #store: Store
  readonly #pool: Pool
  readonly #journal: Journal
  readonly #progress: NonNullable<RunOptions['progress']>
  readonly #index: UnitIndex<UnitSummary>

  constructor(store: Store, pool: Pool, journal: Journal, progress: NonNullable<RunOptions['progress']>) {
    store.ensure('cache', 'units')
    this.#store = store
    this.#pool = pool
    this.#journal = journal
    this.#progress = progress
    this.#index = new UnitIndex(store)
  }

  /** Does the work whose result is not there yet, and gives the results of all, in order. */
  async perform(phase: string, name: string, works: readonly Work[]): Promise<readonly Unit[]> {
    const distinct = new Map(works.map((work) => [work.key, work]))
    const todo = [...distinct.values()].filter((work) => this.#index.find(work.key) === undefined)
    const totalBytes = todo.reduce((sum, work) => sum + work.bytes, 0)
    let done = 0
    let doneBytes = 0
    const report = (): void =>
      this.#progress({ phase, name, done, total: todo.length, doneBytes, totalBytes })
    report()
    const list = batches(todo, this.#pool.size)
    const tasks = list.map((batch) => ({
      pack: this.#store.path('cache', 'units', packName(batch)),
      tasks: batch.map((work) => this.#taskOf(work)),
    }))
    await this.#pool.each(
      'mapUnits',
      tasks,
      (results, at) => {
        const batch = list[at] ?? []
        const pack = packName(batch)
        this.#index.add(
          batch.flatMap(({ key }, index) => {
            const result = results[index]
            return result === undefined ? [] : [{ key, pack, ...result }]
          }),
        )
        this.#journal.noteAll(
          'done',
          batch.map(({ key }, index) => ({ phase, unit: key, bytes: results[index]?.summary.bytesRead })),
        )
        done += batch.length
        doneBytes += batch.reduce((sum, work) => sum + work.bytes, 0)
        report()
      },
      (at) =>
        this.#journal.noteAll(
          'started',
          (list[at] ?? []).map(({ key, bytes }, _, batch) => ({
            phase,
            unit: key,
            bytes,
            pack: packName(batch),
          })),
        ),
    )
    return works.map((work) => this.#unit(work))
  }

  /** The work itself, or deciding its earlier result again. */
  #taskOf({ task, earlierKey }: Work): UnitTask {
    const entry = earlierKey === undefined ? undefined : this.#index.find(earlierKey)
    if (entry === undefined) return task
    const { pack, start, length, summary } = entry
    const unit = { path: this.#store.path('cache', 'units', pack), start, length }
    return { name: 'decideAgain', input: { ...(task as DecideAgainTask), unit, summary } }
  }

  #unit({ key, place }: Work): Unit {
    const entry = this.#index.find(key)
    if (entry === undefined) throw new Error(`unit ${key} was done and is not there`)
    const { pack, start, length, summary } = entry
    const address = { path: this.#store.path('cache', 'units', pack), start, length }
    return { key, address, uri: place.file.uri, input: place.input, place, summary }
  }
}

/** Consecutive works, each batch about as heavy as the others, and at least a few for each worker. */
function batches(works: readonly Work[], workers: number): readonly (readonly Work[])[] {
  const total = works.reduce((sum, work) => sum + work.weight, 0)
  const limit = Math.min(BATCH_BYTES, Math.max(LEAST_BATCH_BYTES, total / (8 * workers)))
  const list: Work[][] = []
  let weight = Number.POSITIVE_INFINITY
  for (const work of works) {
    if (weight + work.weight > limit || (list.at(-1)?.length ?? 0) >= BATCH_UNITS) {
      list.push([])
      weight = 0
    }
    list.at(-1)?.push(work)
    weight += work.weight
  }
  return list
}

function packName(batch: readonly Work[]): string {
  const [first, ...more] = batch.map((work) => work.key)
  return more.length === 0 ? `${first}.unit` : `${contentKey([first, ...more])}.pack`
}

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { TilthError } from '../model/error.ts'
import { removeArtefact } from './artefact.ts'
import { supersededArtefacts } from './artefact-users.ts'
import { isRunning, liveLeases } from './lease.ts'
import { diskUse, type Store } from './store.ts'
import { readUnitIndex, writeUnitIndex } from './unit-index.ts'

/** Something that `gc` removes, or would. */
export interface Garbage {
  /** Path inside the store. */
  readonly path: string
  readonly bytes: number
  readonly why: string
}

/**
 * What the store holds and nobody needs: results that no latest version was made of, versions that
 * were never finished, files half written. What a later run of the latest versions would use again
 * stays, unless `all` is asked for: then every cached result goes. Versions are never touched, and artefacts only where `superseded` asks
 * for those of which there is a later one and with which nothing was made.
 *
 * @throws TilthError `busy` while a run is writing into the store.
 */
export function garbage(store: Store, all = false, superseded = false): readonly Garbage[] {
  const leases = existsSync(store.path('leases')) ? readdirSync(store.path('leases')) : []
  const names = leases.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length))
  const [live] = liveLeases(store, names)
  if (live !== undefined) {
    throw new TilthError('busy', `${live} is being written`, {
      hint: 'collect garbage when the run has ended',
    })
  }
  const wanted = all ? new Set<string>() : wantedPacks(store)
  const exchanges = entries(store, 'cache', 'exchanges')
  return [
    ...entries(store, 'cache', 'units')
      .filter((file) => !wanted.has(file))
      .map((file) =>
        found(
          store,
          `cache/units/${file}`,
          file.endsWith('.partial') ? 'half written' : 'used by no latest version',
        ),
      ),
    // Verdicts are decided again in a moment from the units; keeping track of them would cost more.
    ...exchanges.map((dir) => found(store, `cache/exchanges/${dir}`, 'decided again when wanted')),
    // A version's plan says where they lie: without them it cannot be decided again, so they stay unless all goes.
    ...entries(store, 'cache', 'rows')
      .filter((entry) => all || entry.endsWith('.partial'))
      .map((entry) => found(store, `cache/rows/${entry}`, 'made again by the next run')),
    ...entries(store, 'near')
      .filter((key) => !namedIndexes(store).has(key))
      .map((key) => found(store, `near/${key}`, 'an index that no version keeps; made again when wanted')),
    ...(superseded ? supersededArtefacts(store) : []).map((ref) =>
      found(store, `artefacts/${ref}`, 'there is a later one, and nothing was made with it'),
    ),
    ...entries(store, 'building').map((dir) =>
      found(store, `building/${dir}`, 'a version that was not finished'),
    ),
  ]
}

const ARTEFACTS = 'artefacts/'

/** Removes what {@link garbage} found. */
export async function collectGarbage(store: Store, list: readonly Garbage[]): Promise<void> {
  for (const { path } of list) {
    if (path.startsWith(ARTEFACTS)) removeArtefact(store, path.slice(ARTEFACTS.length))
    else rmSync(store.path(path), { recursive: true, force: true })
  }
  if (!existsSync(store.path('cache', 'units.jsonl'))) return
  const packs = new Set(entries(store, 'cache', 'units'))
  const latest = new Map(readUnitIndex(store).map((entry) => [entry.key, entry]))
  await writeUnitIndex(
    store,
    [...latest.values()].filter((entry) => packs.has(entry.pack)),
  )
}

/** Removes what processes that are dead had half written among the cached results. */
export function sweepPartials(store: Store): void {
  for (const file of entries(store, 'cache', 'units')) {
    const pid = /\.(\d+)\.partial$/.exec(file)?.[1]
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(store.path('cache', 'units', file), { force: true })
  }
}

/** Indexes of near copies that a version keeps. */
function namedIndexes(store: Store): ReadonlySet<string> {
  const named = new Set<string>()
  for (const name of store.datasets()) {
    for (const number of store.numbers(name)) {
      const path = store.path(`${name}@${number}`, 'near.json')
      if (!existsSync(path)) continue
      for (const { key } of JSON.parse(readFileSync(path, 'utf8')) as { readonly key: string }[])
        named.add(key)
    }
  }
  return named
}

/** Packs that hold a unit which the latest version of a dataset was made of. */
function wantedPacks(store: Store): ReadonlySet<string> {
  const wanted = new Set<string>()
  for (const name of store.datasets()) {
    const path = store.path(`${name}@${store.numbers(name).at(-1)}`, 'units.json')
    if (!existsSync(path)) continue
    for (const key of keysOf(readFileSync(path, 'utf8'))) wanted.add(key)
  }
  return new Set(
    readUnitIndex(store)
      .filter((entry) => wanted.has(entry.key))
      .map((entry) => entry.pack),
  )
}

/** Keys of units; none where the file is harmed, whose results are then made again when they are wanted. */
function keysOf(text: string): readonly string[] {
  try {
    const keys: unknown = JSON.parse(text)
    return Array.isArray(keys) ? keys : []
  } catch {
    return []
  }
}

function entries(store: Store, ...parts: readonly string[]): readonly string[] {
  const dir = store.path(...parts)
  return existsSync(dir) ? readdirSync(dir).sort() : []
}

function found(store: Store, path: string, why: string): Garbage {
  return { path, bytes: diskUse(store.path(path)), why }
}

import { TilthError } from '../../model/error.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Plan, planKey } from '../../plan/plan.ts'
import { artefactNames } from '../../store/artefact.ts'
import { explainDiskError } from '../../store/disk-error.ts'
import { sweepPartials } from '../../store/gc.ts'
import { takeLease } from '../../store/lease.ts'
import type { Store } from '../../store/store.ts'
import type { Engine, RunOptions, RunResult } from '../engine.ts'
import type { FoundInputs } from '../inputs.ts'
import { budget } from '../memory.ts'
import { faultOfIndexes } from '../near-indexes.ts'
import { textRuntime } from '../text-runtime.ts'
import { checkRunDisk } from './disk-check.ts'
import { InputCache, type KnownFile } from './input-cache.ts'
import type { InputIdentity } from './input-tasks.ts'
import { Journal } from './journal.ts'
import { Pool } from './pool.ts'
import { publish } from './publish.ts'
import { Segments } from './segments.ts'

/** Runs plans on this machine, on worker threads. */
export const localEngine: Engine = { run }

async function run(plan: Plan, inputs: FoundInputs, store: Store, options: RunOptions): Promise<RunResult> {
  const sampleRatio = options.sampleRatio ?? 1
  if (!(sampleRatio > 0 && sampleRatio <= 1)) {
    throw new TilthError(
      'usage',
      `--sample ${sampleRatio}: expected a share above 0 and at most 1, such as 1%`,
    )
  }
  // A sample is a dataset of its own: it must never be taken for the next version of the whole.
  const dataset = sampleRatio < 1 ? `${plan.writes}-sample` : plan.writes
  const largest = Math.max(...plan.inputs.map((input) => input.maxRecordBytes))
  const bounds = budget(options.memoryBytes, options.workers, largest)
  const started = { cpu: process.cpuUsage(), ms: performance.now() }
  let lease: ReturnType<typeof takeLease> | undefined
  const { earlier } = options
  const settings = {
    plan,
    sampleRatio,
    maxWindowBytes: bounds.maxWindowBytes,
    ...(earlier === undefined ? {} : { earlier }),
  }
  const newPool = (): Pool => new Pool(bounds.workers, settings, bounds.limits)
  let pool = newPool()
  const stop = (): void => void pool.close()
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    refuseTakenName(store, dataset)
    lease = takeLease(store, dataset)
    const journal = new Journal(store, dataset)
    const cache = new InputCache(store)
    const files = await identify(inputs, cache, pool, journal, options)
    const planId = planIdOf(plan, files, sampleRatio)
    const existing = await versionOf(store, dataset, planId)
    if (existing !== undefined && faultOfIndexes(store, existing.dir) === undefined) return existing
    sweepPartials(store)
    await checkRunDisk({ plan, files, store, pool, bounds, sampleRatio, warn: options.warn })
    const attempt = async (): Promise<RunResult> => {
      const segments = new Segments({
        plan,
        earlier,
        store,
        pool,
        cache,
        journal,
        sampleRatio,
        bounds,
        progress: progressOf(options),
      })
      await segments.run(files)
      // The version is as it was; what it keeps beside its rows was made again.
      if (existing !== undefined) return existing
      return await publish({
        plan,
        planId,
        dataset,
        sampleRatio,
        store,
        pool,
        journal,
        files,
        units: segments.units,
        indexes: segments.indexes,
        progress: progressOf(options),
        cost: () => {
          const { user, system } = process.cpuUsage(started.cpu)
          return { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - started.ms) / 1e3 }
        },
      })
    }
    const damaged = new Set<string>()
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        const isDamage = error instanceof TilthError && error.code === 'damaged'
        if (!isDamage || damaged.has(error.message) || options.signal?.aborted) throw error
        // A cached result was harmed on the disk. It is gone now, and only it is made again.
        damaged.add(error.message)
        journal.note('damaged', { what: error.message })
        await pool.close()
        pool = newPool()
      }
    }
  } catch (error) {
    throw options.signal?.aborted
      ? new TilthError('interrupted', 'stopped; the same command goes on where it stood')
      : explainDiskError(error, store.dir)
  } finally {
    options.signal?.removeEventListener('abort', stop)
    await pool.close()
    lease?.release()
  }
}

/** `NAME@NUMBER` is one thing: a dataset does not take the name of an artefact. */
function refuseTakenName(store: Store, dataset: string): void {
  if (!artefactNames(store).includes(dataset) || store.numbers(dataset).length > 0) return
  throw new TilthError(
    'usage',
    `${dataset}: there is an artefact of this name, and NAME@NUMBER would be two things`,
    {
      hint: 'let the recipe write another dataset: --set writes=NAME',
    },
  )
}

/** Inputs that are hashed in one task, at most. */
const HASH_BATCH = 64

/** Hashes the inputs that are not known by URI, size and time. */
async function identify(
  inputs: FoundInputs,
  cache: InputCache,
  pool: Pool,
  journal: Journal,
  options: RunOptions,
): Promise<readonly KnownFile[]> {
  const identities = new Map<string, InputIdentity>()
  const unknown: string[] = []
  const uris = new Set(inputs.files.map((file) => file.uri))
  for (const uri of uris) {
    const known = options.verifyInputs ? undefined : await cache.recall(uri)
    if (known === undefined) unknown.push(uri)
    else identities.set(uri, known)
  }
  const report = progressOf(options)
  const total = unknown.length === 0 ? 0 : uris.size
  report({ phase: 'hash', name: 'inputs', done: identities.size, total, doneBytes: 0, totalBytes: 0 })
  let bytes = 0
  // One by one where there are few, which may be large; many are small.
  const size = Math.min(HASH_BATCH, Math.ceil(unknown.length / (16 * pool.size)))
  const tasks = Array.from({ length: Math.ceil(unknown.length / Math.max(1, size)) }, (_, at) => ({
    uris: unknown.slice(at * size, (at + 1) * size),
  }))
  await pool.each(
    'hashInputs',
    tasks,
    (hashed, at) => {
      const batch = (tasks[at]?.uris ?? []).flatMap((uri, index) => {
        const identity = hashed[index]
        return identity === undefined ? [] : [{ uri, ...identity }]
      })
      cache.remember(batch)
      for (const { uri, ...identity } of batch) {
        identities.set(uri, identity)
        bytes += identity.bytes
      }
      journal.noteAll(
        'hashed',
        batch.map(({ uri, bytes }) => ({ uri, bytes })),
      )
      report({ phase: 'hash', name: 'inputs', done: identities.size, total, doneBytes: bytes, totalBytes: 0 })
    },
    (at) =>
      journal.noteAll(
        'hashing',
        (tasks[at]?.uris ?? []).map((uri) => ({ uri })),
      ),
  )
  return inputs.files.map((file) => {
    const identity = identities.get(file.uri)
    if (identity === undefined) throw new Error(`${file.uri}: not hashed`)
    const { hash, bytes: size, etag } = identity
    const expected = options.expectedHashes?.get(file.uri)
    if (expected !== undefined && expected !== hash) {
      throw new TilthError('input', `${file.uri}: the file has other bytes than it had in the version`, {
        hint: 'restore the file, or run the recipe again on what it holds now',
      })
    }
    return { file, hash, bytes: size, etag }
  })
}

/** Hash of all that decides a result: recipe, revisions, input contents, sample, Unicode and ICU. */
export function planIdOf(plan: Plan, files: readonly KnownFile[], sampleRatio: number): string {
  const contents = files
    .map(({ file, hash }) => [file.input, hash, file.format, file.options])
    .map((each) => contentKey(each))
  return contentKey({ plan: planKey(plan), inputs: contents.sort(), sampleRatio, ...textRuntime() })
}

async function versionOf(store: Store, dataset: string, planId: string): Promise<RunResult | undefined> {
  for (const number of store.numbers(dataset).toReversed()) {
    const version = await openWhole(store, `${dataset}@${number}`)
    if (version?.manifest.planId === planId) return { ...version, upToDate: true }
  }
  return undefined
}

/** A version; `undefined` where it is damaged, which must not keep anybody from making the next. */
async function openWhole(
  store: Store,
  ref: string,
): Promise<Pick<RunResult, 'manifest' | 'dir'> | undefined> {
  try {
    const { manifest, dir } = await store.open(ref)
    return { manifest, dir }
  } catch (error) {
    if (error instanceof TilthError && error.code === 'damaged') return undefined
    throw error
  }
}

function progressOf(options: RunOptions): NonNullable<RunOptions['progress']> {
  return options.progress ?? (() => undefined)
}

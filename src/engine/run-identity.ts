import { TilthError } from '../model/error.ts'
import type { Manifest } from '../model/version.ts'
import { contentKey } from '../plan/canonical.ts'
import { type Plan, planKey } from '../plan/plan.ts'
import { artefactNames } from '../store/artefact.ts'
import type { Store } from '../store/store.ts'
import type { RunOptions, RunResult } from './engine.ts'
import type { InputCache, KnownFile } from './input-cache.ts'
import type { InputIdentity } from './input-tasks.ts'
import type { FoundInputs } from './inputs.ts'
import type { Journal } from './journal.ts'
import { textRuntime } from './text-runtime.ts'

/**
 * The share of the main input that a run draws, and the dataset that it writes. A sample is one of its own: it must never be taken for
 * the next version of the whole.
 *
 * @throws TilthError `usage` for a share that is none.
 */
export function sampled(
  plan: Plan,
  { sampleRatio = 1 }: RunOptions,
): { readonly sampleRatio: number; readonly dataset: string } {
  if (!(sampleRatio > 0 && sampleRatio <= 1)) {
    throw new TilthError(
      'usage',
      `--sample ${sampleRatio}: expected a share above 0 and at most 1, such as 1%`,
    )
  }
  return { sampleRatio, dataset: sampleRatio < 1 ? `${plan.writes}-sample` : plan.writes }
}

/** Tells, when it is asked, what this process has taken since now. */
export function costFromNow(): () => Manifest['cost'] {
  const [cpu, ms] = [process.cpuUsage(), performance.now()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - ms) / 1e3 }
  }
}

/** Inputs that are hashed in one task, at most. */
const HASH_BATCH = 64

/** What the hashing of inputs needs of an engine. */
export interface Identification {
  readonly cache: InputCache
  readonly journal: Journal
  /** How many tasks are done at a time. */
  readonly workers: number
  /** Does {@link hashInputs} for each task, in any order. */
  readonly hash: (
    tasks: readonly { readonly uris: readonly string[] }[],
    done: (hashed: readonly InputIdentity[], at: number) => void,
    started: (at: number) => void,
  ) => Promise<void>
}

/** Hashes the inputs that are not known by URI, size and time. */
export async function identify(
  inputs: FoundInputs,
  { cache, hash, workers, journal }: Identification,
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
  const report = options.progress ?? (() => undefined)
  const total = unknown.length === 0 ? 0 : uris.size
  report({ phase: 'hash', name: 'inputs', done: identities.size, total, doneBytes: 0, totalBytes: 0 })
  let bytes = 0
  // One by one where there are few, which may be large; many are small.
  const size = Math.min(HASH_BATCH, Math.ceil(unknown.length / (16 * workers)))
  const tasks = Array.from({ length: Math.ceil(unknown.length / Math.max(1, size)) }, (_, at) => ({
    uris: unknown.slice(at * size, (at + 1) * size),
  }))
  await hash(
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

/** The version that a plan has made before. */
export async function versionOf(
  store: Store,
  dataset: string,
  planId: string,
): Promise<RunResult | undefined> {
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

/** `NAME@NUMBER` is one thing: a dataset does not take the name of an artefact. @throws TilthError `usage`. */
export function refuseTakenName(store: Store, dataset: string): void {
  if (!artefactNames(store).includes(dataset) || store.numbers(dataset).length > 0) return
  throw new TilthError(
    'usage',
    `${dataset}: there is an artefact of this name, and NAME@NUMBER would be two things`,
    {
      hint: 'let the recipe write another dataset: --set writes=NAME',
    },
  )
}

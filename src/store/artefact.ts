import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../model/document.ts'
import { nearest, TilthError } from '../model/error.ts'
import { makeDirectory } from './directory.ts'
import { takeLease } from './lease.ts'
import { DATASET_NAME, type Store, writeWholeFile } from './store.ts'
import { fileSha256 } from './table.ts'

/** What a fitted thing was made of. */
export interface ArtefactData {
  /** What the data was to the fit, such as `positives`. */
  readonly role: string
  /** `NAME@NUMBER` of a version, or the path of a file. */
  readonly ref: string
  /** Content hash of the version's kept documents, or SHA-256 of the file. */
  readonly hash: string
  readonly documents: number
  /** UTF-8 bytes of their texts. */
  readonly bytes: number
}

/** What `artefact.json` holds: stable from the first release. */
export interface ArtefactManifest {
  readonly formatVersion: 1
  /** What it is, such as `quality-classifier`. */
  readonly kind: string
  readonly name: string
  readonly number: number
  /** ISO 8601, UTC. Not part of any hash. */
  readonly created: string
  /** Hash of everything that decides its content: data, options, seed, revision of the fit. */
  readonly key: string
  readonly data: readonly ArtefactData[]
  readonly options: Readonly<Record<string, Json>>
  /** What was measured of it. */
  readonly metrics: Json
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[]
  /** CPU seconds and wall seconds of the fit. */
  readonly cost: { readonly cpuSeconds: number; readonly seconds: number }
}

/** A fitted thing that a stage reads, opened. */
export interface Artefact {
  /** `name@number`. */
  readonly ref: string
  readonly dir: string
  /** Directory of its files, without the manifest. */
  readonly files: string
  readonly manifest: ArtefactManifest
}

/** What a fit gives beside its files. */
export interface Fitted {
  readonly data: readonly ArtefactData[]
  readonly options: Readonly<Record<string, Json>>
  readonly metrics: Json
}

const MANIFEST = 'artefact.json'
const FILES = 'files'

/**
 * Writes the next version of an artefact: `fill` puts its files into a directory that appears under its name when all are there.
 * Where one was made with the same `key`, that is given and nothing is done. What a stopped process had put there is there again.
 *
 * @throws TilthError `busy` while another process writes an artefact of this name; `usage` for a name that none may have, or that a
 * dataset has.
 */
export async function writeArtefact(
  store: Store,
  name: string,
  kind: string,
  key: string,
  fill: (dir: string) => Promise<Fitted>,
): Promise<{ readonly artefact: Artefact; readonly upToDate: boolean }> {
  if (!DATASET_NAME.test(name)) {
    throw new TilthError('usage', `${name}: no name for an artefact`, {
      hint: 'lower-case letters, digits, ".", "_" and "-"',
    })
  }
  if (numbers(store, name).length === 0 && store.datasets().includes(name)) {
    throw new TilthError(
      'usage',
      `${name}: there is a dataset of this name, and NAME@NUMBER would be two things`,
      {
        hint: `choose another, such as ${name}-${kind.replace(/^.*-/, '')}`,
      },
    )
  }
  const known = artefacts(store).filter(({ manifest }) => manifest.name === name)
  const same = known.findLast(({ manifest }) => manifest.key === key && manifest.kind === kind)
  if (same !== undefined) return { artefact: same, upToDate: true }
  const lease = takeLease(store, `artefact-${name}`)
  const building = store.ensure('building', `artefact-${name}-${key.slice(0, 16)}`)
  const files = join(building, FILES)
  try {
    const [begun, before] = [performance.now(), process.cpuUsage()]
    makeDirectory(files)
    const fitted = await fill(files)
    const { user, system } = process.cpuUsage(before)
    const number = Math.max(0, ...numbers(store, name), ...removedNumbers(store, name)) + 1
    const manifest: ArtefactManifest = {
      formatVersion: 1,
      kind,
      name,
      number,
      created: new Date().toISOString(),
      key,
      ...fitted,
      files: readdirSync(files)
        .sort()
        .map((file) => {
          const path = join(files, file)
          return { file, bytes: statSync(path).size, sha256: fileSha256(path) }
        }),
      cost: { cpuSeconds: (user + system) / 1e6, seconds: (performance.now() - begun) / 1e3 },
    }
    await writeWholeFile(join(building, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`)
    store.ensure('artefacts')
    const dir = store.path('artefacts', `${name}@${number}`)
    renameSync(building, dir)
    return { artefact: openDirectory(store, `${name}@${number}`), upToDate: false }
  } catch (error) {
    const isStopped = error instanceof TilthError && error.code === 'interrupted'
    if (!isStopped) rmSync(building, { recursive: true, force: true })
    throw error
  } finally {
    lease.release()
  }
}

/**
 * Opens `NAME@NUMBER`, or `NAME` (also `NAME@latest`) for the latest.
 *
 * @throws TilthError `not-found`, with the nearest name there is; `damaged`.
 */
export function openArtefact(store: Store, ref: string): Artefact {
  const [name = '', selector = 'latest'] = ref.split('@')
  const all = artefactNames(store)
  if (!all.includes(name)) {
    const guess = nearest(name, all)
    throw new TilthError('not-found', `${ref}: no artefact ${name} in ${store.dir}`, {
      hint:
        guess === undefined
          ? 'tilth fit makes classifiers, tilth tokenize --into token sets, tilth mix mixtures'
          : `did you mean ${guess}?`,
    })
  }
  const known = numbers(store, name)
  const number = selector === 'latest' ? (known.at(-1) ?? 0) : Number(selector)
  if (!known.includes(number)) {
    throw new TilthError('not-found', `${ref}: no such artefact`, {
      hint: `${name} has ${known.map((each) => `${name}@${each}`).join(', ')}`,
    })
  }
  return openDirectory(store, `${name}@${number}`)
}

/** Removes an artefact, damaged or not. Its number is never given again. Who was made with it: `artefactUsers`. */
export function removeArtefact(store: Store, ref: string): void {
  const tombstone = { artefact: ref, removed: new Date().toISOString() }
  appendFileSync(store.path('removed.jsonl'), `${JSON.stringify(tombstone)}\n`)
  rmSync(store.path('artefacts', ref), { recursive: true })
}

/** Whether a reference is to an artefact, by its name; a dataset of that name comes first. */
export function isArtefact(store: Store, ref: string): boolean {
  const name = ref.replace(/@.*$/, '')
  return artefactNames(store).includes(name) && !store.datasets().includes(name)
}

/** Names of the artefacts there are, sorted. */
export function artefactNames(store: Store): readonly string[] {
  return [...new Set(entries(store).map(({ name }) => name))].sort()
}

/** All artefacts, by name and then by number; damaged ones are left out. */
export function artefacts(store: Store): readonly Artefact[] {
  return artefactRefs(store).flatMap((ref) => {
    try {
      return [openDirectory(store, ref)]
    } catch (error) {
      if (error instanceof TilthError && error.code === 'damaged') return []
      throw error
    }
  })
}

/** All artefacts as `NAME@NUMBER`, damaged ones too. */
export function artefactRefs(store: Store): readonly string[] {
  return artefactNames(store).flatMap((name) => numbers(store, name).map((number) => `${name}@${number}`))
}

function removedNumbers(store: Store, name: string): readonly number[] {
  const path = store.path('removed.jsonl')
  if (!existsSync(path)) return []
  return [...readFileSync(path, 'utf8').matchAll(/"artefact":"([^"@]+)@(\d+)"/g)]
    .filter(([, removed]) => removed === name)
    .map(([, , number]) => Number(number))
}

function numbers(store: Store, name: string): readonly number[] {
  return entries(store)
    .filter((entry) => entry.name === name)
    .map(({ number }) => number)
    .sort((a, b) => a - b)
}

function entries(store: Store): readonly { readonly name: string; readonly number: number }[] {
  const dir = store.path('artefacts')
  if (!existsSync(dir)) return []
  return readdirSync(dir).flatMap((entry) => {
    const [, name = '', number] = /^(.+)@(\d+)$/.exec(entry) ?? []
    return name === '' ? [] : [{ name, number: Number(number) }]
  })
}

function openDirectory(store: Store, ref: string): Artefact {
  const dir = store.path('artefacts', ref)
  try {
    const manifest = JSON.parse(readFileSync(join(dir, MANIFEST), 'utf8')) as ArtefactManifest
    return { ref, dir, files: join(dir, FILES), manifest }
  } catch (cause) {
    throw new TilthError('damaged', `${join(dir, MANIFEST)}: not readable as JSON`, {
      hint: `remove it, and make it again: tilth versions rm ${ref}`,
      cause,
    })
  }
}

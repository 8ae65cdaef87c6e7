import type { Command } from 'commander'
import { TilthError } from '../model/error.ts'
import type { Manifest } from '../model/version.ts'
import {
  type ArtefactData,
  artefactRefs,
  isArtefact,
  openArtefact,
  removeArtefact,
} from '../store/artefact.ts'
import { artefactUsers, supersededArtefacts } from '../store/artefact-users.ts'
import type { Store } from '../store/store.ts'
import { diskUse } from '../store/store.ts'
import { artefactSummary } from './artefact-summary.ts'
import { storeOf } from './options.ts'
import { bytes, count, counted, styleOf, table } from './terminal.ts'

interface Flags {
  readonly store: string
  readonly json?: boolean
}

export function register(program: Command): void {
  const versions = program
    .command('versions')
    .description('List versions and artefacts with their size and tags; tag or remove them.')
  versions
    .command('list', { isDefault: true })
    .argument('[name]', 'only this dataset or artefact')
    .description('List versions, and artefacts: classifiers, token sets, mixtures.')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, _: unknown, command: Command) => {
      await list(name, command.optsWithGlobals<Flags>())
    })
  versions
    .command('tag')
    .argument('<version>', 'NAME@NUMBER')
    .argument('<tag>', 'a name for it: NAME@TAG')
    .description('Give a version a tag; a tag that another version has moves.')
    .action(async (ref: string, tag: string, _: unknown, command: Command) => {
      const store = storeOf(command.optsWithGlobals<Flags>())
      const { manifest } = await store.open(ref)
      await store.tag(manifest.name, tag, manifest.number)
      process.stdout.write(`${manifest.name}@${tag} is ${manifest.name}@${manifest.number}\n`)
    })
  versions
    .command('untag')
    .argument('<version>', 'NAME@TAG')
    .description('Remove a tag; the version stays.')
    .action(async (ref: string, _: unknown, command: Command) => {
      const store = storeOf(command.optsWithGlobals<Flags>())
      const [name = '', tag = ''] = ref.split('@')
      if ((await store.tags(name))[tag] === undefined)
        throw new TilthError('not-found', `${ref}: no such tag`)
      await store.tag(name, tag, undefined)
      process.stdout.write(`${ref} is no tag any more\n`)
    })
  versions
    .command('rm')
    .argument('<version>', 'NAME@NUMBER, in full; a version or an artefact')
    .description(
      'Remove a version or an artefact. Its number is never given again; cached results stay until tilth gc.',
    )
    .option('--force', 'remove it even if it has a tag, or if something was made with it')
    .action(async (ref: string, _: unknown, command: Command) => {
      const store = storeOf(command.optsWithGlobals<Flags>())
      if (!/@\d+$/.test(ref)) {
        throw new TilthError('usage', `${ref}: say which version, as NAME@NUMBER`, {
          hint: 'list them with tilth versions',
        })
      }
      const force = command.opts<{ force?: boolean }>().force === true
      const size = isArtefact(store, ref)
        ? removedArtefact(store, ref, force)
        : await removedVersion(store, ref, force)
      process.stdout.write(`removed ${ref}, ${bytes(size)}\n`)
    })
}

/** Removes a version; gives its bytes. */
async function removedVersion(store: Store, ref: string, force: boolean): Promise<number> {
  const name = ref.slice(0, ref.indexOf('@'))
  const number = Number(ref.slice(ref.indexOf('@') + 1))
  // A damaged version cannot be opened, and can be removed.
  if (!store.numbers(name).includes(number)) await store.open(ref)
  const tags = Object.entries(await store.tags(name)).filter(([, tagged]) => tagged === number)
  if (tags.length > 0 && !force) {
    throw new TilthError('usage', `${ref} has the tag ${tags.map(([tag]) => tag).join(', ')}`, {
      hint: 'remove the tag first (tilth versions untag), or say --force',
    })
  }
  const size = diskUse(store.path(ref))
  await store.remove(name, number)
  return size
}

/** Removes an artefact; gives its bytes. */
function removedArtefact(store: Store, ref: string, force: boolean): number {
  // A damaged one cannot be opened, and can be removed.
  if (!artefactRefs(store).includes(ref)) openArtefact(store, ref)
  const users = artefactUsers(store).get(ref) ?? []
  if (users.length > 0 && !force) {
    throw new TilthError(
      'usage',
      `${users.join(', ')} ${users.length === 1 ? 'was' : 'were'} made with ${ref}`,
      {
        hint: 'remove them first, or say --force: they stay as they are, and cannot be decided again or read through it',
      },
    )
  }
  const size = diskUse(store.path('artefacts', ref))
  removeArtefact(store, ref)
  return size
}

async function list(name: string | undefined, flags: Flags): Promise<void> {
  const store = storeOf(flags)
  if (name !== undefined && !isArtefact(store, name)) await store.open(name)
  const datasets = store.datasets().filter((each) => name === undefined || each === name)
  const rows = [
    ...(await Promise.all(datasets.map((each) => rowsOf(store, each)))).flat(),
    ...artefactRefs(store)
      .filter((ref) => name === undefined || ref.startsWith(`${name}@`))
      .map((ref) => artefactRow(store, ref)),
  ]
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  if (rows.length === 0) {
    process.stdout.write(`no versions in ${store.dir}; make one with tilth run\n`)
    return
  }
  process.stdout.write(
    table(
      rows,
      [
        { title: 'version', cell: (row) => row.version },
        { title: 'tags', cell: (row) => row.tags.join(', ') },
        { title: 'what', cell: (row) => row.kind },
        { title: 'documents', cell: (row) => count(row.documents), align: 'right' },
        { title: 'text', cell: (row) => bytes(row.textBytes), align: 'right' },
        { title: 'disk', cell: (row) => bytes(row.diskBytes), align: 'right' },
        {
          title: 'made by or of',
          cell: (row) => (row.madeOf.length === 0 ? row.recipe : madeOf(row.madeOf)),
        },
        { title: '', cell: (row) => row.summary },
        { title: 'made', cell: (row) => row.created.slice(0, 16).replace('T', ' ') },
      ],
      styleOf(process.stdout, process.env),
    ),
  )
  const superseded = supersededArtefacts(store)
  if (superseded.length > 0) {
    const size = superseded.reduce((all, ref) => all + diskUse(store.path('artefacts', ref)), 0)
    const what = `${counted(superseded.length, 'artefact')} with a later one, which nothing was made with, ${superseded.length === 1 ? 'takes' : 'take'} ${bytes(size)}`
    process.stdout.write(`${what}; tilth gc --superseded --dry-run\n`)
  }
  const cache = diskUse(store.path('cache'))
  if (cache > 0) process.stdout.write(`cached results take ${bytes(cache)} more; tilth gc --dry-run\n`)
}

async function rowsOf(store: Store, name: string): Promise<readonly VersionRow[]> {
  const tags = Object.entries(await store.tags(name))
  return Promise.all(
    store.numbers(name).map(async (number): Promise<VersionRow> => {
      const { manifest, dir } = await openOrDamaged(store, `${name}@${number}`)
      if (manifest === undefined) return { ...DAMAGED, version: `${name}@${number}`, diskBytes: diskUse(dir) }
      const last = manifest.steps.at(-1)
      return {
        version: `${name}@${number}`,
        kind: 'documents',
        madeOf: [],
        summary: '',
        tags: tags.filter(([, tagged]) => tagged === number).map(([tag]) => tag),
        documents: last?.out ?? 0,
        textBytes: last?.bytesOut ?? 0,
        diskBytes: diskUse(dir),
        recipe: manifest.recipe,
        created: manifest.created,
        hash: manifest.hashes.kept,
      }
    }),
  )
}

function artefactRow(store: Store, ref: string): VersionRow {
  const diskBytes = diskUse(store.path('artefacts', ref))
  try {
    const artefact = openArtefact(store, ref)
    const { kind, data, created, key } = artefact.manifest
    const sum = (of: (each: ArtefactData) => number): number => data.reduce((all, each) => all + of(each), 0)
    return {
      version: ref,
      kind,
      madeOf: data.map((each) => each.ref),
      summary: artefactSummary(artefact),
      tags: [],
      documents: sum(({ documents }) => documents),
      textBytes: sum((each) => each.bytes),
      diskBytes,
      recipe: '',
      created,
      hash: key,
    }
  } catch (error) {
    if (!(error instanceof TilthError) || error.code !== 'damaged') throw error
    return { ...DAMAGED, kind: 'artefact', version: ref, diskBytes }
  }
}

/** What is listed of what a thing was made of. */
const SHOWN = 4

function madeOf(refs: readonly string[]): string {
  return refs.length <= SHOWN
    ? refs.join(', ')
    : `${refs.slice(0, SHOWN - 1).join(', ')} and ${refs.length - SHOWN + 1} more`
}

/** A version, or its directory alone where what describes it is damaged: one must not hide the others. */
async function openOrDamaged(
  store: Store,
  ref: string,
): Promise<{ readonly manifest?: Manifest; readonly dir: string }> {
  try {
    return await store.open(ref)
  } catch (error) {
    if (!(error instanceof TilthError) || error.code !== 'damaged') throw error
    return { dir: store.path(ref) }
  }
}

const DAMAGED = {
  kind: 'documents',
  madeOf: [],
  summary: '',
  tags: [],
  documents: 0,
  textBytes: 0,
  recipe: '(damaged)',
  created: '',
  hash: '',
} as const

/** A line of the list: stable. */
interface VersionRow {
  /** `NAME@NUMBER` of a version or an artefact. */
  readonly version: string
  /** `documents` of a version, or the kind of an artefact, such as `tokens`. */
  readonly kind: string
  /** Of an artefact: what it was made of. */
  readonly madeOf: readonly string[]
  /** Of an artefact: how much it is, or how well it does. */
  readonly summary: string
  readonly tags: readonly string[]
  readonly documents: number
  readonly textBytes: number
  readonly diskBytes: number
  readonly recipe: string
  readonly created: string
  readonly hash: string
}

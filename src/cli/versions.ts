import type { Command } from 'commander'
import { TilthError } from '../model/error.ts'
import type { Manifest } from '../model/version.ts'
import type { Store } from '../store/store.ts'
import { diskUse } from '../store/store.ts'
import { storeOf } from './options.ts'
import { bytes, count, styleOf, table } from './terminal.ts'

interface Flags {
  readonly store: string
  readonly json?: boolean
}

export function register(program: Command): void {
  const versions = program
    .command('versions')
    .description('List versions with their size and tags; tag or remove them.')
  versions
    .command('list', { isDefault: true })
    .argument('[dataset]', 'only this dataset')
    .description('List versions.')
    .option('--json', 'print JSON')
    .action(async (dataset: string | undefined, _: unknown, command: Command) => {
      await list(dataset, command.optsWithGlobals<Flags>())
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
    .argument('<version>', 'NAME@NUMBER, in full')
    .description('Remove a version. Its number is never given again; cached results stay until tilth gc.')
    .option('--force', 'remove it even if it has a tag')
    .action(async (ref: string, _: unknown, command: Command) => {
      const store = storeOf(command.optsWithGlobals<Flags>())
      if (!/@\d+$/.test(ref)) {
        throw new TilthError('usage', `${ref}: say which version, as NAME@NUMBER`, {
          hint: 'list them with tilth versions',
        })
      }
      const name = ref.slice(0, ref.indexOf('@'))
      const number = Number(ref.slice(ref.indexOf('@') + 1))
      // A damaged version cannot be opened, and can be removed.
      if (!store.numbers(name).includes(number)) await store.open(ref)
      const tags = Object.entries(await store.tags(name)).filter(([, tagged]) => tagged === number)
      if (tags.length > 0 && !command.opts<{ force?: boolean }>().force) {
        throw new TilthError('usage', `${ref} has the tag ${tags.map(([tag]) => tag).join(', ')}`, {
          hint: 'remove the tag first (tilth versions untag), or say --force',
        })
      }
      const size = diskUse(store.path(ref))
      await store.remove(name, number)
      process.stdout.write(`removed ${ref}, ${bytes(size)}\n`)
    })
}

async function list(dataset: string | undefined, flags: Flags): Promise<void> {
  const store = storeOf(flags)
  if (dataset !== undefined) await store.open(dataset)
  const rows = (
    await Promise.all(
      (dataset === undefined ? store.datasets() : [dataset]).map((name) => rowsOf(store, name)),
    )
  ).flat()
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
        { title: 'documents', cell: (row) => count(row.documents), align: 'right' },
        { title: 'text', cell: (row) => bytes(row.textBytes), align: 'right' },
        { title: 'disk', cell: (row) => bytes(row.diskBytes), align: 'right' },
        { title: 'recipe', cell: (row) => row.recipe },
        { title: 'made', cell: (row) => row.created.slice(0, 16).replace('T', ' ') },
      ],
      styleOf(process.stdout, process.env),
    ),
  )
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

const DAMAGED = { tags: [], documents: 0, textBytes: 0, recipe: '(damaged)', created: '', hash: '' } as const

interface VersionRow {
  readonly version: string
  readonly tags: readonly string[]
  readonly documents: number
  readonly textBytes: number
  readonly diskBytes: number
  readonly recipe: string
  readonly created: string
  readonly hash: string
}

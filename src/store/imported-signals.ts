import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Signals } from '../model/stage.ts'
import type { SignalLookup } from './signal-lookup.ts'
import { readTable } from './table.ts'
import type { Version } from './version.ts'

/** Signals that were measured elsewhere and joined to a version by document id. */
export interface ImportedSignals {
  /** Name they were given; columns are `NAME.COLUMN`. */
  readonly name: string
  readonly columns: readonly string[]
  /** The same by document id, for runs. */
  readonly lookup: SignalLookup
  /** Directory of their tables: for each shard of the version's signals one of the same name, rows and order. */
  readonly dir: string
}

/** Where imports of a version lie: beside it, because a version is never edited. */
export function importsDir(version: Version): string {
  return join(dirname(version.dir), 'signals', basename(version.dir))
}

/** All imports of a version, by name. */
export function importedSignals(version: Version): readonly ImportedSignals[] {
  const dir = importsDir(version)
  if (!existsSync(dir)) return []
  return readdirSync(dir)
    .filter((name) => existsSync(join(dir, name, 'import.json')))
    .sort()
    .map((name) => {
      const { columns, lookup } = JSON.parse(readFileSync(join(dir, name, 'import.json'), 'utf8')) as Pick<
        ImportedSignals,
        'columns' | 'lookup'
      >
      return { name, columns, lookup, dir: join(dir, name) }
    })
}

/** Imported signals of some documents, as `NAME.COLUMN`; those without a value are left out. */
export async function importedSignalsOf(
  version: Version,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Signals>> {
  const found = new Map<string, Signals>()
  for (const { dir } of importedSignals(version)) {
    for (const shard of version.manifest.shards) {
      if (shard.table !== 'signals') continue
      for await (const batch of readTable(join(dir, shard.file))) {
        for (const { id, kept: _, ...signals } of batch) {
          if (ids.has(String(id))) {
            found.set(String(id), { ...found.get(String(id)), ...(signals as Signals) })
          }
        }
      }
    }
  }
  return found
}

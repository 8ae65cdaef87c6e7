import { join, resolve } from 'node:path'
import type { SetOverlap } from '../contamination/overlap-count.ts'
import { loadSetReader, type ReadSets, readSets } from '../contamination/read-sets.ts'
import { setNames } from '../contamination/set-names.ts'
import { TilthError } from '../model/error.ts'
import { makeDirectory } from '../store/directory.ts'
import { type Store, writeWholeFile } from '../store/store.ts'
import { readRowFiles } from './row-files.ts'

/**
 * Evaluation sets from paths, each as a path alone or as `NAME=PATH`, sorted by name, and what lies there and is not looked for.
 *
 * @throws TilthError `input` for what cannot be read or holds no example, `usage` for a name that is given twice.
 */
export async function loadSets(
  given: readonly string[],
  fields: readonly string[],
  cwd: string,
  store: Store,
): Promise<ReadSets> {
  await loadSetReader()
  const named = given.flatMap((each) => {
    const [, name, path] = /^([^=/\\]+)=(.+)$/.exec(each) ?? []
    return name === undefined || path === undefined ? [] : [[name, path] as const]
  })
  const twice = named.find(([name], at) => named.findIndex(([other]) => other === name) !== at)
  if (twice !== undefined) throw new TilthError('usage', `--sets ${twice[0]}: two sets have this name`)
  const alone = given.filter((each) => !named.some(([name, path]) => each === `${name}=${path}`))
  const paths = [...named, ...Object.entries(setNames(alone))]
  const read: ReadSets[] = []
  for (const [name, path] of paths) {
    const files = await readRowFiles(path, resolve(cwd, path), store).catch((cause: unknown) => {
      if (cause instanceof TilthError) throw cause
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new TilthError('input', `${path}: cannot be read: ${reason}`, { cause })
    })
    read.push(readSets(name, path, files, { fields }))
  }
  const sets = read.flatMap((each) => each.sets)
  return {
    sets: sets.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    passed: read.flatMap((each) => each.passed),
  }
}

/**
 * Writes the examples of each set, one a line: `SET.dirty.jsonl` with what was found of each and where, `SET.clean.jsonl` with the others. What a
 * file name cannot have becomes `-`.
 */
export async function writeOverlaps(dir: string, overlaps: readonly SetOverlap[]): Promise<void> {
  makeDirectory(dir)
  for (const { set, items } of overlaps) {
    const name = set.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '')
    const lines = (dirty: boolean): string =>
      items
        .filter((each) => each.dirty === dirty)
        .map(({ item: { id, number }, short, grams, found }) =>
          JSON.stringify({ id, number, ...(dirty ? { grams, found } : { short }) }),
        )
        .map((line) => `${line}\n`)
        .join('')
    await writeWholeFile(join(dir, `${name}.dirty.jsonl`), lines(true))
    await writeWholeFile(join(dir, `${name}.clean.jsonl`), lines(false))
  }
}

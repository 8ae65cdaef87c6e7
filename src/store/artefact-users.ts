import { existsSync, readFileSync } from 'node:fs'
import { artefacts } from './artefact.ts'
import type { Store } from './store.ts'

/** What in a plan leads into an artefact: where a step's file lies. */
const IN_ARTEFACT = /[\\/]artefacts[\\/]([^\\/]+@\d+)[\\/]files(?:[\\/]|$)/

/**
 * Which versions and artefacts were made with each artefact, both as `NAME@NUMBER`: a version whose plan reads its files, and an artefact that
 * names it among its data. What nobody was made with is not among them.
 */
export function artefactUsers(store: Store): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, Set<string>>()
  const add = (artefact: string, user: string): void =>
    void users.set(artefact, (users.get(artefact) ?? new Set()).add(user))
  for (const name of store.datasets()) {
    for (const number of store.numbers(name)) {
      const version = `${name}@${number}`
      for (const location of locationsOf(store.path(version, 'plan.json'))) {
        const [, artefact] = IN_ARTEFACT.exec(location) ?? []
        if (artefact !== undefined) add(artefact, version)
      }
    }
  }
  for (const { ref, manifest } of artefacts(store)) for (const each of manifest.data) add(each.ref, ref)
  return new Map([...users].map(([ref, set]) => [ref, [...set]]))
}

/** Where the files of a plan's steps lie; nowhere where the plan is damaged, which must not keep anybody from removing things. */
function locationsOf(path: string): readonly string[] {
  if (!existsSync(path)) return []
  try {
    const { recipe } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly recipe: {
        readonly steps?: readonly { readonly files?: readonly { readonly location: string }[] }[]
      }
    }
    return (recipe.steps ?? []).flatMap(({ files = [] }) => files.map(({ location }) => location))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return []
    throw error
  }
}

/** An artefact of which there is a later one, and with which nothing was made that is still there. */
export function supersededArtefacts(store: Store): readonly string[] {
  const users = artefactUsers(store)
  const all = artefacts(store)
  const latest = new Map(all.map(({ ref, manifest }) => [manifest.name, ref]))
  return all.map(({ ref }) => ref).filter((ref) => ![...latest.values()].includes(ref) && !users.has(ref))
}

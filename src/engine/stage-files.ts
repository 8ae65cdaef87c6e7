import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { TilthError } from '../model/error.ts'
import type { Stage, StageFile, StageFiles } from '../model/stage.ts'
import { type Plan, type PlanFile, type PlanStep, stageOf } from '../plan/plan.ts'
import { openArtefact } from '../store/artefact.ts'
import type { Store } from '../store/store.ts'

/**
 * Binds each step to the files that its options name, by content: the plan id holds their hashes, so an edited
 * list is another plan and a moved one is not. Paths are relative to `cwd`; a folder stands for the files in it, and `fit:NAME` or
 * `fit:NAME@NUMBER` for those of an artefact of the store.
 *
 * @throws TilthError `input` where a path leads to no file, `not-found` where there is no such artefact.
 */
export function bindStageFiles(plan: Plan, cwd: string, store: Store | undefined): Plan {
  const steps = plan.steps.map((step): PlanStep => {
    const paths = pathsOf(step)
    if (paths.length === 0) return step
    return { ...step, files: [...new Set(paths)].map((path) => bindFile(step.name, path, cwd, store)) }
  })
  return { ...plan, steps }
}

function pathsOf(step: PlanStep): readonly string[] {
  try {
    return stageOf(step).files?.(step.options) ?? []
  } catch (error) {
    if (!(error instanceof TilthError)) throw error
    const hint = error.hint === undefined ? {} : { hint: error.hint }
    throw new TilthError(error.code, `steps.${step.name}: ${error.message}`, hint)
  }
}

function bindFile(step: string, path: string, cwd: string, store?: Store): PlanFile {
  const location = path.startsWith(FIT) ? artefactFiles(path, store) : resolve(cwd, path)
  try {
    return { path, location, sha256: hashOf(read(location)) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TilthError('input', `steps.${step}: ${path} cannot be read: ${reason}`, {
      hint: `paths in a recipe start at ${cwd}`,
      cause,
    })
  }
}

/** What begins the name of an artefact where a path could stand. */
const FIT = 'fit:'

function artefactFiles(path: string, store: Store | undefined): string {
  if (store === undefined) throw new TilthError('recipe', `${path}: no store to look in`)
  return openArtefact(store, path.slice(FIT.length)).files
}

/**
 * The files that options of a stage name, read now: for a stage that is asked outside of a plan.
 *
 * @throws TilthError `input` where a path leads to no file.
 */
export function filesNow(stage: Stage, options: unknown, cwd: string, store?: Store): StageFiles {
  const paths = stage.files?.(options) ?? []
  return new Map(paths.map((path) => [path, read(bindFile(stage.name, path, cwd, store).location)]))
}

/**
 * The files of a step, as they were when the plan was bound.
 *
 * @throws TilthError `input` where one changed since.
 */
export function readStageFiles(step: PlanStep): StageFiles {
  const files = new Map<string, readonly StageFile[]>()
  for (const { path, location, sha256 } of step.files ?? []) {
    const found = read(location)
    if (hashOf(found) !== sha256) {
      throw new TilthError('input', `steps.${step.name}: ${path} changed since the plan was made`, {
        hint: 'run again to use it as it is now',
      })
    }
    files.set(path, found)
  }
  return files
}

function read(location: string): readonly StageFile[] {
  if (!statSync(location).isDirectory()) return [{ name: '', bytes: readFileSync(location) }]
  const entries = readdirSync(location, { recursive: true, withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(location.length + 1)
        .replaceAll('\\', '/'),
    )
  return names.sort().map((name) => ({ name, bytes: readFileSync(join(location, name)) }))
}

function hashOf(files: readonly StageFile[]): string {
  const hash = createHash('sha256')
  for (const { name, bytes } of files) {
    hash.update(`${name}\0${bytes.length}\0`)
    hash.update(bytes)
  }
  return hash.digest('hex')
}

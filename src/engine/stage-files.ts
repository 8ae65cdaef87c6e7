import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { TilthError } from '../model/error.ts'
import type { Stage, StageFile, StageFiles } from '../model/stage.ts'
import { type Plan, type PlanFile, type PlanStep, stageOf } from '../plan/plan.ts'
import { openArtefact } from '../store/artefact.ts'
import type { Store } from '../store/store.ts'
import { readFiles } from './read-files.ts'
import { rowFilesLocation } from './row-files.ts'

/**
 * Binds each step to the files that its options name, by content: the plan id holds their hashes, so an edited
 * list is another plan and a moved one is not. Paths are relative to `cwd`; a folder stands for the files in it, `fit:NAME` or
 * `fit:NAME@NUMBER` for those of an artefact of the store, and for a stage that reads rows `version:NAME` for the kept documents of a version.
 * What a stage takes only where it is there is bound only then.
 *
 * @param isLater a path to what is not there yet, and is passed over.
 * @throws TilthError `input` where a path leads to no file, `not-found` where there is no such artefact.
 */
export async function bindStageFiles(
  plan: Plan,
  cwd: string,
  store: Store | undefined,
  isLater: (path: string) => boolean = () => false,
): Promise<Plan> {
  const steps: PlanStep[] = []
  for (const step of plan.steps) {
    const paths = [...new Set(pathsOf(step))].filter((path) => !isLater(path))
    const isOfRows = paths.length > 0 && stageOf(step).filesAreRows === true
    const files: PlanFile[] = []
    const may = [...new Set(stageOf(step).filesIfThere?.(step.options) ?? [])]
    for (const path of paths)
      files.push(
        isOfRows ? await bindRows(step.name, path, cwd, store) : bindFile(step.name, path, cwd, store),
      )
    for (const path of may)
      if (existsSync(resolve(cwd, path))) files.push(bindFile(step.name, path, cwd, store))
    steps.push(files.length === 0 ? step : { ...step, files })
  }
  return { ...plan, steps }
}

async function bindRows(step: string, path: string, cwd: string, store?: Store): Promise<PlanFile> {
  if (path.startsWith(FIT)) return bindFile(step, path, cwd, store)
  try {
    const location = await rowFilesLocation(path, resolve(cwd, path), store)
    return { path, location, sha256: hashOf(readFiles(location)) }
  } catch (cause) {
    throw unreadable(step, path, cwd, cause)
  }
}

function pathsOf(step: PlanStep): readonly string[] {
  try {
    return stageOf(step).files?.(step.options) ?? []
  } catch (error) {
    if (!(error instanceof TilthError)) throw error
    // A stage does not know what a recipe calls it.
    const hint = error.hint === undefined ? {} : { hint: error.hint.replaceAll('STEP', step.name) }
    throw new TilthError(error.code, `steps.${step.name}: ${error.message}`, hint)
  }
}

function bindFile(step: string, path: string, cwd: string, store?: Store): PlanFile {
  const location = path.startsWith(FIT) ? artefactFiles(path, store) : resolve(cwd, path)
  try {
    return { path, location, sha256: hashOf(readFiles(location)) }
  } catch (cause) {
    throw unreadable(step, path, cwd, cause)
  }
}

function unreadable(step: string, path: string, cwd: string, cause: unknown): TilthError {
  if (cause instanceof TilthError) {
    const { code, message, hint } = cause
    return new TilthError(code, `steps.${step}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      cause,
    })
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new TilthError('input', `steps.${step}: ${path} cannot be read: ${reason}`, {
    hint: `paths in a recipe start at ${cwd}`,
    cause,
  })
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
  const may = (stage.filesIfThere?.(options) ?? []).filter((path) => existsSync(resolve(cwd, path)))
  const paths = [...(stage.files?.(options) ?? []), ...may]
  return new Map(paths.map((path) => [path, readFiles(bindFile(stage.name, path, cwd, store).location)]))
}

/** Hashes of the files that options of a stage name, as a plan that is bound now would hold them. */
export function fileHashesNow(stage: Stage, options: unknown, cwd: string, store?: Store): readonly string[] {
  return (stage.files?.(options) ?? []).map((path) => bindFile(stage.name, path, cwd, store).sha256)
}

/**
 * The files of a step, as they were when the plan was bound.
 *
 * @throws TilthError `input` where one changed since.
 */
export function readStageFiles(step: PlanStep): StageFiles {
  const files = new Map<string, readonly StageFile[]>()
  for (const { path, location, sha256 } of step.files ?? []) {
    const found = readAgain(step.name, path, location)
    if (hashOf(found) !== sha256) {
      throw new TilthError('input', `steps.${step.name}: ${path} changed since the plan was made`, {
        hint: 'run again to use it as it is now',
      })
    }
    files.set(path, found)
  }
  return files
}

function readAgain(step: string, path: string, location: string): readonly StageFile[] {
  try {
    return readFiles(location)
  } catch (cause) {
    throw new TilthError('input', `steps.${step}: ${path} is not there any more`, {
      hint: 'run the recipe again, with the file where it was',
      cause,
    })
  }
}

/** The files of groups that were read, once a thread: what a group makes of them it keeps by the map that it is handed. */
const filesOfGroups = new Map<string, StageFiles>()

/**
 * The files of a step that decides spans, the same map each time: it is asked for with every unit.
 *
 * @throws TilthError `input` where one changed since the plan was bound.
 */
export function groupFiles(step: PlanStep): StageFiles | undefined {
  if (step.files === undefined) return undefined
  const key = JSON.stringify(step)
  const files = filesOfGroups.get(key) ?? readStageFiles(step)
  filesOfGroups.set(key, files)
  return files
}

function hashOf(files: readonly StageFile[]): string {
  const hash = createHash('sha256')
  for (const { name, bytes } of files) {
    hash.update(`${name}\0${bytes.length}\0`)
    hash.update(bytes)
  }
  return hash.digest('hex')
}

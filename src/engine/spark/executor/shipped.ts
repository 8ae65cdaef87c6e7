import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { keepOwnStage } from '../../../plan/own-stages.ts'
import type { Plan } from '../../../plan/plan.ts'
import { checkStage } from '../../own/stage-check.ts'
import type { Job, ShippedFiles, ShippedModule } from './job.ts'

/** So deep below the folder that is made for them do files lie, as their paths may begin with `../`. */
const DEPTH = 'a/b/c/d/e/f/g/h'

/** The plan of a job with the places that its files have here: links to what was sent, in a folder that goes with this process. */
export function placedPlan({ settings, files }: Job, folder: string): Plan {
  const { plan } = settings
  if (files.length === 0) return plan
  const made = mkdtempSync(join(tmpdir(), 'tilth-files-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  const places = new Map(
    files.map((each, at) => [each.location, placed(each, join(made, String(at), DEPTH), folder)]),
  )
  const placeOf = (location: string): string => places.get(location) ?? location
  const steps = plan.steps.map((step) => ({
    ...step,
    ...(step.files === undefined
      ? {}
      : { files: step.files.map((file) => ({ ...file, location: placeOf(file.location) })) }),
    ...(step.code === undefined ? {} : { code: { ...step.code, location: placeOf(step.code.location) } }),
  }))
  return { ...plan, steps }
}

function placed({ files, entry }: ShippedFiles, root: string, folder: string): string {
  for (const { path, artifact } of files) {
    const place = path === '' ? root : join(root, path)
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(join(folder, artifact), place)
  }
  return entry === undefined ? root : join(root, entry)
}

/** Loads users' modules, as they were sent. */
export async function loadModules(
  modules: readonly ShippedModule[],
  plan: Plan,
  folder: string,
): Promise<void> {
  for (const { sha256, path, artifact } of modules) {
    const code = plan.steps.find((step) => step.code?.sha256 === sha256)?.code
    if (code === undefined) continue
    const module = (await import(pathToFileURL(join(folder, artifact)).href)) as {
      readonly default?: unknown
    }
    keepOwnStage({ code, stage: checkStage(path, module.default) })
  }
}

import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { OwnCode } from '../../plan/own-stages.ts'
import type { Plan } from '../../plan/plan.ts'
import { codeFiles } from '../own/code.ts'
import { readFiles } from '../read-files.ts'
import { bundle, LIBRARY } from './bundle.ts'
import type { SparkSession } from './connect/session.ts'
import type { ShippedFiles, ShippedModule } from './executor/job.ts'

/** What a plan needs of this machine: sent to the executors, by content. */
export async function shipPlan(
  plan: Plan,
  session: SparkSession,
): Promise<{ readonly files: readonly ShippedFiles[]; readonly modules: readonly ShippedModule[] }> {
  const files = new Map<string, ShippedFiles>()
  const modules = new Map<string, ShippedModule>()
  for (const { files: named = [], code } of plan.steps) {
    for (const { location } of named) {
      if (files.has(location)) continue
      const found = readFiles(location).map(({ name, bytes }) => [name, bytes] as const)
      files.set(location, { location, files: await sent(session, found) })
    }
    if (code === undefined) continue
    if (code.language === 'javascript') modules.set(code.sha256, await shippedModule(session, code))
    else
      files.set(code.location, {
        location: code.location,
        files: await sent(session, [...codeFiles(code)]),
        entry: basename(code.location),
      })
  }
  return { files: [...files.values()], modules: [...modules.values()] }
}

async function sent(
  session: SparkSession,
  files: readonly (readonly [path: string, bytes: Uint8Array])[],
): Promise<ShippedFiles['files']> {
  const list: { path: string; artifact: string }[] = []
  for (const [path, data] of files) {
    list.push({ path, artifact: await session.addArtifact({ kind: 'files', name: 'tilth-file', data }) })
  }
  return list
}

/** A module with `tilth` and `zod` in it, as executors have no packages. */
async function shippedModule(
  session: SparkSession,
  { path, location, sha256 }: OwnCode,
): Promise<ShippedModule> {
  const data = await bundle(location, {
    tilth: LIBRARY,
    zod: pathToFileURL(createRequire(import.meta.url).resolve('zod')),
  })
  return {
    sha256,
    path,
    artifact: await session.addArtifact({ kind: 'files', name: 'tilth-module.mjs', data }),
  }
}

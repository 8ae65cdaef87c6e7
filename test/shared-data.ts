import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe } from 'vitest'

const root = resolve(process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'))

/** Path of a real input file that is never shipped. */
export function sharedData(path: string): string {
  return resolve(root, path)
}

/** A suite over real inputs: skipped by name, with the reason, where they are absent. */
export function describeWithData(name: string, paths: readonly string[], body: () => void): void {
  const missing = paths.find((path) => !existsSync(sharedData(path)))
  if (missing === undefined) describe(name, body)
  else describe.skip(`${name} (needs ${missing}, which is not beside this checkout)`, body)
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { StageFile } from '../model/stage.ts'

/** A file, or the files of a folder at any depth, hidden ones left out, by name. */
export function readFiles(location: string): readonly StageFile[] {
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

import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it that are missing.
 *
 * One at a time: below a file system that makes none, such as /proc, Node's own recursion never ends.
 *
 * @param dir an absolute path.
 */
export function makeDirectory(dir: string): void {
  if (isDirectory(dir)) return
  const parent = dirname(dir)
  if (parent !== dir) makeDirectory(parent)
  try {
    mkdirSync(dir)
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isDirectory(dir)) return
    throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

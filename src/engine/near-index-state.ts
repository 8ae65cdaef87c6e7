import { existsSync, readFileSync, statSync } from 'node:fs'

/**
 * What documents brought to a group of near copies, kept so that later documents can be compared with them without reading them again:
 * their keys, and their shingles. It lies in the store under `near/KEY`, in blocks of neighbouring documents.
 */
export interface NearIndex {
  /** Keys and shingles of two indexes may be compared where this is equal. */
  readonly specification: string
  readonly blocks: readonly NearBlock[]
}

export interface NearBlock {
  readonly rows: number
  /** Where the keys lie in `BLOCK.keys`, as a unit without rows. */
  readonly start: number
  readonly length: number
  /** Bytes of the files of keys and of members; an index of before they were noted has none. */
  readonly bytes?: readonly [keys: number, members: number]
}

/** Files of an index, by its folder. */
export const nearFiles = {
  index: (dir: string): string => `${dir}/index.json`,
  keys: (dir: string, block: number): string => `${dir}/${block}.keys`,
  members: (dir: string, block: number): string => `${dir}/${block}.members`,
}

/** The index in a folder, where all its files are there with their sizes; otherwise what is wrong. */
export function findNearIndex(dir: string): NearIndex | { readonly fault: string } {
  const path = nearFiles.index(dir)
  if (!existsSync(path)) return { fault: `${path} is not there` }
  const index = parsed(readFileSync(path, 'utf8'))
  if (index === undefined) return { fault: `${path} cannot be read` }
  for (const [block, { bytes }] of index.blocks.entries()) {
    for (const [at, file] of [nearFiles.keys(dir, block), nearFiles.members(dir, block)].entries()) {
      const size = statSync(file, { throwIfNoEntry: false })?.size
      if (size === undefined) return { fault: `${file} is not there` }
      if (bytes !== undefined && size !== bytes[at])
        return { fault: `${file} has ${size} bytes, not ${bytes[at]}` }
    }
  }
  return index
}

function parsed(text: string): NearIndex | undefined {
  try {
    const index = JSON.parse(text) as NearIndex
    return Array.isArray(index.blocks) ? index : undefined
  } catch {
    return undefined
  }
}

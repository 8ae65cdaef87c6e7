import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { nearest, TilthError } from '../model/error.ts'
import { makeDirectory } from './directory.ts'
import { openVersion, type Version } from './version.ts'

/** A dataset name: lower-case letters, digits, `-`, `_` and `.`, starting with a letter or digit. */
export const DATASET_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/

/**
 * All state of Tilth, in one directory:
 *
 *     NAME@NUMBER/        versions: manifest.json, plan.json, shards, report.html
 *     tags/NAME.json      tag → number
 *     removed.jsonl       versions that were removed: their numbers are never given again
 *     signals/NAME@NUMBER signals that were imported for a version
 *     artefacts/NAME@NUMBER fitted things: artefact.json and their files
 *     near/KEY            indexes of near copies, named in a version's near.json
 *     leases/NAME.json    who writes the dataset now
 *     building/           versions being written; renamed when whole
 *     cache/units/        packs of results of map units; cache/units.jsonl says which are where
 *     cache/inputs.jsonl  hashes of inputs by path, size and time
 *     cache/splits.jsonl  splits of inputs by content
 *     cache/rows/         evaluation sets as JSON lines, keyed by content
 *     cache/exchanges/    verdicts of exchanges, keyed by content
 *     journals/NAME.jsonl what each run did
 */
export class Store {
  readonly dir: string

  /** Does not touch the disk; directories are made by the first write. */
  constructor(dir: string) {
    this.dir = resolve(dir)
  }

  path(...parts: readonly string[]): string {
    return join(this.dir, ...parts)
  }

  /** The path of a directory of the store, which is made when it is missing. */
  ensure(...parts: readonly string[]): string {
    const dir = this.path(...parts)
    makeDirectory(dir)
    return dir
  }

  /** Numbers of a dataset's finished versions, ascending. */
  numbers(name: string): readonly number[] {
    return this.#entries()
      .filter((entry) => entry.name === name)
      .map((entry) => entry.number)
      .sort((a, b) => a - b)
  }

  /** Names of the datasets that have a version, sorted. */
  datasets(): readonly string[] {
    return [...new Set(this.#entries().map((entry) => entry.name))].sort()
  }

  #entries(): readonly { name: string; number: number }[] {
    if (!existsSync(this.dir)) return []
    return readdirSync(this.dir).flatMap((entry) => {
      const match = /^(.+)@(\d+)$/.exec(entry)
      if (match === null || !existsSync(this.path(entry, 'manifest.json'))) return []
      return [{ name: match[1] ?? '', number: Number(match[2]) }]
    })
  }

  /**
   * Opens `NAME@NUMBER`, `NAME@TAG`, or `NAME` (also `NAME@latest`) for the latest.
   *
   * @throws TilthError `not-found`, with the nearest name there is.
   */
  async open(ref: string): Promise<Version> {
    const [name = '', selector] = ref.split('@')
    const numbers = this.numbers(name)
    if (numbers.length === 0) {
      const guess = nearest(name, this.datasets())
      throw new TilthError('not-found', `${ref}: no dataset ${name} in ${this.dir}`, {
        hint: guess === undefined ? 'list them with tilth versions' : `did you mean ${guess}?`,
      })
    }
    const number = await this.#numberOf(name, selector, numbers)
    return openVersion(this.path(`${name}@${number}`))
  }

  async #numberOf(name: string, selector: string | undefined, numbers: readonly number[]): Promise<number> {
    if (selector === undefined || selector === 'latest') return numbers.at(-1) ?? 0
    // No tag is a number, so that a version is found by its own even where the tags are harmed.
    const number = /^\d+$/.test(selector) ? Number(selector) : ((await this.tags(name))[selector] ?? 0)
    if (!numbers.includes(number)) {
      throw new TilthError('not-found', `${name}@${selector}: no such version or tag`, {
        hint: `${name} has ${numbers.map((each) => `${name}@${each}`).join(', ')}`,
      })
    }
    return number
  }

  /**
   * A dataset's tags.
   *
   * @throws TilthError `damaged`.
   */
  async tags(name: string): Promise<Readonly<Record<string, number>>> {
    const path = this.path('tags', `${name}.json`)
    if (!existsSync(path)) return {}
    const tags = parseTags(await readFile(path, 'utf8'))
    if (tags !== undefined) return tags
    throw new TilthError('damaged', `${path}: does not hold the tags of a dataset`, {
      hint: 'remove the file, and give the tags again: tilth versions tag VERSION TAG',
    })
  }

  /** Gives a version a tag, moving the tag when another version has it; `undefined` removes it. */
  async tag(name: string, tag: string, number: number | undefined): Promise<void> {
    if (tag === 'latest') {
      throw new TilthError('usage', 'tag "latest": NAME@latest is always the latest version', {
        hint: 'choose another name',
      })
    }
    if (!/^[a-z][a-z0-9._-]*$/i.test(tag)) {
      throw new TilthError('usage', `tag "${tag}": expected a letter, then letters, digits, ".", "_" or "-"`)
    }
    const tags = { ...(await this.tags(name)) }
    if (number === undefined) delete tags[tag]
    else tags[tag] = number
    this.ensure('tags')
    await writeWholeFile(this.path('tags', `${name}.json`), `${JSON.stringify(tags)}\n`)
  }

  /** Number that the next version of a dataset gets: one that no version ever had. */
  nextNumber(name: string): number {
    return Math.max(0, ...this.numbers(name), ...this.#removed(name)) + 1
  }

  /** Removes a version, damaged or not, and its tags. Its number is never given again. */
  async remove(name: string, number: number): Promise<void> {
    for (const [tag, tagged] of Object.entries(await this.tags(name))) {
      if (tagged === number) await this.tag(name, tag, undefined)
    }
    const ref = `${name}@${number}`
    const tombstone = { version: ref, removed: new Date().toISOString() }
    appendFileSync(this.path('removed.jsonl'), `${JSON.stringify(tombstone)}\n`)
    // The manifest goes first: a version without one is no version, whatever stops us behind it.
    rmSync(this.path(ref, 'manifest.json'))
    rmSync(this.path(ref), { recursive: true })
    rmSync(this.path('signals', ref), { recursive: true, force: true })
  }

  #removed(name: string): readonly number[] {
    const path = this.path('removed.jsonl')
    if (!existsSync(path)) return []
    return [...readFileSync(path, 'utf8').matchAll(/"version":"([^"@]+)@(\d+)"/g)]
      .filter(([, removed]) => removed === name)
      .map(([, , number]) => Number(number))
  }
}

function parseTags(text: string): Readonly<Record<string, number>> | undefined {
  try {
    const tags: unknown = JSON.parse(text)
    const isTags = typeof tags === 'object' && tags !== null && !Array.isArray(tags)
    return isTags && Object.values(tags).every(Number.isInteger)
      ? (tags as Record<string, number>)
      : undefined
  } catch {
    return undefined
  }
}

/** Writes a file so that readers see the old or the new content, never a part. */
export async function writeWholeFile(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  await writeFile(partial, content, { flush: true })
  await rename(partial, path)
}

/** Bytes of all files below a path; 0 where there is nothing. */
export function diskUse(path: string): number {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  let total = 0
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) total += statSync(join(entry.parentPath, entry.name)).size
  }
  return total
}

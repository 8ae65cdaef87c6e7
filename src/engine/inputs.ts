import { existsSync, statSync } from 'node:fs'
import { glob, readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { FORMATS, formatForPath, formatNamed } from '../formats/catalogue.ts'
import { version } from '../formats/version/version.ts'
import type { Json } from '../model/document.ts'
import { nearest, TilthError } from '../model/error.ts'
import type { Format } from '../model/record.ts'
import type { Plan, PlanInput } from '../plan/plan.ts'
import type { Store } from '../store/store.ts'

/** A file of an input, bound to the format that reads it. Plain data: crosses threads. */
export interface InputFile {
  /** Name of the recipe's input. */
  readonly input: string
  /** `file:` or `http(s):` URI. */
  readonly uri: string
  readonly format: string
  readonly options: Readonly<Record<string, Json>>
  readonly maxRecordBytes: number
}

/**
 * Entries of a directory that are no input: files that no format of ours reads, by ending, hidden files and
 * folders, pipes and sockets, and links that lead to no file.
 */
export interface Passed {
  readonly input: string
  readonly files: number
  readonly example: string
}

export interface FoundInputs {
  readonly files: readonly InputFile[]
  readonly passed: readonly Passed[]
}

/**
 * Finds the files of a plan's inputs: those given with `--input` where there are any, else the recipe's.
 *
 * @param given globs, paths, directories or URLs by input name; versions where the input's format is `version`.
 * @param store where those versions are.
 * @throws TilthError `input` when an input has no file, or a file no format reads.
 */
export async function findInputs(
  plan: Plan,
  given: Readonly<Record<string, readonly string[]>>,
  cwd: string,
  store?: Store,
): Promise<FoundInputs> {
  checkInputNames(
    Object.keys(given),
    plan.inputs.map((input) => input.name),
  )
  const files: InputFile[] = []
  const passed: Passed[] = []
  for (const input of plan.inputs) {
    const patterns = given[input.name] ?? input.files
    if (patterns.length === 0) {
      throw new TilthError('input', `${input.name}: no files given`, {
        hint: `--input ${input.name}=GLOB${input.description === '' ? '' : `   (${input.description})`}`,
      })
    }
    const found = new Set<string>()
    const ignored: string[] = []
    for (const pattern of patterns) {
      for (const place of await expand(pattern, input, cwd, store)) {
        const isUnread =
          place.fromDirectory && input.format === 'auto' && formatForPath(place.uri) === undefined
        if (place.isPassed || isUnread) ignored.push(place.uri)
        else found.add(place.uri)
      }
    }
    if (found.size === 0) {
      const endings = FORMATS.flatMap((format) => format.extensions).join(' ')
      throw new TilthError('input', `${input.name}: no file that a format reads in ${patterns.join(', ')}`, {
        hint: `name the format in the recipe (format: text), or use one of the endings ${endings}`,
      })
    }
    const [example] = ignored
    if (example !== undefined)
      passed.push({ input: input.name, files: ignored.length, example: nameOf(example) })
    files.push(...[...found].sort().map((uri) => bindFile(uri, input)))
  }
  return { files, passed }
}

/** @throws TilthError `usage` where something is given for an input that the recipe does not have. */
export function checkInputNames(given: readonly string[], names: readonly string[]): void {
  const unknown = given.find((name) => !names.includes(name))
  if (unknown === undefined) return
  const guess = nearest(unknown, names)
  throw new TilthError('usage', `--input ${unknown}=...: the recipe has no input ${unknown}`, {
    hint: guess === undefined ? `its inputs are ${names.join(', ')}` : `did you mean ${guess}?`,
  })
}

/**
 * The files of a version, as its manifest names them, bound to the formats of a plan.
 *
 * @throws TilthError `input` where the plan has no such input.
 */
export function inputsOfVersion(
  plan: Plan,
  inputs: readonly { readonly input: string; readonly uri: string }[],
): FoundInputs {
  const files = inputs.map(({ input: name, uri }) => {
    const input = plan.inputs.find((each) => each.name === name)
    if (input === undefined) throw new TilthError('input', `${name}: the plan has no such input`)
    return bindFile(uri, input)
  })
  return { files, passed: [] }
}

function bindFile(uri: string, input: PlanInput): InputFile {
  const format = input.format === 'auto' ? formatForPath(uri) : formatNamed(input.format)
  if (format === undefined) {
    throw new TilthError('input', `${input.name}: no format reads ${nameOf(uri)} by its ending`, {
      hint: `name one: --set inputs.${input.name}.format=NAME (${FORMATS.map((each) => each.name).join(', ')})`,
    })
  }
  return {
    input: input.name,
    uri,
    format: format.name,
    options: formatOptions(format, input),
    maxRecordBytes: input.maxRecordBytes,
  }
}

/** The format's options with defaults. */
function formatOptions(format: Format, input: PlanInput): Readonly<Record<string, Json>> {
  const result = format.options.safeParse(input.options)
  if (result.success) return result.data as Record<string, Json>
  const issue = result.error.issues[0]
  const key = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.')
  const what = issue?.code === 'unrecognized_keys' ? 'no such option' : issue?.message
  throw new TilthError('recipe', `inputs.${input.name}.${key}: ${what} of the format ${format.name}`)
}

interface Place {
  readonly uri: string
  readonly fromDirectory: boolean
  /** Found below a directory, and not a file to read. */
  readonly isPassed: boolean
}

async function expand(
  pattern: string,
  input: PlanInput,
  cwd: string,
  store: Store | undefined,
): Promise<readonly Place[]> {
  if (input.format === version.name) return shardsOf(pattern, input, store)
  if (/^https?:\/\//.test(pattern) || pattern.startsWith('file:'))
    return [{ uri: pattern, fromDirectory: false, isPassed: false }]
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(pattern)) {
    throw new TilthError('input', `${input.name}: ${pattern}: only files and http(s) are read`)
  }
  const path = resolve(cwd, pattern)
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) return [place(path, false)]
    return entriesBelow(path, input)
  }
  const matches: Place[] = []
  const others: string[] = []
  for await (const match of glob(pattern, { cwd })) {
    const kind = kindOf(resolve(cwd, match))
    if (kind === 'file') matches.push(place(resolve(cwd, match), false))
    else if (kind === 'other') others.push(match)
  }
  if (matches.length > 0) return matches
  throw new TilthError('input', `${input.name}: no file matches '${pattern}'`, {
    hint:
      others[0] === undefined
        ? await nearby(pattern, cwd)
        : `${others[0]} is neither a file nor a link to one; pipes cannot be read by range`,
  })
}

/** The files of a version's kept documents. */
async function shardsOf(
  ref: string,
  { name }: PlanInput,
  store: Store | undefined,
): Promise<readonly Place[]> {
  if (store === undefined) throw new TilthError('input', `${name}: no store to look for ${ref} in`)
  const { dir, manifest } = await store.open(ref)
  const shards = manifest.shards.filter(({ table }) => table === 'kept')
  return shards.map(({ file }) => place(join(dir, file), false))
}

function place(path: string, fromDirectory: boolean, isPassed = false): Place {
  return { uri: pathToFileURL(path).href, fromDirectory, isPassed }
}

/**
 * What is below a directory. Links to files are followed, links to directories are not, so no loop is one.
 * Hidden entries are passed over, and hidden folders are not entered.
 */
async function entriesBelow(dir: string, input: PlanInput): Promise<readonly Place[]> {
  const places: Place[] = []
  const waiting = [dir]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const parent = at
    const entries = await readdir(parent, { withFileTypes: true }).catch((cause: unknown) => {
      throw new TilthError('input', `${input.name}: ${parent} cannot be read: ${reasonOf(cause)}`, {
        hint: 'give its files by name or with a glob, or the right to read the folder',
        cause,
      })
    })
    for (const entry of entries) {
      const path = join(parent, entry.name)
      if (entry.name.startsWith('.')) places.push(place(path, true, true))
      else if (entry.isDirectory()) waiting.push(path)
      else places.push(place(path, true, kindOf(path) !== 'file'))
    }
  }
  return places
}

/** What a path leads to. `none` where it leads nowhere: a broken link, a loop of links, a closed folder. */
function kindOf(path: string): 'file' | 'directory' | 'other' | 'none' {
  try {
    const facts = statSync(path)
    if (facts.isFile()) return 'file'
    return facts.isDirectory() ? 'directory' : 'other'
  } catch {
    return 'none'
  }
}

/** The name of a file as a person wrote it. */
function nameOf(uri: string): string {
  return basename(uri.startsWith('file:///') ? fileURLToPath(uri) : uri)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What there is where a pattern found nothing: `in /data; the folder crawl/ has 12 files, such as x.warc.zst`. */
async function nearby(pattern: string, cwd: string): Promise<string> {
  const fixed = pattern.split(/[*?{[]/)[0] ?? ''
  let dir = resolve(cwd, fixed.endsWith('/') ? fixed : dirname(fixed))
  while (!existsSync(dir)) dir = dirname(dir)
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return `in ${cwd}; the folder ${dir} cannot be read`
  const files = entries.filter((entry) => entry.isFile())
  const example = files[0] === undefined ? '' : `, such as ${files[0].name}`
  return `in ${cwd}; the folder ${dir} has ${files.length} files${example}`
}

import { existsSync, statSync } from 'node:fs'
import { glob, readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { FORMATS, formatForPath, formatNamed } from '../formats/catalogue.ts'
import type { Json } from '../model/document.ts'
import { nearest, TilthError } from '../model/error.ts'
import type { Format } from '../model/record.ts'
import type { Plan, PlanInput } from '../plan/plan.ts'

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

/** Files that a directory held and no format of ours reads, by ending. */
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
 * @param given globs, paths, directories or URLs by input name.
 * @throws TilthError `input` when an input has no file, or a file no format reads.
 */
export async function findInputs(
  plan: Plan,
  given: Readonly<Record<string, readonly string[]>>,
  cwd: string,
): Promise<FoundInputs> {
  const names = plan.inputs.map((input) => input.name)
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue
    const guess = nearest(name, names)
    throw new TilthError('usage', `--input ${name}=...: the recipe has no input ${name}`, {
      hint: guess === undefined ? `its inputs are ${names.join(', ')}` : `did you mean ${guess}?`,
    })
  }
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
      for (const place of await expand(pattern, input, cwd)) {
        if (place.fromDirectory && input.format === 'auto' && formatForPath(place.uri) === undefined) {
          ignored.push(place.uri)
        } else found.add(place.uri)
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
      passed.push({ input: input.name, files: ignored.length, example: basename(example) })
    files.push(...[...found].sort().map((uri) => bindFile(uri, input)))
  }
  return { files, passed }
}

function bindFile(uri: string, input: PlanInput): InputFile {
  const format = input.format === 'auto' ? formatForPath(uri) : formatNamed(input.format)
  if (format === undefined) {
    throw new TilthError('input', `${input.name}: no format reads ${basename(uri)} by its ending`, {
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
}

async function expand(pattern: string, input: PlanInput, cwd: string): Promise<readonly Place[]> {
  if (/^https?:\/\//.test(pattern)) return [{ uri: pattern, fromDirectory: false }]
  if (pattern.startsWith('file:')) return [{ uri: pattern, fromDirectory: false }]
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(pattern)) {
    throw new TilthError('input', `${input.name}: ${pattern}: only files and http(s) are read`)
  }
  const path = resolve(cwd, pattern)
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) return [place(path, false)]
    return filesBelow(path, input)
  }
  const matches: Place[] = []
  for await (const match of glob(pattern, { cwd })) {
    const file = resolve(cwd, match)
    if (!isFile(file)) continue
    matches.push(place(file, false))
  }
  if (matches.length > 0) return matches
  throw new TilthError('input', `${input.name}: no file matches '${pattern}'`, {
    hint: await nearby(pattern, cwd),
  })
}

function place(path: string, fromDirectory: boolean): Place {
  return { uri: pathToFileURL(path).href, fromDirectory }
}

/**
 * Files below a directory. Links to files are followed, links to directories are not, so no loop is one.
 * Hidden entries are passed over.
 */
async function filesBelow(dir: string, input: PlanInput): Promise<readonly Place[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new TilthError('input', `${input.name}: ${dir} cannot be read: ${reasonOf(cause)}`, { cause })
  })
  return entries
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .filter(({ path }) => !/(?:^|\/)\./.test(path.slice(dir.length)))
    .filter(({ entry, path }) => entry.isFile() || (entry.isSymbolicLink() && isFile(path)))
    .map(({ path }) => place(path, true))
}

/** Whether there is a regular file: no directory, no pipe, no broken link. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What there is where a pattern found nothing: `in /data; the folder crawl/ has 12 files, such as x.warc.zst`. */
async function nearby(pattern: string, cwd: string): Promise<string> {
  const fixed = pattern.split(/[*?{[]/)[0] ?? ''
  let dir = resolve(cwd, fixed.endsWith('/') ? fixed : dirname(fixed))
  while (!existsSync(dir)) dir = dirname(dir)
  const files = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile())
  const example = files[0] === undefined ? '' : `, such as ${files[0].name}`
  return `in ${cwd}; the folder ${dir} has ${files.length} files${example}`
}

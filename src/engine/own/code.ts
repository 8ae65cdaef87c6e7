import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { TilthError } from '../../model/error.ts'
import type { OwnCode } from '../../plan/own-stages.ts'
import { localImports } from './local-imports.ts'

const LANGUAGES: Readonly<Record<string, OwnCode['language']>> = {
  '.py': 'python',
  '.ts': 'javascript',
  '.mts': 'javascript',
  '.js': 'javascript',
  '.mjs': 'javascript',
}

/** Files that say which packages, and which versions of them, the code runs with. */
const LOCKS: Readonly<Record<OwnCode['language'], readonly string[]>> = {
  python: [
    'requirements.txt',
    'uv.lock',
    'poetry.lock',
    'Pipfile.lock',
    'pdm.lock',
    'pixi.lock',
    'pylock.toml',
  ],
  javascript: ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'],
}

/**
 * Finds the code that a step names, and hashes it: the file, every file that it imports from beside it, theirs in turn, and the
 * lock files in its folder. Two copies at two places are equal.
 *
 * @throws TilthError `recipe` where the ending is none of a script or module, `input` where it cannot be read.
 */
export function findOwnCode(path: string, cwd: string): OwnCode {
  const language = LANGUAGES[extname(path)]
  if (language === undefined) {
    throw new TilthError(
      'recipe',
      `${path}: a stage of your own is a file that ends in ${Object.keys(LANGUAGES).join(', ')}`,
    )
  }
  const location = resolve(cwd, path)
  return { language, path, location, sha256: hashCode(path, location, language) }
}

/** @throws TilthError `input` where the code is not what it was when the plan was made. */
export function checkOwnCode(step: string, { path, location, language, sha256 }: OwnCode): void {
  if (hashCode(path, location, language) === sha256) return
  throw new TilthError('input', `steps.${step}: ${path} changed since the plan was made`, {
    hint: 'run again to use it as it is now',
  })
}

function hashCode(path: string, location: string, language: OwnCode['language']): string {
  // The file itself goes by its ending: a renamed copy is the same code.
  const own = basename(location)
  const files = codeFiles({ path, location, language })
  const hash = createHash('sha256')
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name === own ? `\0${extname(own)}` : name}\0${bytes.length}\0`)
    hash.update(bytes)
  }
  return hash.digest('hex')
}

/** The files of a user's code, by their path from the folder of the first. */
export function codeFiles({
  path,
  location,
  language,
}: Pick<OwnCode, 'path' | 'location' | 'language'>): ReadonlyMap<string, Buffer> {
  const folder = dirname(location)
  const files = new Map<string, Buffer>()
  const waiting = [location]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const name = relative(folder, file).replaceAll('\\', '/')
    if (files.has(name)) continue
    const bytes = readCode(path, file)
    files.set(name, bytes)
    waiting.push(...localImports(bytes.toString(), file, language))
  }
  for (const lock of LOCKS[language]) {
    const file = join(folder, lock)
    if (existsSync(file)) files.set(lock, readFileSync(file))
  }
  return files
}

function readCode(path: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TilthError('input', `${path} cannot be read: ${reason}`, {
      hint: 'a path in a recipe starts at the folder that the command runs in',
      cause,
    })
  }
}

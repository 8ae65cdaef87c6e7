import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Adds the packages of other platforms to the lock file where the registry that made it does not have
 * them: `npm ci` wants an entry for each, and passes over those of another system. Run it after every
 * change of a dependency; it says what it added.
 */
interface Entry {
  version: string
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const path = 'package-lock.json'
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Entry> }
const added: string[] = []
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] !== undefined) continue
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
    }
    added.push(name)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`)
process.stdout.write(`${added.length} packages of other platforms added\n`)

/** Platform packages are named `...-OS-CPU[-ABI]`. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const match = /(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(name)
  if (match === null) throw new Error(`${name}: not the name of a platform package`)
  const [, os = '', cpu = '', abi = ''] = match
  return { os: [os], cpu: [cpu], ...(abi.startsWith('musl') ? { libc: ['musl'] } : {}) }
}

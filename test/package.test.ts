import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Package {
  readonly name: string
  readonly type: string
  readonly license: string
  readonly bin: Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly engines: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Package
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<
    string,
    { version?: string; license?: string; dev?: boolean; optionalDependencies?: Record<string, string> }
  >
}

describe('the package', () => {
  it('is one ESM package for Node 24, under Apache-2.0, and brings its Node for development', () => {
    expect(manifest).toMatchObject({
      name: 'tilth',
      type: 'module',
      license: 'Apache-2.0',
      engines: { node: '>=24' },
    })
    expect(manifest.devDependencies['node']).toMatch(/^\^?24\./)
    expect(manifest.allowScripts['node']).toBe(true)
    expect(readFileSync('LICENSE', 'utf8')).toMatch(/Apache License\s+Version 2\.0/)
  })

  it('depends on permissive licences only', () => {
    const shipped = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && entry.dev !== true)
    expect(shipped.length).toBeGreaterThan(10)
    for (const [path, entry] of shipped) {
      // What is of another platform is not here; the lock says its licence.
      const license =
        entry.license ??
        (JSON.parse(readFileSync(`${path}/package.json`, 'utf8')) as { license?: string }).license
      expect(license, path).toMatch(/^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0)/)
    }
  })

  it('has a lock entry for every platform package, so that npm ci works everywhere', () => {
    const optional = Object.values(lock.packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}),
    )
    expect(optional.length).toBeGreaterThan(5)
    for (const name of optional) expect(lock.packages[`node_modules/${name}`], name).toBeDefined()
  })

  it('exports what it says, and ships the recipes', () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    )
    for (const target of targets) {
      if (target.startsWith('./dist/'))
        expect(existsSync(target.replace('./dist/', 'src/').replace(/(\.d)?\.[jt]s$/, '.ts')), target).toBe(
          true,
        )
      else expect(existsSync(target), target).toBe(true)
    }
    expect(manifest.files).toContain('recipes')
    expect(existsSync(manifest.bin['tilth'] ?? '')).toBe(true)
  })
})

describe('the command under an older Node', () => {
  it('says what it needs in one line, and loads nothing', () => {
    const code = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); import('${process.cwd()}/bin/tilth.js')`
    const ran = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
    expect(ran.stderr.trim().split('\n')).toHaveLength(1)
    expect(ran.stderr).toMatch(/tilth needs Node 24 or newer, and this is Node 20\.1\.0/)
    expect(ran.status).toBe(2)
  })

  it('is checked by a script that ES5 engines can parse', () => {
    const script = readFileSync('bin/tilth.js', 'utf8')
    expect(script).not.toMatch(/=>|\bconst\b|\blet\b|`|\?\./)
    expect(execFileSync(process.execPath, ['--check', 'bin/tilth.js'], { encoding: 'utf8' })).toBe('')
  })
})

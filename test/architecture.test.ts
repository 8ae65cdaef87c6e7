import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Folders from the inside out: each may import itself and the ones it lists. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: [],
  text: ['model'],
  kernels: [],
  learn: ['model', 'text', 'kernels', 'tokenizers'],
  dedup: ['model', 'text', 'kernels'],
  tokens: ['model', 'text'],
  tokenizers: ['model', 'text', 'kernels'],
  contamination: ['model', 'text'],
  html: ['model', 'text', 'learn'],
  'personal-data': ['model', 'text'],
  rules: ['model', 'text', 'kernels', 'learn'],
  stages: ['model', 'text', 'learn', 'dedup', 'contamination', 'html', 'personal-data', 'rules'],
  formats: ['model', 'text'],
  plan: ['model', 'stages'],
  store: ['model', 'formats'],
  engine: [
    'model',
    'text',
    'learn',
    'kernels',
    'tokenizers',
    'dedup',
    'contamination',
    'tokens',
    'personal-data',
    'stages',
    'formats',
    'plan',
    'store',
  ],
  report: ['model', 'text', 'personal-data', 'store'],
  cli: [
    'model',
    'text',
    'tokenizers',
    'dedup',
    'contamination',
    'html',
    'stages',
    'formats',
    'plan',
    'store',
    'engine',
    'report',
    'index.ts',
  ],
  'index.ts': ['model', 'html', 'stages', 'formats', 'plan', 'store', 'engine', 'report'],
}

/** Folders whose code touches neither files, network nor clock. */
const PURE = new Set([
  'model',
  'text',
  'kernels',
  'learn',
  'tokenizers',
  'dedup',
  'tokens',
  'contamination',
  'html',
  'personal-data',
  'rules',
  'stages',
  'plan',
])

/** Packages of gRPC and Arrow, which only the engine for Spark may import. */
const SPARK_PACKAGES = /^(@connectrpc\/|@bufbuild\/|apache-arrow$)/

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.endsWith('.d.ts'))

/** Every module name that a file imports, re-exports or loads on demand. */
function importsOf(file: string): string[] {
  const code = readFileSync(`src/${file}`, 'utf8')
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

describe('architecture', () => {
  it('finds the source', () => expect(files.length).toBeGreaterThan(5))

  it('sees imports of every form', () => {
    expect(files.flatMap(importsOf).length).toBeGreaterThan(10)
  })

  it.each(files)('%s imports only what its folder may', (file) => {
    const folder = file.split('/')[0] ?? ''
    const listed = MAY_IMPORT[folder]
    expect(listed, `src/${folder} is not in the table`).toBeDefined()
    const allowed = [folder, ...(listed ?? [])]
    for (const name of importsOf(file)) {
      // Everything else must load without them, at once and on machines without a cluster.
      if (!file.startsWith('engine/spark/'))
        expect(name, `${file} loads Spark's packages`).not.toMatch(SPARK_PACKAGES)
      if (name.startsWith('.')) {
        const target = posix.join(posix.dirname(file), name).split('/')[0]
        expect(allowed, `${file} imports ${name}`).toContain(target)
      } else if (PURE.has(folder)) {
        expect(name, `${file} is pure`).not.toMatch(/^node:(?!buffer$|crypto$)/)
      }
    }
  })
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const PROGRAM = new URL(`./executor/entry.${EXTENSION}`, import.meta.url)
/** What users' modules import as `tilth`. */
export const LIBRARY = new URL(`../../index.${EXTENSION}`, import.meta.url)
/** Some packages ask for Node's own modules in the way of CommonJS. */
const BANNER =
  "import{createRequire as tilthRequire}from'node:module';const require=tilthRequire(import.meta.url);"

/**
 * A module as one file, with every package that it imports, so that nothing but Node must be where it runs.
 *
 * @param ours packages that are taken from here, wherever the module is.
 */
export async function bundle(path: string, ours: Readonly<Record<string, URL>> = {}): Promise<Uint8Array> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    alias: Object.fromEntries(Object.entries(ours).map(([name, url]) => [name, fileURLToPath(url)])),
    banner: { js: BANNER },
    write: false,
    logLevel: 'silent',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`${path} gave no bundle`)
  return file.contents
}

/** The program of executors. */
export function bundleExecutor(): Promise<Uint8Array> {
  return bundle(fileURLToPath(PROGRAM))
}

/** The module that Spark's Python workers load. */
export function bridgeModule(): Uint8Array {
  return readFileSync(new URL('./bridge/tilth_bridge.py', import.meta.url))
}

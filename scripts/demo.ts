import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'

/**
 * Makes a training set from real text that every installation has: the documentation of the packages
 * below node_modules, with its READMEs, HTML pages and licences, full of copies.
 */
const store = '.tilth/demo'
if (existsSync(store)) rmSync(store, { recursive: true })

process.stdout.write('$ tilth run documents --input files=node_modules\n\n')
const run = tilth('run', 'documents', '--input', 'files=node_modules')
if (run.status !== 0) process.exit(run.status ?? 1)
process.stdout.write(`
Open the report in a browser, or try, with node_modules/.bin/node bin/tilth.js --store ${store} in place of tilth:
  tilth show documents --rejected duplicate-record
  tilth export documents --to jsonl --out my-dataset
`)

function tilth(...args: readonly string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, ['bin/tilth.js', '--store', store, ...args], { stdio: 'inherit' })
}

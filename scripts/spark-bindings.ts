import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Makes `src/engine/spark/connect/gen` from the protocol files inside the jar of a pyspark package, such as the one that `tilth spark start`
 * installs: `npm run spark-bindings -- .tilth/spark/venv/lib/python3.11/site-packages/pyspark`. The output is in git. Run it where the
 * pinned version of Spark changes. The generator is installed for this run alone, because it is larger than all that the project needs
 * each day.
 */
const GENERATOR = ['@bufbuild/buf@1.75.0', '@bufbuild/protoc-gen-es@2.17.0']
const TARGET = 'src/engine/spark/connect/gen'

const home = process.argv[2]
if (home === undefined) throw new Error('name the folder of a pyspark package, the one with jars/')
const jar = readdirSync(join(home, 'jars')).find((name) => /^spark-connect_[\d.]+-[\d.]+\.jar$/.test(name))
if (jar === undefined) throw new Error(`${home}/jars: no spark-connect jar`)

const work = mkdtempSync(join(tmpdir(), 'spark-bindings-'))
try {
  const run = (command: string, ...args: readonly string[]): void =>
    void execFileSync(command, args, { cwd: work, stdio: 'inherit' })
  writeFileSync(join(work, 'package.json'), '{"private":true}')
  run('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...GENERATOR)
  const wanted = ['spark/connect/*.proto', 'google/rpc/error_details.proto']
  run('unzip', '-q', resolve(home, 'jars', jar), ...wanted, '-d', 'proto')
  rmSync(join(work, 'proto/spark/connect/example_plugins.proto'), { force: true })
  writeFileSync(join(work, 'buf.yaml'), 'version: v2\nmodules:\n  - path: proto\n')
  writeFileSync(join(work, 'buf.gen.yaml'), generatorSettings())
  // The package starts its binary by a script of its installation, which has not been run.
  run(`node_modules/@bufbuild/buf-${process.platform}-${process.arch}/bin/buf`, 'generate')
  rmSync(TARGET, { recursive: true, force: true })
  for (const folder of ['spark/connect', 'google/rpc'])
    cpSync(join(work, 'gen', folder), TARGET, { recursive: true })
  writeFileSync(join(TARGET, 'source.json'), `${JSON.stringify({ jar }, undefined, 2)}\n`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
const files = readdirSync(TARGET)
const bytes = files.reduce((sum, file) => sum + readFileSync(join(TARGET, file)).length, 0)
process.stdout.write(`${TARGET}: ${files.length} files, ${bytes} bytes, of ${jar}\n`)

function generatorSettings(): string {
  return `version: v2
plugins:
  - local: ["${process.execPath}", "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es"]
    out: gen
    opt: [target=ts, import_extension=ts, erasable_syntax=true]
`
}

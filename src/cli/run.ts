import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { findInputs } from '../engine/inputs.ts'
import { loadRecipe } from '../engine/recipes.ts'
import type { Manifest } from '../model/version.ts'
import { visibleLine } from '../report/visible.ts'
import type { Store } from '../store/store.ts'
import { openVersion, rejectedRows, type Version } from '../store/version.ts'
import { type EngineFlags, engineOf, engineOptions } from './engine-of.ts'
import { mostFor } from './funnel.ts'
import { boundsOf, inputsOf, type PlanFlags, planCommand, ratioOf, storeOf } from './options.ts'
import { writeReport } from './report.ts'
import { idleLines, resultJson, summary } from './run-output.ts'
import { count, counted, paint, shortPath, styleOf } from './terminal.ts'
import { watched } from './watched.ts'

interface RunFlags extends PlanFlags, EngineFlags {
  readonly store: string
  readonly sample?: string
  readonly verifyInputs?: boolean
  readonly json?: boolean
}

export function register(program: Command): void {
  engineOptions(planCommand(program, 'run'))
    .description('Run a recipe: read its inputs, and write the next version of its dataset.')
    .option('--sample <share>', 'draw a share of the main input, such as 1%, into the dataset NAME-sample')
    .option('--verify-inputs', 'hash every input again, even if path, size and time are unchanged')
    .option('--json', 'print one line of JSON at the end; progress goes to standard error')
    .addHelpText('after', HELP)
    .action(async (recipe: string, _: unknown, command: Command) => {
      await run(recipe, command.optsWithGlobals<RunFlags>())
    })
}

const HELP = `
A run that was stopped, however hard, goes on where it stood when the same command is given again.
The same command on the same inputs does nothing; with one more file it reads that file.

Examples:
  tilth run gpt1-books --input books=library/
  tilth run my-recipe.yaml --input pages='crawl/*.warc.gz' --memory 4G
  tilth run gpt2-webtext --input ... --sample 1%
  tilth run fineweb-like --input pages='/mnt/crawl/*.warc.gz' --engine spark --master sc://HOST:15002`

async function run(recipe: string, flags: RunFlags): Promise<void> {
  const engine = await engineOf(flags)
  const store = storeOf(flags)
  const loaded = await loadRecipe(recipe, flags.set, process.cwd(), store)
  if ('parts' in loaded) {
    // What parts make is much code, which other recipes do without.
    const { runRecipeOfParts } = await import('./run-parts.ts')
    return await runRecipeOfParts(loaded.parts, flags, store, engine)
  }
  const { plan } = loaded
  const found = await findInputs(plan, inputsOf(flags.input), process.cwd(), store)
  const style = styleOf(process.stderr, process.env)
  const say = (text: string): void => void process.stderr.write(text)
  for (const { input, files, example } of found.passed) {
    say(
      `${paint('note', 'accent', style)}: ${input}: passed over ${counted(files, 'file')} that no format reads, such as ${visibleLine(example)}\n`,
    )
  }
  const result = await watched((watch) =>
    engine.run(plan, found, store, {
      ...boundsOf(flags),
      ...(flags.sample === undefined ? {} : { sampleRatio: ratioOf(flags.sample, '--sample') }),
      verifyInputs: flags.verifyInputs === true,
      ...watch,
    }),
  )
  const version = await openVersion(result.dir)
  const written = join(version.dir, 'report.html')
  const report =
    result.upToDate && existsSync(written)
      ? shortPath(written, process.cwd())
      : await writeReport(version, store)
  if (flags.json) {
    for (const warning of idleLines(result.manifest)) say(`warning: ${warning}\n`)
    process.stdout.write(`${JSON.stringify(resultJson(result.manifest))}\n`)
    return
  }
  if (result.upToDate) process.stdout.write(`${version.ref} is up to date${newer(store, result.manifest)}\n`)
  else process.stdout.write(summary(result.manifest, styleOf(process.stdout, process.env)))
  for (const warning of idleLines(result.manifest)) say(`warning: ${warning}\n`)
  for (const warning of await failures(version))
    say(`warning: ${warning}\n         tilth show ${version.ref} --rejected failed\n`)
  process.stdout.write(`\nreport  ${report}\nwhy     tilth why ${version.ref} ID_OR_URL\n`)
}

/** Says so where another recipe or other inputs have written a later version since. */
function newer(store: Store, { name, number }: Manifest): string {
  const latest = store.numbers(name).at(-1) ?? number
  return latest > number ? ` (the latest version is ${name}@${latest})` : ''
}

/** Lines on what failed, by step, with the reasons of failures alone. */
async function failures(version: Version): Promise<readonly string[]> {
  const steps = version.manifest.steps.filter((step) => step.failed > 0)
  if (steps.length === 0) return []
  const reasons = new Map<string, Record<string, number>>()
  for await (const { kind, step, reason } of rejectedRows(version, ['kind', 'step', 'reason'])) {
    if (kind !== 'failed') continue
    const counts = reasons.get(step) ?? {}
    counts[reason] = (counts[reason] ?? 0) + 1
    reasons.set(step, counts)
  }
  return steps.map(
    ({ name, failed, in: all }) =>
      `${name}: ${count(failed)} of ${count(all)} failed: ${mostFor({ reasons: reasons.get(name) ?? {} })}`,
  )
}

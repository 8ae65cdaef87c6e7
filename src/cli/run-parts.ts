import type { Engine } from '../engine/engine.ts'
import { type PartResult, runParts } from '../engine/parts/run-parts.ts'
import { TilthError } from '../model/error.ts'
import type { PartsRecipe } from '../plan/parts.ts'
import type { Store } from '../store/store.ts'
import { openVersion } from '../store/version.ts'
import { stopped } from './interrupt.ts'
import { boundsOf, inputsOf, type PlanFlags } from './options.ts'
import { writeReport } from './report.ts'
import { rowProgress } from './row-progress.ts'
import { idleLines, resultJson, summary } from './run-output.ts'
import { bytes, counted, paint, styleOf, table } from './terminal.ts'
import { watched } from './watched.ts'

interface Flags extends PlanFlags {
  readonly sample?: string
  readonly verifyInputs?: boolean
  readonly json?: boolean
}

/** Runs a recipe of parts: each with its progress and its funnel, and a table of all at the end. */
export async function runRecipeOfParts(
  recipe: PartsRecipe,
  flags: Flags,
  store: Store,
  engine: Engine,
): Promise<void> {
  if (flags.sample !== undefined) {
    throw new TilthError(
      'usage',
      `--sample: ${recipe.name} has parts, and a share of one is no share of another`,
      {
        hint: 'run it on fewer files',
      },
    )
  }
  const style = styleOf(process.stderr, process.env)
  const say = (text: string): void => void process.stderr.write(text)
  const stop = new AbortController()
  // A part that is a run stops itself.
  let letGo = (): void => undefined
  const bounds = { ...boundsOf(flags), signal: stop.signal }
  const view = rowProgress()
  const results = await runParts(recipe, {
    inputs: inputsOf(flags.input),
    store,
    cwd: process.cwd(),
    bounds,
    run: (_, plan, found) =>
      watched((watch) =>
        engine.run(plan, found, store, {
          ...bounds,
          verifyInputs: flags.verifyInputs === true,
          ...watch,
        }),
      ),
    begun: ({ name, kind }, number) => {
      if (kind === 'make') letGo = stopped(stop).letGo
      say(`\n${paint(`${number + 1}/${recipe.parts.length} ${name}`, 'strong', style)}\n`)
    },
    progress: (_, what, done, total) => view.show(what, done, total),
    made: ({ name }, made) => {
      letGo()
      view.end()
      if (made.upToDate) say(`${made.ref} is up to date\n`)
      else if (made.kind !== 'documents') say(`${made.ref}   ${made.summary}\n`)
      for (const warning of made.warnings) say(`${paint('warning', 'accent', style)}: ${name}: ${warning}\n`)
    },
  })
  const reports = new Map<string, string>()
  for (const { part, run } of results) {
    if (run === undefined) continue
    if (!run.upToDate) say(`\n${paint(part, 'strong', style)}\n${summary(run.manifest, style)}`)
    for (const warning of idleLines(run.manifest))
      say(`${paint('warning', 'accent', style)}: ${part}: ${warning}\n`)
    reports.set(part, await writeReport(await openVersion(run.dir), store))
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ parts: results.map(partJson) })}\n`)
  else process.stdout.write(shown(results, reports))
}

function partJson({ part, made, run }: PartResult): object {
  return { part, ...made, ...(run === undefined ? {} : resultJson(run.manifest)) }
}

function shown(results: readonly PartResult[], reports: ReadonlyMap<string, string>): string {
  return `\n${table(
    results,
    [
      { title: 'part', cell: ({ part }) => part },
      { title: 'made', cell: ({ made }) => made.ref },
      { title: '', cell: ({ made }) => (made.upToDate ? 'up to date' : '') },
      { title: 'report', cell: ({ part }) => reports.get(part) ?? '' },
      { title: 'what', cell: whatOf },
    ],
    styleOf(process.stdout, process.env),
  )}`
}

function whatOf({ made, run }: PartResult): string {
  const last = run?.manifest.steps.at(-1)
  return last === undefined ? made.summary : `${counted(last.out, 'document')}, ${bytes(last.bytesOut)} text`
}

import type { Command } from 'commander'
import { applyRetune } from '../engine/retune/apply.ts'
import { previewRetune } from '../engine/retune/preview.ts'
import { openVersion } from '../store/version.ts'
import { boundsOf, collect, storeOf } from './options.ts'
import { writeReport } from './report.ts'
import { changedSizes, previewJson, shownPreview } from './retune-preview.ts'
import { resultJson, summary } from './run-output.ts'
import { styleOf } from './terminal.ts'
import { watched } from './watched.ts'

interface RetuneFlags {
  readonly store: string
  readonly set?: readonly string[]
  readonly apply?: boolean
  readonly workers?: string
  readonly memory?: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('retune')
    .argument('<version>', 'NAME, NAME@NUMBER or NAME@TAG')
    .description('Say which documents other limits of filters would gain and lose, or make that version.')
    .requiredOption(
      '--set <steps.name.option=value>',
      'another limit of a filter, such as steps.quality.minWords=80; repeatable',
      collect,
    )
    .option('--apply', 'make the new version')
    .option('--workers <n>', 'worker threads at most (default: the number of cores)')
    .option('--memory <size>', 'promise on the peak resident size, such as 512M')
    .option('--json', 'print one line of JSON')
    .addHelpText('after', HELP)
    .action(async (ref: string, _: unknown, command: Command) => {
      await retune(ref, command.optsWithGlobals<RetuneFlags>())
    })
}

const HELP = `
The preview reads stored signals alone: no text is measured again and no input is opened. A document that
is let back in has not been seen by the steps behind the one that had dropped it; the preview says how many
these are and which steps. --apply takes them through those steps, and makes the version that a run of the
recipe with the same --set would make. Steps before the first changed group or join are not run again.

A limit over signals that were imported (tilth signals import), as in signals.toxicity.score<=0.2, is one of
the step that takes them, and of a new last step where none does: use: imported-signals in a recipe.

Examples:
  tilth retune webtext --set steps.quality.minWords=80
  tilth retune webtext@3 --set steps.quality.minWords=80 --set steps.karma.minScore=5 --apply
  tilth retune webtext --set 'signals.toxicity.score<=0.2' --apply`

async function retune(ref: string, flags: RetuneFlags): Promise<void> {
  const store = storeOf(flags)
  const version = await store.open(ref)
  const bounds = boundsOf(flags)
  const { plan, preview } = await previewRetune(version, flags.set ?? [], bounds)
  const sizes = await changedSizes(preview)
  const style = styleOf(process.stdout, process.env)
  if (flags.json !== true) process.stdout.write(shownPreview(preview, sizes, style))
  if (flags.apply !== true) {
    if (flags.json) process.stdout.write(`${JSON.stringify(previewJson(preview, sizes))}\n`)
    return
  }
  const result = await watched((watch) => applyRetune(version, plan, store, { ...bounds, ...watch }))
  const made = await openVersion(result.dir)
  const report = await writeReport(made, store)
  if (flags.json) {
    const applied = resultJson(result.manifest)
    process.stdout.write(`${JSON.stringify({ ...previewJson(preview, sizes), applied })}\n`)
    return
  }
  process.stdout.write(
    result.upToDate ? `\n${made.ref} is this version already\n` : `\n${summary(result.manifest, style)}`,
  )
  process.stdout.write(`\nreport  ${report}\ndiff    tilth diff ${version.ref} ${made.ref}\n`)
}

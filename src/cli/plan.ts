import type { Command } from 'commander'
import { diskNeed, diskWarning } from '../engine/disk-need.ts'
import { type Estimate, estimate } from '../engine/estimate.ts'
import { findInputs } from '../engine/inputs.ts'
import { budget } from '../engine/memory.ts'
import { loadRecipe } from '../engine/recipes.ts'
import { type Plan, planKey } from '../plan/plan.ts'
import { boundsOf, inputsOf, type PlanFlags, planCommand, storeOf } from './options.ts'
import { bytes, count, counted, duration, percent, styleOf, table } from './terminal.ts'

const HELP = `
Of a recipe of parts, such as gpt3, those are measured that read files alone; what the others will take depends on what these find, and is
known when they have run. All that can be checked before a run is.`

export function register(program: Command): void {
  planCommand(program, 'plan')
    .description('Say what a run would do and take: segments, time, memory and disk, from a measured sample.')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (recipe: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<PlanFlags & { store: string; json?: boolean }>()
      const store = storeOf(flags)
      const loaded = await loadRecipe(recipe, flags.set, process.cwd(), store)
      if ('parts' in loaded) {
        const { planOfParts } = await import('./plan-parts.ts')
        return await planOfParts(loaded.parts, flags, store)
      }
      const { plan } = loaded
      const found = await findInputs(plan, inputsOf(flags.input), process.cwd(), store)
      const { workers, memoryBytes } = boundsOf(flags)
      const bounds = budget(
        memoryBytes,
        workers,
        Math.max(...plan.inputs.map((input) => input.maxRecordBytes)),
      )
      const estimated = await estimate(plan, found, bounds)
      const need = diskNeed(estimated, store)
      const warning = diskWarning(need, store)
      if (flags.json) {
        const { segments } = plan
        process.stdout.write(
          `${JSON.stringify({ plan: planKey(plan), workers: bounds.workers, segments, ...estimated, roomBytes: need.room })}\n`,
        )
      } else process.stdout.write(shown(plan, bounds.workers, estimated))
      if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`)
    })
}

function shown(plan: Plan, workers: number, estimated: Estimate): string {
  const total = estimated.inputs.reduce((sum, input) => sum + input.bytes, 0)
  const head = [
    `plan ${planKey(plan).slice(0, 8)}`,
    `${counted(estimated.inputs.length, 'input')}, ${bytes(total)}`,
    `about ${duration(estimated.seconds)} on ${workers} workers (${duration(estimated.cpuSeconds)} of CPU)`,
    `${bytes(estimated.memoryBytes)} memory`,
    `${bytes(estimated.diskBytes)} disk`,
  ].join('   ')
  const inputs = estimated.inputs.map(
    (input) => `input  ${input.name}: ${counted(input.files, 'file')}, ${bytes(input.bytes)}`,
  )
  const segments = plan.segments.map(
    (segment, index) => `${String(index + 1).padStart(2)}  ${describe(plan, segment)}`,
  )
  const { records, bytes: sampled, cpuSeconds } = estimated.sample
  const steps = table(
    estimated.steps,
    [
      { title: 'step', cell: (step) => step.name },
      { title: 'in', cell: (step) => count(step.in), align: 'right' },
      { title: 'kept', cell: (step) => (step.in === 0 ? '-' : percent(step.kept / step.in)), align: 'right' },
      { title: 'text', cell: (step) => bytes(step.bytesOut), align: 'right' },
    ],
    styleOf(process.stdout, process.env),
  )
  return [
    head,
    ...inputs,
    '',
    ...segments,
    '',
    `measured on ${counted(records, 'record')}, ${bytes(sampled)}, in ${duration(cpuSeconds)} of CPU:`,
    steps.trimEnd(),
    ...estimated.exchanges.map(
      ({ step, documents, keyBytes, indexBytes, spillBytes, memoryBytes }) =>
        `exchange ${step}: ${count(Math.round(documents))} documents, ${bytes(keyBytes)} of keys, ` +
        (indexBytes === 0 ? '' : `${bytes(indexBytes)} of indexes, `) +
        `${bytes(spillBytes)} more disk until it is done, ${bytes(memoryBytes)} memory`,
    ),
    ...estimated.notes.map((note) => `note: ${note}`),
    '',
  ].join('\n')
}

function describe(plan: Plan, segment: Plan['segments'][number]): string {
  const name = (index: number): string => plan.steps[index]?.name ?? ''
  if (segment.kind === 'exchange') return `exchange by key: ${name(segment.step)}`
  if (segment.kind === 'index') return `read ${segment.input} for the keys of ${name(segment.step)}`
  const steps = segment.steps.map(name).join(' → ')
  if (segment.source.kind === 'inputs')
    return `read ${segment.source.inputs.join(', ')}: ${steps || 'nothing'}`
  return `${segment.source.kind === 'matches' ? 'read the matched records: ' : ''}${steps || 'write'}`
}

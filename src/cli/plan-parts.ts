import { diskWarning } from '../engine/disk-need.ts'
import { estimateParts, type PartsEstimate } from '../engine/parts/estimate-parts.ts'
import { type Part, type PartsRecipe, references } from '../plan/parts.ts'
import type { Store } from '../store/store.ts'
import { boundsOf, inputsOf, type PlanFlags } from './options.ts'
import { bytes, counted, duration, styleOf, table } from './terminal.ts'

/** Says what each part of a recipe does, and where inputs are given what it will take, as far as it can be known. */
export async function planOfParts(
  recipe: PartsRecipe,
  flags: PlanFlags & { readonly json?: boolean },
  store: Store,
): Promise<void> {
  const inputs = inputsOf(flags.input)
  const missing = Object.entries(recipe.inputs).filter(
    ([input, { files }]) => (inputs[input] ?? files).length === 0,
  )
  const isOutline = missing.length > 0 && flags.input === undefined
  const given = { inputs, store, cwd: process.cwd() }
  const estimated = isOutline ? undefined : await estimateParts(recipe, given, boundsOf(flags))
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ ...recipe, estimate: estimated ?? null })}\n`)
    return
  }
  process.stdout.write(shown(recipe, estimated))
  if (isOutline) {
    const names = missing.map(([input]) => `--input ${input}=GLOB`).join(' ')
    process.stdout.write(`\nnote: with ${names}, it measures what parts will take\n`)
    return
  }
  const need = estimated && {
    likely: estimated.diskBytes,
    least: 0,
    room: estimated.roomBytes ?? Number.POSITIVE_INFINITY,
  }
  const warning = need && diskWarning(need, store)
  if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`)
}

function shown(recipe: PartsRecipe, estimated: PartsEstimate | undefined): string {
  const of = ({ name }: Part) => estimated?.parts.find(({ part }) => part === name)
  const rows = table(
    recipe.parts,
    [
      { title: 'part', cell: (part) => part.name },
      { title: 'reads', cell: (part) => reads(part).join(', ') },
      { title: 'does', cell: does },
      ...(estimated === undefined
        ? []
        : [
            { title: 'time', cell: (part: Part) => timeOf(of(part)), align: 'right' as const },
            {
              title: 'memory',
              cell: (part: Part) => bytesOf(of(part)?.estimate?.memoryBytes),
              align: 'right' as const,
            },
            {
              title: 'disk',
              cell: (part: Part) => bytesOf(of(part)?.estimate?.diskBytes),
              align: 'right' as const,
            },
          ]),
    ],
    styleOf(process.stdout, process.env),
  )
  return estimated === undefined ? rows : `${rows}\n${summary(estimated)}`
}

function summary({ parts, seconds, cpuSeconds, memoryBytes, diskBytes }: PartsEstimate): string {
  const measured = parts.filter(({ estimate }) => estimate !== null)
  const waiting = parts.filter(({ estimate }) => estimate === null)
  const lines = [
    `${measured.length} of ${counted(parts.length, 'part')} measured on samples: about ${duration(seconds)} (${duration(cpuSeconds)} of CPU), ${bytes(memoryBytes)} memory, ${bytes(diskBytes)} disk`,
    ...notesOf(measured),
  ]
  if (waiting.length > 0) {
    lines.push(
      `note: not measured, as they read what other parts have not written yet: ${waiting.map(({ part }) => part).join(', ')}`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** Notes, each with the parts that it is of. */
function notesOf(parts: PartsEstimate['parts']): readonly string[] {
  const notes = new Map<string, string[]>()
  for (const { part, estimate } of parts)
    for (const note of estimate?.notes ?? []) notes.set(note, [...(notes.get(note) ?? []), part])
  return [...notes].map(([note, of]) => `note: ${of.join(', ')}: ${note}`)
}

function timeOf(part: PartsEstimate['parts'][number] | undefined): string {
  return part?.estimate ? duration(part.estimate.seconds) : '-'
}

function bytesOf(value: number | undefined): string {
  return value === undefined ? '-' : bytes(value)
}

function reads(part: Part): readonly string[] {
  return part.kind === 'make' ? references(part).map((of) => `part:${of}`) : Object.values(part.inputs)
}

function does(part: Part): string {
  if (part.kind === 'run') return `run ${part.run}`
  if (part.kind === 'make') return `make ${part.make}`
  return part.steps.map((step) => step.name ?? step.use).join(' → ')
}

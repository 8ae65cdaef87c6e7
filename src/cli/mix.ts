import type { Command } from 'commander'
import {
  type MixtureFile,
  type MixtureOptions,
  makeMixture,
  mixtureOptions,
  planMix,
} from '../engine/tokens/mix.ts'
import { TilthError } from '../model/error.ts'
import { mixtureTable } from './mixture-table.ts'
import { collect, storeOf, wholeNumber } from './options.ts'
import { rowProgress } from './row-progress.ts'
import { paint, styleOf } from './terminal.ts'

interface Flags {
  readonly store: string
  readonly source?: readonly string[]
  readonly epochs?: readonly string[]
  readonly preset?: string
  readonly budget?: string
  readonly sequence?: string
  readonly temperature?: string
  readonly maxEpochs?: string
  readonly seed?: string
  readonly write?: string
  readonly name: string
  readonly plan?: boolean
  readonly workers?: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('mix')
    .description('Mix token sets: which sequence of which source a training run sees when.')
    .option(
      '--source <[name=]set[=weight]>',
      'a token set (tilth tokenize), what to call it, and its weight; repeatable',
      collect,
    )
    .option(
      '--epochs <[name=]set=times>',
      'a token set, what to call it, and how often it is seen, in place of weights; repeatable',
      collect,
    )
    .option('--preset <name>', 'published weights by the names of the sources: gpt3')
    .option('--budget <tokens>', 'tokens of the mixture, such as 300B, 20M or 5000')
    .option('--sequence <tokens>', 'tokens of a sequence (default: 2048)')
    .option(
      '--temperature <number>',
      'without weights: sets weigh as their tokens to the power of 1/this (default: 1)',
    )
    .option('--max-epochs <times>', 'see no set more often; what is over goes to the others')
    .option('--seed <number>', 'seed of the order (default: 0)')
    .option('--write <what>', 'order, or bin for the tokens in that order as well (default: order)')
    .option('--name <name>', 'name of the mixture in the store', 'mixture')
    .option('--plan', 'show what it would have, and make nothing')
    .option('--workers <n>', 'worker threads at most (default: the number of cores)')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (_: unknown, command: Command) => {
      await mix(command.optsWithGlobals<Flags>())
    })
}

const HELP = `
Weights are divided by their sum. Within an epoch no sequence is seen twice. The sets stay as they are: other
weights cost no tokenising. order.npy is a row of source and sequence for each step of training; any row is
found alone, so that a run goes on at any step with any number of processes. All is counted in whole sequences.
What stands last is a weight where it is a number, and a set where it is none; SET@NUMBER is always a set.

Examples, on the token sets of the recipe gpt3:
  tilth mix --source webtext-tokens=0.22 --source wikipedia-tokens=0.03 --budget 20M
  tilth mix --preset gpt3 --source common-crawl=common-crawl-tokens --source webtext=webtext-tokens \\
            --source books=books-tokens --source wikipedia=wikipedia-tokens --plan
  tilth mix --epochs books-tokens=2 --epochs wikipedia-tokens=3 --write bin`

async function mix(flags: Flags): Promise<void> {
  const store = storeOf(flags)
  const options = optionsOf(flags)
  const style = styleOf(process.stdout, process.env)
  if (flags.plan === true) {
    const { file } = planMix(store, options)
    process.stdout.write(flags.json ? `${JSON.stringify(file)}\n` : shown(file, flags))
    return
  }
  const view = rowProgress()
  const bounds =
    flags.workers === undefined ? {} : { workers: wholeNumber(flags.workers, '--workers', 1, 1024) }
  const made = await makeMixture(flags.name, options, { store, bounds, progress: view.show })
  view.end()
  const { artefact, mixture, upToDate } = made
  if (flags.json) {
    process.stdout.write(
      `${JSON.stringify({ ref: artefact.ref, dir: artefact.files, upToDate, ...mixture })}\n`,
    )
    return
  }
  const head = upToDate ? `${artefact.ref} is up to date` : paint(artefact.ref, 'strong', style)
  process.stdout.write(`${shown(mixture, flags)}${head}   ${artefact.files}\n`)
}

/** @throws TilthError `usage`. */
function optionsOf(flags: Flags): MixtureOptions {
  const weighted = (flags.source ?? []).map((each) => sourceOf(each, 'weight', '--source'))
  const repeated = (flags.epochs ?? []).map((each) => sourceOf(each, 'epochs', '--epochs'))
  const number = (text: string | undefined, option: string): number | undefined =>
    text === undefined ? undefined : numberOf(text, option)
  const result = mixtureOptions.safeParse({
    sources: [...weighted, ...repeated],
    preset: flags.preset,
    budget: number(flags.budget, '--budget'),
    sequence: number(flags.sequence, '--sequence'),
    temperature: number(flags.temperature, '--temperature'),
    maxEpochs: number(flags.maxEpochs, '--max-epochs'),
    seed: number(flags.seed, '--seed'),
    write: flags.write,
  })
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue?.path[0] === 'sources') {
    throw new TilthError('usage', 'no sources given', { hint: '--source SET=WEIGHT, or --epochs SET=TIMES' })
  }
  const option = String(issue?.path[0]).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new TilthError('usage', `--${option}: ${issue?.message.replace(/^Invalid (?:option|input): /, '')}`)
}

/** `SET`, `SET=NUMBER`, `NAME=SET` or `NAME=SET=NUMBER`. */
function sourceOf(text: string, kind: 'weight' | 'epochs', option: string): object {
  const words = text.split('=')
  const last = words.at(-1) ?? ''
  const hasNumber = words.length === 3 || (words.length === 2 && (kind === 'epochs' || NUMBER.test(last)))
  const [of = '', name, ...more] = (hasNumber ? words.slice(0, -1) : words).reverse()
  if (words.includes('') || more.length > 0 || (kind === 'epochs' && !hasNumber)) {
    throw new TilthError(
      'usage',
      `${option} ${text}: expected ${kind === 'epochs' ? 'SET=TIMES or NAME=SET=TIMES' : 'SET, SET=WEIGHT, NAME=SET or NAME=SET=WEIGHT'}`,
    )
  }
  return {
    of,
    ...(name === undefined ? {} : { name }),
    ...(hasNumber ? { [kind]: numberOf(last, `${option} ${of}`) } : {}),
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, b: 1e9, t: 1e12 }

const NUMBER = /^(\d+(?:\.\d+)?|\.\d+)([kmbt]?)$/i

/** A number with a unit of tokens: `300B`. */
function numberOf(text: string, option: string): number {
  const match = NUMBER.exec(text)
  if (match === null)
    throw new TilthError('usage', `${option} ${text}: expected a number, such as 300B or 0.22`)
  return Number(match[1]) * (UNITS[match[2]?.toLowerCase() ?? ''] ?? 1)
}

function shown(file: MixtureFile, { preset }: Flags): string {
  const note = preset === undefined ? '' : 'published weights add to 101 %, and are divided by their sum\n'
  return `${mixtureTable(file, styleOf(process.stdout, process.env))}${note}`
}

import type { Command } from 'commander'
import { parseBytes } from '../engine/memory.ts'
import { TilthError } from '../model/error.ts'
import { Store } from '../store/store.ts'

/** Collects a repeatable option. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}

/**
 * `--input NAME=GLOB`, repeatable, as globs by input name.
 *
 * @throws TilthError `usage`.
 */
export function inputsOf(values: readonly string[] = []): Readonly<Record<string, readonly string[]>> {
  const inputs: Record<string, string[]> = {}
  for (const value of values) {
    const at = value.indexOf('=')
    if (at <= 0 || at === value.length - 1) {
      throw new TilthError('usage', `--input ${value}: expected NAME=GLOB, such as pages='crawl/*.warc.gz'`)
    }
    const name = value.slice(0, at)
    inputs[name] = [...(inputs[name] ?? []), value.slice(at + 1)]
  }
  return inputs
}

/** Options of the commands that run a plan, as commander gives them. */
export interface PlanFlags {
  readonly input?: readonly string[]
  readonly set?: readonly string[]
  readonly workers?: string
  readonly memory?: string
}

/** A command on a recipe, with the options that `run` and `plan` share. */
export function planCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .argument('<recipe>', 'name of a built-in recipe (tilth recipes), or path of a YAML file')
    .option(
      '--input <name=glob>',
      'files of an input: a glob, a path, a directory or a URL; repeatable',
      collect,
    )
    .option('--set <path=value>', 'change the recipe, such as steps.karma.minScore=5; repeatable', collect)
    .option('--workers <n>', 'worker threads at most (default: the number of cores)')
    .option('--memory <size>', 'promise on the peak resident size of the whole process, such as 512M')
}

/** Threads and memory of a run. */
export function boundsOf(flags: PlanFlags): { readonly workers?: number; readonly memoryBytes?: number } {
  return {
    ...(flags.workers === undefined ? {} : { workers: wholeNumber(flags.workers, '--workers', 1, 1024) }),
    ...(flags.memory === undefined ? {} : { memoryBytes: parseBytes(flags.memory, '--memory') }),
  }
}

/** @throws TilthError `usage`. */
export function wholeNumber(text: string, option: string, min: number, max: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < min || number > max) {
    throw new TilthError('usage', `${option} ${text}: expected a whole number from ${min} to ${max}`)
  }
  return number
}

/** A share as `1%` or `0.01`, above 0 to 1. @throws TilthError `usage`. */
export function ratioOf(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text)
  const ratio = Number(match?.[1]) / (match?.[2] === '%' ? 100 : 1)
  if (!(ratio > 0 && ratio <= 1))
    throw new TilthError('usage', `${option} ${text}: expected a share such as 1% or 0.01`)
  return ratio
}

export function storeOf(flags: { readonly store: string }): Store {
  return new Store(flags.store)
}

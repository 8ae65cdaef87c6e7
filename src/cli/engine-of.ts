import type { Command } from 'commander'
import type { Engine } from '../engine/engine.ts'
import { nearest, TilthError } from '../model/error.ts'

export interface EngineFlags {
  readonly engine: string
  readonly master?: string
  readonly work?: string
  readonly node?: string
}

const ENGINES = ['local', 'spark']

/** The options that choose an engine. */
export function engineOptions(command: Command): Command {
  return command
    .option('--engine <name>', 'local, or spark: the same version, made by a cluster', 'local')
    .option(
      '--master <uri>',
      'with spark: its Connect server, such as sc://HOST:15002, with ;token=... and ;use_ssl=true where it asks for them',
    )
    .option(
      '--work <uri>',
      'with spark: a folder for its tables that all its machines can write, such as s3a://BUCKET/tilth (default: below the store)',
    )
    .option('--node <path>', "with spark: path of Node on the cluster's machines (default: on their PATH)")
}

/** @throws TilthError `usage` for an engine that there is not, and for options that do not go with it. */
export async function engineOf({ engine, master, work, node }: EngineFlags): Promise<Engine> {
  if (engine === 'local') {
    const idle = Object.entries({ master, work, node }).find(([, value]) => value !== undefined)
    if (idle !== undefined) throw new TilthError('usage', `--${idle[0]} is of --engine spark`)
    return (await import('../engine/local/local.ts')).localEngine
  }
  if (engine !== 'spark') {
    const guess = nearest(engine, ENGINES)
    throw new TilthError('usage', `--engine ${engine}: there is no such engine`, {
      hint: guess === undefined ? `engines are ${ENGINES.join(' and ')}` : `did you mean ${guess}?`,
    })
  }
  if (master === undefined) {
    throw new TilthError('usage', '--engine spark: --master is missing', {
      hint: '--master sc://HOST:15002; tilth spark start starts a cluster on this machine, at sc://127.0.0.1:15002',
    })
  }
  const { sparkEngine } = await import('../engine/spark/spark.ts')
  return sparkEngine({
    master,
    ...(work === undefined ? {} : { work }),
    ...(node === undefined ? {} : { node }),
  })
}

import { resolve } from 'node:path'
import { storeOf } from './options.ts'

/** Flags that the commands of `tilth spark` share. */
export interface SparkFlags {
  readonly store: string
  readonly dir?: string
  readonly json?: boolean
}

/** The folder of the cluster, as an absolute path: its programs run in folders of their own. */
export function sparkDirectory(flags: SparkFlags): string {
  return resolve(flags.dir ?? storeOf(flags).path('spark'))
}

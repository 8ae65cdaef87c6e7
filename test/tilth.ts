import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/** What a person sees of a command: both streams and the exit code. */
export interface Ran {
  readonly out: string
  readonly err: string
  readonly code: number | null
}

const MAIN = new URL('../src/cli/main.ts', import.meta.url).href

/** Runs the command line from source in a process of its own. */
export function tilth(cwd: string, ...args: readonly string[]): Ran {
  return tilthOn('', cwd, ...args)
}

/** The same with something on standard input. */
export function tilthOn(input: string | Uint8Array, cwd: string, ...args: readonly string[]): Ran {
  const code = `import(${JSON.stringify(MAIN)}).then((cli) => cli.main(${JSON.stringify(['node', 'tilth', ...args])}))`
  const flags = ['--disable-warning=ExperimentalWarning', '-e', code]
  const { TILTH_STORE: _, NO_COLOR: __, ...env } = process.env
  const ran = spawnSync(process.execPath, flags, { cwd: resolve(cwd), env, input, encoding: 'utf8' })
  return { out: ran.stdout, err: ran.stderr, code: ran.status }
}

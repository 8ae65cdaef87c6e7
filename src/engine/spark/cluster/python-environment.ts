import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TilthError } from '../../../model/error.ts'
import { tailOf } from './log-tail.ts'

/** The version that the client's bindings are made of, and what functions on Arrow batches need; neither NumPy nor pandas is. */
export const SPARK_VERSION = '4.3.0'
const PACKAGES = [`pyspark==${SPARK_VERSION}`, 'pyarrow==26.0.1']
const MIN_PYTHON = [3, 11] as const

/** An installed Spark. */
export interface SparkHome {
  /** Folder of the package, with `bin` and `jars`. */
  readonly home: string
  /** The Python that has it, for executors. */
  readonly python: string
}

/**
 * Spark in a virtual environment below `directory`; installed from PyPI where it is not there yet, about 700 MB.
 *
 * @throws TilthError `not-found` without a fit Python; `spark` when the installation fails; `interrupted`.
 */
export async function sparkEnvironment(
  directory: string,
  options: {
    readonly say: (text: string) => void
    readonly signal: AbortSignal
    readonly env: NodeJS.ProcessEnv
  },
): Promise<SparkHome> {
  const venv = join(directory, `venv-${SPARK_VERSION}`)
  const done = join(venv, 'installed.json')
  if (!existsSync(done)) {
    checkPython(options.env)
    mkdirSync(directory, { recursive: true })
    // One that was broken off cannot be told from one that is whole.
    rmSync(venv, { recursive: true, force: true })
    options.say(`installing ${PACKAGES.join(' and ')} in ${venv}; once, about 700 MB`)
    const log = join(directory, 'install.log')
    const python = join(venv, 'bin/python')
    await run(['python3', '-m', 'venv', venv], log, 'w', options)
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off']
    await run([python, ...pip, ...PACKAGES], log, 'a', options)
    writeFileSync(done, `${JSON.stringify({ packages: PACKAGES })}\n`)
  }
  return { home: homeIn(venv), python: join(venv, 'bin/python') }
}

function homeIn(venv: string): string {
  for (const version of readdirSync(join(venv, 'lib'))) {
    const home = join(venv, 'lib', version, 'site-packages/pyspark')
    if (existsSync(join(home, 'bin/spark-class'))) return home
  }
  throw new TilthError('spark', `${venv}: the package pyspark is not there`, {
    hint: `remove ${venv}, and run the command again`,
  })
}

function checkPython(env: NodeJS.ProcessEnv): void {
  const [major, minor] = MIN_PYTHON
  const code = `import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (${major}, ${minor}) else 3)`
  const ran = spawnSync('python3', ['-c', code], { encoding: 'utf8', env, timeout: 60_000 })
  if (ran.status === 0) return
  throw new TilthError(
    'not-found',
    `Spark needs Python ${major}.${minor} or newer with venv, as python3 on PATH`,
    {
      hint: ran.status === 3 ? 'the python3 there is older' : 'install python3 and python3-venv',
    },
  )
}

async function run(
  command: readonly string[],
  log: string,
  flags: 'w' | 'a',
  options: {
    readonly say: (text: string) => void
    readonly signal: AbortSignal
    readonly env: NodeJS.ProcessEnv
  },
): Promise<void> {
  const [program = '', ...args] = command
  const file = openSync(log, flags)
  const begun = performance.now()
  const tick = setInterval(
    () => options.say(`installing, ${Math.round((performance.now() - begun) / 1000)} s`),
    10_000,
  )
  try {
    const child = spawn(program, args, {
      env: options.env,
      stdio: ['ignore', file, file],
      signal: options.signal,
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code === 0) return
    throw new TilthError('spark', `the installation of Spark failed; the end of ${log}:\n${tailOf(log)}`, {
      hint: 'it needs the package index of Python and 700 MB of disk',
    })
  } catch (error) {
    if (options.signal.aborted) throw new TilthError('interrupted', 'interrupted; Spark is not installed')
    throw error
  } finally {
    clearInterval(tick)
    closeSync(file)
  }
}

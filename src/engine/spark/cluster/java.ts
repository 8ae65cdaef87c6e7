import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { TilthError } from '../../../model/error.ts'

/** The oldest Java that Spark 4 runs on. */
export const MIN_JAVA = 17

/**
 * The `java` that Spark will start, checked.
 *
 * @throws TilthError `not-found` where there is none; `usage` where it is too old.
 */
export function findJava(env: NodeJS.ProcessEnv): { readonly command: string; readonly version: string } {
  const home = env['JAVA_HOME']
  const command = home === undefined || home === '' ? 'java' : join(home, 'bin/java')
  const where = home === undefined || home === '' ? 'on PATH' : `in JAVA_HOME, ${home}`
  const ran = spawnSync(command, ['-version'], { encoding: 'utf8', env, timeout: 60_000 })
  const version = /version "([^"]+)"/.exec(`${ran.stderr ?? ''}${ran.stdout ?? ''}`)?.[1]
  const hint = `install Java ${MIN_JAVA} or newer, such as openjdk-17-jre-headless, or set JAVA_HOME`
  if (version === undefined)
    throw new TilthError('not-found', `Spark needs Java, and no java answers ${where}`, { hint })
  if (majorOf(version) < MIN_JAVA) {
    throw new TilthError(
      'usage',
      `Spark needs Java ${MIN_JAVA} or newer, and the one ${where} is ${version}`,
      {
        hint,
      },
    )
  }
  return { command, version }
}

/** 17 of `17.0.15`, 21 of `21-ea`, 8 of `1.8.0_412`. */
function majorOf(version: string): number {
  const [first, second] = version.split(/[.\-_+]/)
  return Number(first === '1' ? second : first)
}

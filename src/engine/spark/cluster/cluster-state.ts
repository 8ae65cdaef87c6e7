import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { TilthError } from '../../../model/error.ts'
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts'

/** A process of a cluster. */
export interface ClusterProcess extends ProcessIdentity {
  /** `master`, `worker-1` and so on, `connect`. */
  readonly name: string
  readonly log: string
}

/** What is written down of a cluster that was started. */
export interface ClusterState {
  readonly endpoint: string
  readonly sparkVersion: string
  readonly started: string
  readonly workers: number
  readonly coresPerWorker: number
  readonly memoryPerWorkerBytes: number
  readonly processes: readonly ClusterProcess[]
}

const STATE = 'cluster.json'
const LOCK = 'cluster.lock'

export function readState(directory: string): ClusterState | undefined {
  return readJson(join(directory, STATE)) as ClusterState | undefined
}

export function writeState(directory: string, state: ClusterState): void {
  const path = join(directory, STATE)
  writeFileSync(`${path}.new`, `${JSON.stringify(state, undefined, 2)}\n`)
  renameSync(`${path}.new`, path)
}

export function removeState(directory: string): void {
  rmSync(join(directory, STATE), { force: true })
}

/**
 * The right to start or stop the cluster of a folder; call what it gives to let go. One that a dead process left is taken over.
 *
 * @throws TilthError `busy`.
 */
export function lockCluster(directory: string): () => void {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, LOCK)
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(path, 'wx')
      writeSync(file, JSON.stringify(identityOf(process.pid)))
      closeSync(file)
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = readJson(path) as ProcessIdentity | undefined
      if (holder !== undefined && isAlive(holder)) {
        throw new TilthError(
          'busy',
          `process ${holder.pid} starts or stops the Spark cluster in ${directory} now`,
          {
            hint: 'wait for it',
          },
        )
      }
      rmSync(path, { force: true })
    }
  }
  throw new TilthError('busy', `${path} changes hands too often to be taken`, { hint: 'try again' })
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    // Nothing there, or a process died while it wrote.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process that we started: its number, and when it began, because numbers are used again. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start time as the system tells it; equal for one process only. */
  readonly born: string
}

/** A process of this machine at this moment. */
interface ProcessRow extends ProcessIdentity {
  readonly parent: number
}

/** Who has a number now; undefined where nobody has it, or only waits to be buried. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'linux') {
    const fields = statOf(pid)
    return fields === undefined || isBurial(fields[0]) ? undefined : { pid, born: fields[19] ?? '' }
  }
  const row = processRows(['-p', String(pid)])[0]
  return row === undefined ? undefined : { pid, born: row.born }
}

/** Whether that very process runs. */
export function isAlive(who: ProcessIdentity): boolean {
  return identityOf(who.pid)?.born === who.born
}

/** Signals that very process, and never one that got its number later. */
export function signalTo(who: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(who)) return
  try {
    process.kill(who.pid, signal)
  } catch (error) {
    // It ended in the last instant.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** What a process has started, and what that has. */
export function descendantsOf(roots: readonly ProcessIdentity[]): readonly ProcessIdentity[] {
  const byParent = Map.groupBy(processRows(['-e']), (row) => row.parent)
  const found: ProcessIdentity[] = []
  const open = roots.filter(isAlive).map((root) => root.pid)
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of byParent.get(pid) ?? []) {
      const identity = identityOf(child.pid)
      if (identity === undefined) continue
      found.push(identity)
      open.push(child.pid)
    }
  }
  return found
}

function processRows(which: readonly string[]): readonly ProcessRow[] {
  let text: string
  try {
    text = execFileSync('ps', [...which, '-o', 'pid=,ppid=,stat=,lstart='], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    // `ps -p` fails where no process has the number.
    return []
  }
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line)
    if (match === null || isBurial(match[3])) return []
    return [{ pid: Number(match[1]), parent: Number(match[2]), born: (match[4] ?? '').trim() }]
  })
}

function isBurial(state: string | undefined): boolean {
  return state?.startsWith('Z') === true || state?.startsWith('X') === true
}

/** Fields of `/proc/PID/stat` from the state on. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

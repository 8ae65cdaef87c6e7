import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { TilthError } from '../model/error.ts'
import type { Store } from './store.ts'

/** The right to write a dataset, held by one process at a time. Release it. */
export interface Lease {
  release(): void
}

interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process started, in the kernel's ticks, where that can be known: pids are used again. */
  readonly born: string
  readonly since: string
}

const HEARTBEAT_MS = 10_000
/** A holder on another machine that has not been heard of for so long is taken to be dead. */
const STALE_MS = 60_000

/**
 * Takes the lease of a dataset. A lease whose process is dead is taken over at once.
 *
 * @throws TilthError `busy` naming the process that holds it.
 */
export function takeLease(store: Store, dataset: string): Lease {
  store.ensure('leases')
  const path = store.path('leases', `${dataset}.json`)
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    born: bornAt(process.pid),
    since: new Date().toISOString(),
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    if (create(path, own)) return held(path)
    const text = readText(path)
    if (text === undefined) continue
    const holder = parse(text)
    if (holder !== undefined && isAlive(holder, path)) {
      throw new TilthError(
        'busy',
        `${dataset} is being written by process ${holder.pid} on ${holder.host} since ${holder.since}`,
        {
          hint: 'wait for it, or write to another dataset: --set writes=NAME',
        },
      )
    }
    takeAway(path, text)
  }
  throw new TilthError('busy', `${dataset}: its lease changes hands too often to be taken`, {
    hint: 'try again',
  })
}

/** Datasets that a live process is writing now. */
export function liveLeases(store: Store, datasets: Iterable<string>): readonly string[] {
  return [...datasets].filter((dataset) => {
    const path = store.path('leases', `${dataset}.json`)
    const text = readText(path)
    const holder = text === undefined ? undefined : parse(text)
    return holder !== undefined && isAlive(holder, path)
  })
}

function create(path: string, own: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(own), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function held(path: string): Lease {
  const beat = setInterval(() => {
    const now = new Date()
    try {
      utimesSync(path, now, now)
    } catch (error) {
      // The store was removed under us; the run will find out by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }, HEARTBEAT_MS)
  beat.unref()
  return {
    release: () => {
      clearInterval(beat)
      rmSync(path, { force: true })
    },
  }
}

/** Removes a dead holder's lease; of two processes that try, one succeeds. */
function takeAway(path: string, expected: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  // Another process was quicker and its own, live lease was moved: give it back.
  if (readText(aside) !== expected) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return Date.now() - statSync(path).mtimeMs < STALE_MS
  return isRunning(holder.pid) && bornAt(holder.pid) === holder.born
}

/** Whether this machine has a process of that number now. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return true
}

/** Start time of a process where /proc has it, else the empty string. */
function bornAt(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`)
  // The command's name stands in parentheses and may hold spaces; the start time is field 22.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parse(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder | null
    return holder?.pid === undefined ? undefined : holder
  } catch {
    // A process that died while it wrote its lease never had it.
    return undefined
  }
}

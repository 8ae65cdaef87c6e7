import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const BIN = resolve(import.meta.dirname, '../../bin/tilth.js')
const POLL_MS = 20
/**
 * How long a command may do nothing, and how much CPU it may take, before it counts as one that hangs. No limit
 * on its time: beside much other work a command of 20 s takes minutes. The longest takes about 60 s of CPU.
 */
const LIMITS: Limits = { idleMs: 150_000, cpuSeconds: 150 }
/** CPU seconds that count as something done. */
const PROGRESS_SECONDS = 0.2
/** Clock ticks a second in `/proc/PID/stat`: 100 on every Linux that Node runs on. */
const TICKS = 100

export interface Limits {
  readonly idleMs: number
  readonly cpuSeconds: number
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A line of standard error, and when it came. */
export interface Line {
  readonly text: string
  /** Milliseconds since the start. */
  readonly ms: number
}

/**
 * The built command in a process group of its own, watched from outside. Linux only.
 *
 * One that hangs is killed, and whoever waits for it is told what it last said.
 */
export class TilthProcess {
  readonly #child: ChildProcess
  readonly #begun = performance.now()
  readonly #watchers = new Set<() => void>()
  readonly #poll: NodeJS.Timeout
  readonly #limits: Limits
  /** When it was last seen to have done something, and how much CPU it had used by then. */
  #progress = { ms: performance.now(), cpuSeconds: 0 }
  /** Set when it was killed because it did not end. */
  #overtime: Error | undefined
  #rest = ''
  readonly lines: Line[] = []
  stdout = ''
  /** CPU seconds of all its threads, as last seen; whole to {@link POLL_MS}. */
  cpuSeconds = 0
  /** Peak resident size in bytes, as the kernel counts it. */
  peakBytes = 0
  /** Set when it has ended. */
  result: Ended | undefined
  /** Rejects when it hung. */
  readonly ended: Promise<Ended>

  constructor(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}, limits = LIMITS) {
    const { TILTH_STORE: _, NODE_COMPILE_CACHE: __, ...inherited } = process.env
    this.#child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: { ...inherited, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.on('data', (chunk) => {
      this.stdout += String(chunk)
    })
    this.#child.stderr?.on('data', (chunk) => this.#read(String(chunk)))
    this.ended = new Promise((done, fail) => {
      this.#child.on('close', (code, signal) => {
        this.result = { code, signal }
        clearInterval(this.#poll)
        this.#tell()
        if (this.#overtime === undefined) done(this.result)
        else fail(this.#overtime)
      })
    })
    // A test that has stopped waiting for it has failed for a reason of its own.
    this.ended.catch(() => undefined)
    this.#limits = limits
    this.#poll = setInterval(() => {
      this.#look()
      this.#checkProgress(args)
    }, POLL_MS)
  }

  get pid(): number {
    const { pid } = this.#child
    if (pid === undefined) throw new Error('the process did not start')
    return pid
  }

  get stderr(): string {
    return [...this.lines.map((line) => line.text), this.#rest].join('\n')
  }

  /** Whether it runs at this moment: neither ended nor a zombie. */
  get isAlive(): boolean {
    const state = this.#stat()?.[0]
    return this.result === undefined && state !== undefined && state !== 'Z' && state !== 'X'
  }

  /** Waits for a line of standard error; false when it ended without one. Throws when it hung. */
  async seen(pattern: RegExp): Promise<boolean> {
    for (;;) {
      if (this.#overtime !== undefined) throw this.#overtime
      if (this.lines.some((line) => pattern.test(line.text))) return true
      if (this.result !== undefined) return false
      await new Promise<void>((done) => {
        const watcher = (): void => {
          this.#watchers.delete(watcher)
          done()
        }
        this.#watchers.add(watcher)
      })
    }
  }

  /** Waits, but not beyond its end. */
  async pause(ms: number): Promise<void> {
    await Promise.race([delay(ms), this.ended])
  }

  /** Kills the whole group at once, and counts its CPU to the last. */
  kill(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch (error) {
      // It ended by itself in the last instant: the caller sees that from how it ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
    // Nothing is reaped before this function returns, so that the zombie still says what it used.
    for (let tries = 0; tries < 2000; tries++) {
      this.#look()
      if (this.#stat()?.[0] === 'Z') return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  #read(chunk: string): void {
    const parts = (this.#rest + chunk).split('\n')
    this.#rest = parts.pop() ?? ''
    const ms = performance.now() - this.#begun
    for (const text of parts) this.lines.push({ text, ms })
    if (parts.length > 0) this.#tell()
  }

  #checkProgress(args: readonly string[]): void {
    const now = performance.now()
    const idleMs = now - this.#progress.ms
    const isIdle = this.cpuSeconds - this.#progress.cpuSeconds < PROGRESS_SECONDS
    if (!isIdle) this.#progress = { ms: now, cpuSeconds: this.cpuSeconds }
    const limits = this.#limits
    const isStuck = isIdle && idleMs > limits.idleMs
    if (this.#overtime !== undefined || (!isStuck && this.cpuSeconds <= limits.cpuSeconds)) return
    const what = isStuck
      ? `did nothing for ${limits.idleMs / 1000} s`
      : `took more than ${limits.cpuSeconds} s of CPU`
    const last = this.stderr.split('\n').slice(-10).join('\n')
    this.#overtime = new Error(`tilth ${args.join(' ')} ${what}:\n${last}`)
    this.kill()
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher()
  }

  #look(): void {
    const fields = this.#stat()
    if (fields === undefined) return
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS
    this.cpuSeconds = Math.max(this.cpuSeconds, seconds)
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readProc(this.pid, 'status') ?? '')?.[1]
    if (peak !== undefined) this.peakBytes = Math.max(this.peakBytes, Number(peak) * 1024)
  }

  /** Fields of `stat` from the state on. */
  #stat(): readonly string[] | undefined {
    const text = readProc(this.pid, 'stat')
    return text?.slice(text.lastIndexOf(')') + 2).split(' ')
  }
}

/** Runs the built command to its end. */
export async function finished(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  limits = LIMITS,
): Promise<TilthProcess & { readonly result: Ended }> {
  const running = new TilthProcess(args, cwd, env, limits)
  await running.ended
  return running as TilthProcess & { readonly result: Ended }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It has ended and was reaped.
    return undefined
  }
}

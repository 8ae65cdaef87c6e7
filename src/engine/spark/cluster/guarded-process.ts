import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { identityOf, type ProcessIdentity } from './process-identity.ts'

/**
 * Runs a program behind a shell that waits for a word of ours: at `keep` it leaves the program alone for good; when we end without having
 * said so, in whatever way, it ends the program and its whole group. So a start that is killed leaves nothing behind.
 */
const GUARD = `
exec 3<&0 </dev/null
"$@" 3<&- 4>&- &
child=$!
echo "$child" >&4
exec 4>&-
word=
read -r word <&3
[ "$word" = keep ] && exit 0
kill -TERM "$child" 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  kill -0 "$child" 2>/dev/null || break
  sleep 0.5
done
trap '' TERM
kill -TERM 0 2>/dev/null
sleep 0.5
kill -KILL 0
`

/** A program in the background that ends with this process unless it is kept. */
export class GuardedProcess {
  readonly #guard: ChildProcess
  readonly #gone: Promise<unknown>
  readonly identity: ProcessIdentity

  private constructor(guard: ChildProcess, gone: Promise<unknown>, identity: ProcessIdentity) {
    this.#guard = guard
    this.#gone = gone
    this.identity = identity
  }

  /** Starts a program whose output goes to an open file. */
  static async start(
    command: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly log: number },
  ): Promise<GuardedProcess> {
    const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', ...command], {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['pipe', options.log, options.log, 'ignore', 'pipe'],
    })
    const gone = once(guard, 'exit')
    const pid = await firstLine(guard)
    const identity = identityOf(Number(pid))
    // One that ended at once is told by its log; nobody has the empty birth.
    return new GuardedProcess(guard, gone, identity ?? { pid: Number(pid), born: '' })
  }

  /** Lets the program live on. */
  async keep(): Promise<void> {
    this.#guard.stdin?.end('keep\n')
    await this.#gone
  }

  /** Ends the program and what it has started in its group. */
  async end(): Promise<void> {
    this.#guard.stdin?.end()
    await this.#gone
  }
}

async function firstLine(guard: ChildProcess): Promise<string> {
  const stream = guard.stdio[4]
  if (stream === null || stream === undefined || !('readable' in stream))
    throw new Error('no pipe to the guard')
  for await (const line of createInterface({ input: stream })) return line
  throw new Error('the guard ended before it started anything')
}

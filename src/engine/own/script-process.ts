import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { LastLines } from './last-lines.ts'
import { endGroup, noteProcess, type ProcessTable } from './process-table.ts'
import { PYTHON_RUNNER } from './python-runner.ts'

/** Longer answers are none: a batch's signals take a few bytes each. */
const MOST_ANSWER_BYTES = 64 << 20
/** How long outputs are read after a process has ended. */
const GRACE_MS = 1000

/** What became of a question. */
export type Answer =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'lost'; readonly how: string }

/** One running script: a question is a line of JSON, and so is its answer. One question at a time. */
export class ScriptProcess {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #errors = new LastLines()
  #parts: Buffer[] = []
  #bytes = 0
  #lost: string | undefined
  #waiting: ((answer: Answer) => void) | undefined
  #ended: Promise<void>

  constructor(python: string, script: string, table: ProcessTable) {
    this.#child = spawn(python, ['-u', '-X', 'utf8', '-c', PYTHON_RUNNER, script], {
      stdio: 'pipe',
      // A group of its own, so that what the script starts ends with it.
      detached: true,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0' },
    })
    const child = this.#child
    const strike = child.pid === undefined ? () => undefined : noteProcess(table, child.pid)
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk))
    child.stderr.on('data', (chunk: Buffer) => this.#errors.add(chunk))
    // A process that is gone takes nothing in; that it is gone is told by its end.
    child.stdin.on('error', () => undefined)
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#lose(`could not be started: ${error.message}`)
        resolve()
      })
      // What it has started may hold its outputs open.
      let grace: NodeJS.Timeout | undefined
      child.on('exit', () => {
        grace = setTimeout(() => {
          child.stdout.destroy()
          child.stderr.destroy()
        }, GRACE_MS)
      })
      child.on('close', (code, signal) => {
        clearTimeout(grace)
        strike()
        this.#lose(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`)
        resolve()
      })
    })
  }

  /** Asks, and waits so long at most; a process that gives no answer is ended. */
  async ask(question: unknown, timeoutMs: number): Promise<Answer> {
    const lost = this.#lost
    if (lost !== undefined) return { kind: 'lost', how: lost }
    const answered = new Promise<Answer>((resolve) => {
      this.#waiting = resolve
    })
    const timer = setTimeout(() => {
      this.#lose(`gave no answer within ${timeoutMs} ms`)
      this.#kill()
    }, timeoutMs)
    try {
      this.#child.stdin.write(`${JSON.stringify(question)}\n`)
      const answer = await answered
      // What it said before it ended is read to the last byte.
      if (answer.kind === 'lost') await this.#ended
      return answer
    } finally {
      clearTimeout(timer)
    }
  }

  /** The end of what it wrote to standard error, without lines that hold a piece of these texts. */
  lastLines(texts: readonly string[]): readonly string[] {
    return this.#errors.without(texts)
  }

  /** Ends it at once. */
  async end(): Promise<void> {
    this.#kill()
    await this.#ended
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child
    if (pid !== undefined && exitCode === null && signalCode === null) endGroup(pid)
  }

  #take(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > MOST_ANSWER_BYTES) {
      this.#lose(`gave an answer of more than ${MOST_ANSWER_BYTES} bytes`)
      this.#kill()
      return
    }
    if (!chunk.includes(10)) return
    const [line = '', ...rest] = Buffer.concat(this.#parts).toString().split('\n')
    this.#parts = []
    this.#bytes = 0
    if (this.#waiting === undefined || rest.join('').trim() !== '') {
      this.#lose('wrote what nobody had asked for')
      this.#kill()
      return
    }
    try {
      this.#settle({ kind: 'answer', value: JSON.parse(line) as unknown })
    } catch {
      this.#lose('gave an answer that is not JSON')
      this.#kill()
    }
  }

  #lose(how: string): void {
    this.#lost ??= how
    this.#settle({ kind: 'lost', how: this.#lost })
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(answer)
  }
}

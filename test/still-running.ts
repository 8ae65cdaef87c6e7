import type { Reporter, TestCase, TestModule } from 'vitest/node'

const LOOK_MS = 60_000

/** What a test file is at, and since when. */
interface Current {
  readonly test: string
  readonly since: number
}

/**
 * A reporter that names what takes long while it runs: once a minute each file that has been at one test for a minute.
 *
 * The runner prints a file when all of its tests have ended, so one that never ends would have no name.
 */
export class StillRunning implements Reporter {
  readonly #files = new Map<string, Current>()
  readonly #print: (line: string) => void
  readonly #now: () => number
  #timer: NodeJS.Timeout | undefined

  constructor(
    print: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
    now: () => number = () => performance.now(),
  ) {
    this.#print = print
    this.#now = now
  }

  onTestRunStart(): void {
    this.#timer = setInterval(() => this.look(), LOOK_MS)
    this.#timer.unref()
  }

  onTestModuleQueued(module: Pick<TestModule, 'relativeModuleId'>): void {
    this.#set(module, 'its start')
  }

  onTestCaseReady(
    test: Pick<TestCase, 'fullName'> & { readonly module: Pick<TestModule, 'relativeModuleId'> },
  ): void {
    this.#set(test.module, test.fullName)
  }

  onTestCaseResult(
    test: Pick<TestCase, 'fullName'> & { readonly module: Pick<TestModule, 'relativeModuleId'> },
  ): void {
    this.#set(test.module, `what follows ${test.fullName}`)
  }

  onTestModuleEnd(module: Pick<TestModule, 'relativeModuleId'>): void {
    this.#files.delete(module.relativeModuleId)
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer)
  }

  /** Prints what has been running for a minute and more. */
  look(): void {
    for (const [file, { test, since }] of this.#files) {
      const ms = this.#now() - since
      if (ms >= LOOK_MS) this.#print(`still running for ${Math.round(ms / 1000)} s: ${file} > ${test}`)
    }
  }

  #set({ relativeModuleId }: Pick<TestModule, 'relativeModuleId'>, test: string): void {
    this.#files.set(relativeModuleId, { test, since: this.#now() })
  }
}

import { resolve } from 'node:path'
import type { Meta } from '../../model/document.ts'
import { TilthError } from '../../model/error.ts'
import type { Signals } from '../../model/stage.ts'
import type { OwnCode } from '../../plan/own-stages.ts'
import type { ScriptOptions } from '../../stages/script.ts'
import { checkOwnCode } from './code.ts'
import type { ProcessTable } from './process-table.ts'
import { checkAnswer } from './script-answer.ts'
import { ScriptProcess } from './script-process.ts'

/** What a script is told of a document. */
export interface ScriptDocument {
  readonly id: string
  readonly text: string
  readonly meta: Meta
}

/** A question that brought no signals: what was wrong, and at which document where that is known. */
interface Failure {
  readonly wrong: string
  readonly at: number | undefined
  /** Whether the process is gone. */
  readonly lost: boolean
  readonly lines: readonly string[]
}

/**
 * A user's script, asked batch by batch, in a process that starts with the first one.
 *
 * After a wrong answer the documents of the batch are asked one by one, which says at which of them it is. When the process dies
 * or hangs, the same is done with a new one, and where no document ends that, the run goes on: once, for the second time is an error.
 */
export class Script {
  readonly #code: OwnCode
  readonly #step: string
  readonly #options: ScriptOptions
  readonly #names: readonly string[]
  readonly #table: ProcessTable
  #process: ScriptProcess | undefined
  #restarted = false

  constructor(step: string, code: OwnCode, options: ScriptOptions, table: ProcessTable) {
    this.#step = step
    this.#code = code
    this.#options = options
    this.#names = Object.keys(options.signals)
    this.#table = table
  }

  /**
   * Signals of each document, in order.
   *
   * @throws TilthError `data` that names script, document and the last lines of standard error; never a document's text.
   */
  async measure(documents: readonly ScriptDocument[]): Promise<readonly Signals[]> {
    const first = await this.#ask(documents)
    if (!('wrong' in first)) return first
    if (!first.lost && (first.at !== undefined || documents.length === 1)) throw this.#error(documents, first)
    const again = first.lost && this.#restarted
    if (first.lost) this.#restarted = true
    const signals: Signals[] = []
    for (const document of documents) {
      const one = await this.#ask([document])
      if ('wrong' in one) throw this.#error([document], one)
      signals.push(...one)
    }
    // No document by itself: an answer that is wrong for a batch alone, or a process that died for the second time.
    if (!first.lost || again) throw this.#error(documents, first)
    return signals
  }

  /** Ends its process. */
  async end(): Promise<void> {
    await this.#process?.end()
    this.#process = undefined
  }

  async #ask(documents: readonly ScriptDocument[]): Promise<readonly Signals[] | Failure> {
    const process = this.#process ?? (await this.#start(documents))
    const question = { documents: documents.map(({ id, text, meta }) => ({ id, text, meta })) }
    const answer = await process.ask(question, this.#options.batchTimeoutMs)
    const texts = textsOf(documents)
    if (answer.kind === 'lost') {
      this.#process = undefined
      return {
        wrong: `the process ${answer.how}`,
        at: undefined,
        lost: true,
        lines: process.lastLines(texts),
      }
    }
    const checked = checkAnswer(answer.value, documents.length, this.#names)
    if ('signals' in checked) return checked.signals
    return { ...checked, lost: false, lines: process.lastLines(texts) }
  }

  async #start(documents: readonly ScriptDocument[]): Promise<ScriptProcess> {
    checkOwnCode(this.#step, this.#code)
    const { python, args, startTimeoutMs } = this.#options
    const command = python.includes('/') ? resolve(python) : python
    const process = new ScriptProcess(command, this.#code.location, this.#table)
    const hello = await process.ask({ args }, startTimeoutMs)
    if (hello.kind === 'answer' && (hello.value as { ready?: unknown } | null)?.ready === true) {
      this.#process = process
      return process
    }
    await process.end()
    const how = hello.kind === 'lost' ? hello.how : 'could not be loaded'
    throw new TilthError(
      'input',
      `steps.${this.#step}: ${this.#code.path} ${how}${shown(process.lastLines(textsOf(documents)))}`,
      { hint: `it is run by ${python}; the option python names another` },
    )
  }

  #error(documents: readonly ScriptDocument[], { wrong, at, lines }: Failure): TilthError {
    const one = at === undefined && documents.length > 1 ? undefined : documents[at ?? 0]
    const where =
      one === undefined
        ? `in a batch of ${documents.length} documents from ${documents[0]?.id} on`
        : `at document ${one.id}`
    return new TilthError(
      'data',
      `steps.${this.#step}: ${this.#code.path} ${where}: ${wrong}${shown(lines)}`,
      {
        hint: 'mend the script, and run again: what was done before is not done again',
      },
    )
  }
}

function textsOf(documents: readonly ScriptDocument[]): readonly string[] {
  return documents.map(({ text }) => text)
}

function shown(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${lines.map((line) => `    ${line.slice(0, 300)}`).join('\n')}`
}

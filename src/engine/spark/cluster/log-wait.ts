import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { TilthError } from '../../../model/error.ts'
import { tailOf } from './log-tail.ts'
import { isAlive, type ProcessIdentity } from './process-identity.ts'

/** What a log must say before the next step. */
export interface LogWait {
  /** What is waited for, for people. */
  readonly what: string
  readonly log: string
  readonly pattern: RegExp
  /** How often the pattern must be there; default once. */
  readonly times?: number
  /** The process that writes the log. */
  readonly writer: ProcessIdentity
}

/** A busy machine starts a JVM in a minute, and three of them at once in more. */
const LIMIT_MS = 5 * 60_000
const POLL_MS = 200
const SAY_EVERY_MS = 10_000

/**
 * Waits until a log says something.
 *
 * @throws TilthError `spark` with the log's end when its writer ended or took longer than five minutes; `interrupted`.
 */
export async function logSays(
  wait: LogWait,
  options: { readonly say: (text: string) => void; readonly signal: AbortSignal; readonly limitMs?: number },
): Promise<void> {
  const { limitMs = LIMIT_MS, say, signal } = options
  const begun = performance.now()
  let said = begun
  options.say(`waiting for ${wait.what}`)
  for (;;) {
    if (signal.aborted) throw new TilthError('interrupted', 'interrupted; the Spark cluster was not started')
    // Whether it lives is asked first: what it said before it died is then in the log.
    const lives = isAlive(wait.writer)
    if (count(wait.log, wait.pattern) >= (wait.times ?? 1)) return
    const now = performance.now()
    if (!lives) throw failed(wait, 'it ended')
    if (now - begun > limitMs) throw failed(wait, `not within ${Math.round(limitMs / 1000)} s`)
    if (now - said > SAY_EVERY_MS) {
      said = now
      say(`waiting for ${wait.what}, ${Math.round((now - begun) / 1000)} s`)
    }
    await delay(POLL_MS)
  }
}

function count(log: string, pattern: RegExp): number {
  return [...readFileSync(log, 'utf8').matchAll(new RegExp(pattern, 'g'))].length
}

function failed(wait: LogWait, why: string): TilthError {
  return new TilthError(
    'spark',
    `${wait.what} did not come: ${why}; the end of ${wait.log}:\n${tailOf(wait.log)}`,
    {
      hint: 'no process was left behind',
    },
  )
}

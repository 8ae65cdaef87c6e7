import { setTimeout as delay } from 'node:timers/promises'
import { Code, ConnectError } from '@connectrpc/connect'
import { RetryInfoSchema } from './gen/error_details_pb.ts'

/** How a call is tried again. */
export interface RetryPolicy {
  /** Tries after the first. */
  readonly maxRetries: number
  readonly firstWaitMs: number
  /** A wait is so many times the one before it. */
  readonly factor: number
  readonly maxWaitMs: number
}

/**
 * The waits of Spark's own clients: 15 tries more, 50 ms to 60 s apart, about ten minutes in all. A server that is restarted or a network
 * that fails for a while ends no run.
 */
export const PATIENT: RetryPolicy = { maxRetries: 15, firstWaitMs: 50, factor: 4, maxWaitMs: 60_000 }

/** For the first call to a server, which a user waits for: about six seconds in all. */
export const FIRST_CONTACT: RetryPolicy = { maxRetries: 5, firstWaitMs: 100, factor: 2.5, maxWaitMs: 4_000 }

/** What retries take from outside, so that tests need not wait. */
export interface Chances {
  /** From 0 to 1, for the jitter. */
  readonly random: () => number
  readonly wait: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

export const REAL_CHANCES: Chances = {
  random: Math.random,
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
}

/** A server may ask for a longer wait than ours, but not for more than this. */
const MAX_ASKED_WAIT_MS = 10 * 60_000

/**
 * Counts the tries of one call.
 *
 * {@link Retries.next} waits and resolves when the call may be tried again, and throws the error otherwise.
 */
export class Retries {
  readonly #policy: RetryPolicy
  readonly #chances: Chances
  #tries = 0

  constructor(policy: RetryPolicy, chances: Chances = REAL_CHANCES) {
    this.#policy = policy
    this.#chances = chances
  }

  /** Begins to count again: the server has answered in the meantime. */
  reset(): void {
    this.#tries = 0
  }

  async next(error: unknown, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true || !isRetryable(error)) throw error
    await this.pause(error, signal)
  }

  /** As {@link Retries.next} where the caller knows that a new try can help. */
  async pause(error: unknown, signal: AbortSignal | undefined): Promise<void> {
    if (this.#tries >= this.#policy.maxRetries) throw error
    await this.#chances.wait(Math.max(this.#waitMs(), askedWaitMs(error)), signal)
    this.#tries++
  }

  /** Half of the wait is chance: clients that lost one server together do not come back together. */
  #waitMs(): number {
    const { firstWaitMs, factor, maxWaitMs } = this.#policy
    const full = Math.min(maxWaitMs, firstWaitMs * factor ** this.#tries)
    return full * (0.5 + 0.5 * this.#chances.random())
  }
}

/** Calls until one succeeds, fails for good, or has been tried often enough. Only for calls that may be made twice. */
export async function retried<T>(
  call: () => Promise<T>,
  retries: Retries,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      await retries.next(error, signal)
    }
  }
}

/** Whether the same call can succeed later: the connection failed, or the server says so. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof ConnectError)) return false
  if (error.findDetails(RetryInfoSchema).length > 0) return true
  switch (error.code) {
    case Code.Unavailable:
      return true
    case Code.Internal:
      // Another stream of the same operation took this one's place, or the stream was cut before its status came.
      return (
        error.message.includes('INVALID_CURSOR.DISCONNECTED') || (!error.isWireError && isCut(error.message))
      )
    // The connection was reset. As an answer of the server, these mean what they say.
    case Code.Aborted:
    case Code.Canceled:
      return !error.isWireError
    default:
      return false
  }
}

function isCut(message: string): boolean {
  return /missing status|http\/2|premature|socket|session/i.test(message)
}

function askedWaitMs(error: unknown): number {
  if (!(error instanceof ConnectError)) return 0
  const asked = error.findDetails(RetryInfoSchema)[0]?.retryDelay
  if (asked === undefined) return 0
  return Math.min(MAX_ASKED_WAIT_MS, Number(asked.seconds) * 1000 + asked.nanos / 1e6)
}

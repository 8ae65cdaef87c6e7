import { setTimeout as delay } from 'node:timers/promises'
import { TilthError } from '../../model/error.ts'
import type { Source } from '../../model/record.ts'

/** How an HTTP source reaches its server; tests pass their own. */
export interface HttpOptions {
  readonly fetch?: typeof globalThis.fetch
  /**
   * Tries again after a network error, 408, 429 or 5xx, 0 or more; progress starts the count anew. At most
   * one where nobody answers.
   */
  readonly retries?: number
  /** Milliseconds before the first new try; doubled before each further one. */
  readonly retryDelayMs?: number
  /** Milliseconds in which the head of an answer must come; the body may take its time. */
  readonly answerMs?: number
}

/** A failure that may pass: worth a new try. */
class Passing extends Error {
  /** Nobody is there: what a second try does not mend, no number of tries will. */
  readonly isRefusal: boolean

  constructor(message: string, options: { cause?: unknown; isRefusal?: boolean } = {}) {
    super(message, { cause: options.cause })
    this.isRefusal = options.isRefusal === true
  }
}

/**
 * An `http(s)` resource as a source, read by range requests.
 *
 * `etag` is the server's ETag, else Last-Modified and size. Every answer must carry the same one.
 *
 * @throws TilthError `not-found` for 404 and 410, `input` for other refusals, for servers without range
 *   support, and when tries are used up.
 */
export async function openHttp(uri: string, options: HttpOptions): Promise<Source> {
  const url = checkedUrl(uri)
  const first = await retried(uri, options, undefined, async () => {
    const response = await request(url, uri, 0, 1, options, undefined)
    await response.body?.cancel()
    return response
  })
  const size = sizeOf(first, uri)
  const etag = etagOf(first, size)
  return {
    uri,
    size,
    etag,
    read: (start, end, signal) => readHttp(url, { uri, size, etag }, start, end, options, signal),
  }
}

/** Node's own limit is five minutes a try. */
const ANSWER_MS = 60_000

/** A reader that seeks on after a record wastes little: ranges begin small and double. */
const FIRST_RANGE_BYTES = 64 << 10
const MOST_RANGE_BYTES = 8 << 20

async function* readHttp(
  url: string,
  opened: Pick<Source, 'uri' | 'size' | 'etag'>,
  start: number,
  end: number,
  options: HttpOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let at = start
  let rangeBytes = FIRST_RANGE_BYTES
  while (at < end) {
    const rangeEnd = Math.min(end, at + rangeBytes)
    rangeBytes = Math.min(MOST_RANGE_BYTES, 2 * rangeBytes)
    // Opening is tried again inside `retried`; a body that breaks off resumes where it stopped, and
    // counts as a failed try only when it brought nothing.
    const reader = await retried(opened.uri, options, signal, async () => {
      const response = await request(url, opened.uri, at, rangeEnd, options, signal)
      checkSame(response, opened)
      const body = response.body?.getReader()
      const head = await body?.read().catch((cause: unknown) => {
        throw new Passing(`broke off at byte ${at}`, { cause })
      })
      if (body === undefined || head === undefined || head.done)
        throw new Passing(`ended at byte ${at} of ${rangeEnd}`)
      return { body, head: head.value }
    })
    try {
      let chunk: Uint8Array | undefined = reader.head
      while (chunk !== undefined && at < rangeEnd) {
        const wanted = chunk.length > rangeEnd - at ? chunk.subarray(0, rangeEnd - at) : chunk
        at += wanted.length
        if (wanted.length > 0) yield wanted
        if (at >= rangeEnd) break
        signal?.throwIfAborted()
        chunk = await reader.body.read().then(
          (next) => (next.done ? undefined : next.value),
          () => undefined,
        )
      }
    } finally {
      await reader.body.cancel().catch(() => undefined)
    }
  }
}

async function request(
  url: string,
  uri: string,
  start: number,
  end: number,
  options: HttpOptions,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const get = options.fetch ?? globalThis.fetch
  const headers = { range: `bytes=${start}-${end - 1}`, 'accept-encoding': 'identity' }
  const { answerMs = ANSWER_MS } = options
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), answerMs)
  const until = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal])
  const response = await get(url, { headers, signal: until })
    .catch((cause: unknown) => {
      signal?.throwIfAborted()
      if (silence.signal.aborted)
        throw new Passing(`no answer within ${answerMs / 1000} s`, { cause, isRefusal: true })
      const inner = innermost(cause)
      throw new Passing(inner.message, { cause, isRefusal: isRefusal(inner) })
    })
    .finally(() => clearTimeout(timer))
  if (response.status === 206) return response
  if (response.status === 416 && start === 0) return response
  await response.body?.cancel()
  throw refusal(response.status, uri)
}

function refusal(status: number, uri: string): Error {
  if (status === 200) {
    return new TilthError('input', `${uri}: the server does not answer range requests`, {
      hint: 'Download the file and give its path.',
    })
  }
  if (status === 404 || status === 410) return new TilthError('not-found', `${uri}: HTTP ${status}`)
  if (status === 408 || status === 429 || status >= 500) return new Passing(`HTTP ${status}`)
  return new TilthError('input', `${uri}: HTTP ${status}, expected 206`)
}

/** Size of the whole resource, from `Content-Range: bytes 0-0/SIZE` (`bytes ∗/0` for an empty one). */
function sizeOf(response: Response, uri: string): number {
  const range = response.headers.get('content-range') ?? ''
  const size = Number(/^bytes\s+(?:\d+-\d+|\*)\/(\d+)$/i.exec(range.trim())?.[1] ?? Number.NaN)
  if (!Number.isSafeInteger(size) || (response.status === 416 && size > 0)) {
    throw new TilthError('input', `${uri}: the server does not tell the size (Content-Range: "${range}")`, {
      hint: 'Download the file and give its path.',
    })
  }
  return size
}

function etagOf(response: Response, size: number): string {
  return response.headers.get('etag') ?? `${size}-${response.headers.get('last-modified') ?? ''}`
}

function checkSame(response: Response, opened: Pick<Source, 'uri' | 'size' | 'etag'>): void {
  const size = sizeOf(response, opened.uri)
  const etag = etagOf(response, size)
  if (size === opened.size && etag === opened.etag) return
  throw new TilthError('input', `${opened.uri}: changed while it was being read`, {
    hint: 'Start again when it no longer changes.',
  })
}

async function retried<T>(
  uri: string,
  options: HttpOptions,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  const retries = options.retries ?? 4
  let waitMs = options.retryDelayMs ?? 500
  for (let tried = 0; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Passing)) throw error
      if (tried >= (error.isRefusal ? Math.min(1, retries) : retries)) {
        throw new TilthError('input', `${uri}: ${error.message}, after ${tried + 1} tries`, {
          cause: error,
        })
      }
      await delay(waitMs, undefined, signal === undefined ? {} : { signal })
      waitMs *= 2
    }
  }
}

function checkedUrl(uri: string): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url === undefined) throw new TilthError('input', `${uri}: not a URL`)
  if (url.username !== '' || url.password !== '') {
    throw new TilthError(
      'input',
      `${url.origin}${url.pathname}: user names and passwords in URLs are not supported`,
    )
  }
  return url.href
}

/** `fetch failed` says nothing; its cause does. */
function innermost(error: unknown): Error {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return inner instanceof Error ? inner : new Error(String(inner))
}

/** A closed port, a name that does not exist, or a port that fetch never opens. */
function isRefusal(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || error.message === 'bad port'
}

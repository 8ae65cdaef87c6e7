import {
  type CallOptions,
  type Client,
  ConnectError,
  createClient,
  type Interceptor,
} from '@connectrpc/connect'
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node'
import { nameOf, type SparkEndpoint } from './endpoint.ts'
import { SparkConnectService } from './gen/base_pb.ts'
import { type Chances, PATIENT, REAL_CHANCES, Retries, type RetryPolicy, retried } from './retry.ts'
import { explainSparkError, factsOf } from './spark-error.ts'

export type SparkService = Client<typeof SparkConnectService>

/** How a connection behaves; the defaults are for use, the rest for tests. */
export interface ConnectionOptions {
  readonly retry?: RetryPolicy
  readonly chances?: Chances
  /** A result stream that says nothing for so long is taken for lost, and asked for again. */
  readonly silenceMs?: number
}

/**
 * Servers end a stream of results after two minutes at most, and tell of progress every few seconds: one that is silent for longer has
 * lost its connection without a word. The limit costs nothing when it is wrong, because the stream is only asked for again.
 */
const SILENCE_MS = 150_000
/** Calls that are answered at once, unless the server is busy collecting garbage. */
const UNARY_TIMEOUT_MS = 120_000
/** A row is one message at least, and a document may be large. The server sends batches of about 4 MiB. */
const READ_MAX_BYTES = 2 ** 30

/** What every request carries. */
export interface RequestBase {
  readonly sessionId: string
  readonly userContext: { readonly userId: string; readonly userName: string }
  readonly clientType: string
  readonly clientObservedServerSideSessionId?: string
}

/** A session's calls to its server: what they carry, when they are made again, and how they fail. */
export class Connection {
  readonly server: string
  readonly service: SparkService
  readonly silenceMs: number
  readonly #endpoint: SparkEndpoint
  readonly #sessionId: string
  readonly #http2: Http2SessionManager
  readonly #policy: RetryPolicy
  readonly #chances: Chances
  /** The server's own name of the session: a server that was restarted would otherwise begin an empty one in silence. */
  #observed: string | undefined

  constructor(endpoint: SparkEndpoint, sessionId: string, options: ConnectionOptions = {}) {
    this.server = nameOf(endpoint)
    this.#endpoint = endpoint
    this.#sessionId = sessionId
    this.#policy = options.retry ?? PATIENT
    this.#chances = options.chances ?? REAL_CHANCES
    this.silenceMs = options.silenceMs ?? SILENCE_MS
    const baseUrl = `${endpoint.isSecure ? 'https' : 'http'}://${this.server.slice('sc://'.length)}`
    this.#http2 = new Http2SessionManager(baseUrl)
    this.service = createClient(
      SparkConnectService,
      createGrpcTransport({
        baseUrl,
        sessionManager: this.#http2,
        readMaxBytes: READ_MAX_BYTES,
        interceptors: [headersOf(endpoint)],
      }),
    )
  }

  /** The part that all requests share. */
  base(): RequestBase {
    const { userId, userAgent } = this.#endpoint
    return {
      sessionId: this.#sessionId,
      userContext: { userId, userName: userId },
      clientType: userAgent,
      ...(this.#observed === undefined ? {} : { clientObservedServerSideSessionId: this.#observed }),
    }
  }

  /** Notes the server's own name of the session. */
  observe(response: { readonly serverSideSessionId: string }): void {
    if (response.serverSideSessionId !== '') this.#observed = response.serverSideSessionId
  }

  retries(policy: RetryPolicy = this.#policy): Retries {
    return new Retries(policy, this.#chances)
  }

  /**
   * Makes a call that may be made twice.
   *
   * @throws TilthError `spark`.
   */
  async call<T extends { readonly serverSideSessionId: string }>(
    make: (base: RequestBase, options: CallOptions) => Promise<T>,
    options: {
      readonly signal?: AbortSignal | undefined
      readonly retry?: RetryPolicy
      readonly timeoutMs?: number
    } = {},
  ): Promise<T> {
    const { signal, timeoutMs = UNARY_TIMEOUT_MS } = options
    const callOptions = { timeoutMs, ...(signal === undefined ? {} : { signal }) }
    try {
      const response = await retried(
        () => make(this.base(), callOptions),
        this.retries(options.retry),
        signal,
      )
      this.observe(response)
      return response
    } catch (error) {
      throw await this.explain(error)
    }
  }

  /** The error of a call for people, with what the server tells of it when it is asked. */
  async explain(error: unknown): Promise<unknown> {
    if (!(error instanceof ConnectError)) return error
    const { errorId } = factsOf(error)
    if (errorId === undefined) return explainSparkError(error, this.server)
    try {
      const details = await this.service.fetchErrorDetails({ ...this.base(), errorId }, { timeoutMs: 10_000 })
      return explainSparkError(error, this.server, details)
    } catch {
      // The status alone says less, but it is what made the call fail.
      return explainSparkError(error, this.server)
    }
  }

  close(): void {
    this.#http2.abort()
  }
}

function headersOf(endpoint: SparkEndpoint): Interceptor {
  return (next) => (request) => {
    for (const [name, value] of Object.entries(endpoint.headers)) request.header.set(name, value)
    if (endpoint.token !== undefined) request.header.set('authorization', `Bearer ${endpoint.token}`)
    return next(request)
  }
}

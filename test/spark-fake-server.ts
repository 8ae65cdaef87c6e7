import { once } from 'node:events'
import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import {
  type AddArtifactsRequest,
  type ExecutePlanRequest,
  type ExecutePlanResponse,
  ExecutePlanResponseSchema,
  type ReattachExecuteRequest,
  type ReleaseExecuteRequest,
  SparkConnectService,
} from '../src/engine/spark/connect/gen/base_pb.ts'
import { ErrorInfoSchema } from '../src/engine/spark/connect/gen/error_details_pb.ts'
import { arrowOf } from '../src/engine/spark/connect/local-relation.ts'

export type Responses = AsyncGenerator<MessageInitShape<typeof ExecutePlanResponseSchema>>

/** What a test makes of the calls that matter; the others are answered as a server would. */
export interface FakeBehaviour {
  readonly execute?: (request: ExecutePlanRequest, context: HandlerContext) => Responses
  readonly reattach?: (request: ReattachExecuteRequest, context: HandlerContext) => Responses
  readonly config?: () => void
  /** Whether a chunked or whole artifact is said to have arrived undamaged. */
  readonly isIntact?: () => boolean
}

/** A Spark Connect server in this process, which notes what it is asked. */
export class FakeServer {
  readonly #server: Http2Server
  readonly #sessions = new Set<ServerHttp2Session>()
  /** Names of calls, in order. */
  readonly calls: string[] = []
  readonly releases: ReleaseExecuteRequest['release'][] = []
  readonly interrupted: string[] = []
  readonly uploads: AddArtifactsRequest[][] = []
  readonly authorizations = new Set<string | null>()
  readonly artifacts = new Set<string>()

  constructor(behaviour: FakeBehaviour) {
    const { calls } = this
    const base = { sessionId: 's', serverSideSessionId: 'server-1' }
    const routes = (router: ConnectRouter): ConnectRouter =>
      router.service(SparkConnectService, {
        config: (_, context) => {
          calls.push('config')
          this.authorizations.add(context.requestHeader.get('authorization'))
          behaviour.config?.()
          return { ...base, pairs: [] }
        },
        executePlan: async function* (request, context) {
          calls.push('executePlan')
          if (behaviour.execute !== undefined) yield* behaviour.execute(request, context)
        },
        reattachExecute: async function* (request, context) {
          calls.push('reattachExecute')
          if (behaviour.reattach !== undefined) yield* behaviour.reattach(request, context)
        },
        releaseExecute: (request) => {
          this.releases.push(request.release)
          return base
        },
        interrupt: (request) => {
          calls.push('interrupt')
          if (request.interrupt.case === 'operationId') this.interrupted.push(request.interrupt.value)
          return { ...base, interruptedIds: [] }
        },
        artifactStatus: (request) => {
          const statuses = request.names.map((name) => [name, { exists: this.artifacts.has(name) }] as const)
          return { ...base, statuses: Object.fromEntries(statuses) }
        },
        addArtifacts: async (requests) => {
          const upload: AddArtifactsRequest[] = []
          for await (const request of requests) upload.push(request)
          this.uploads.push(upload)
          const name = 'artifact'
          return { ...base, artifacts: [{ name, isCrcSuccessful: behaviour.isIntact?.() ?? true }] }
        },
        releaseSession: () => {
          calls.push('releaseSession')
          return base
        },
      })
    this.#server = createServer(connectNodeAdapter({ routes }))
    this.#server.on('session', (session) => {
      this.#sessions.add(session)
      session.on('close', () => this.#sessions.delete(session))
      session.on('error', () => undefined)
    })
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `sc://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Drops every connection without a word, as a network does. */
  dropConnections(): void {
    for (const session of this.#sessions) session.socket?.destroy()
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** An answer with the rows `from` to `from + length`. */
export function rows(id: string, from: number, length: number): ExecutePlanResponse {
  const values = BigInt64Array.from({ length }, (_, at) => BigInt(from + at))
  const value = { rowCount: BigInt(length), data: arrowOf({ id: values }), startOffset: BigInt(from) }
  return create(ExecutePlanResponseSchema, {
    serverSideSessionId: 'server-1',
    responseId: id,
    responseType: { case: 'arrowBatch', value },
  })
}

export function complete(id: string): ExecutePlanResponse {
  return create(ExecutePlanResponseSchema, {
    responseId: id,
    responseType: { case: 'resultComplete', value: {} },
  })
}

/** A stream that fails before it gives anything. */
export async function* failing(error: Error): Responses {
  yield* []
  throw error
}

/** An error as Spark sends them. */
export function sparkFailure(errorClass: string, message: string, code = Code.Internal): ConnectError {
  const metadata = { errorClass, sqlState: 'HY000' }
  return new ConnectError(`[${errorClass}] ${message}`, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason: 'x', domain: 'org.apache.spark', metadata } },
  ])
}

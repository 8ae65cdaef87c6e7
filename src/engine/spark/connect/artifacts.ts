import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { posix } from 'node:path'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import type { Connection } from './connection.ts'
import { type AddArtifactsRequest, AddArtifactsRequestSchema } from './gen/base_pb.ts'
import { SparkError } from './spark-error.ts'

/**
 * What an artifact is to the server: a file that executors find by `SparkFiles.get(NAME)`, a module that Python imports, an archive that is
 * unpacked, or bytes that a relation names.
 */
export type ArtifactKind = 'files' | 'pyfiles' | 'archives' | 'cache'

export interface Artifact {
  readonly kind: ArtifactKind
  /** Name of a file, such as `stage.mjs`. What is sent is named `stage_HASH.mjs`. */
  readonly name: string
  readonly data: Uint8Array | { readonly file: string }
}

/** Bytes of a chunk: far below what servers take, and few enough messages for a file of 100 MB. */
const CHUNK_BYTES = 256 * 1024
const TRIES = 3

type Payload = NonNullable<MessageInitShape<typeof AddArtifactsRequestSchema>['payload']>

/**
 * Files that a session has sent to its server.
 *
 * Names hold the content's hash: executors are shared by sessions, and an artifact can never be replaced. So the same content is sent once a
 * session, and two contents never meet under one name.
 */
export class ArtifactStore {
  readonly #connection: Connection
  readonly #sent = new Map<string, Promise<void>>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Sends a file where the server does not have it. Gives the name under which executors find it.
   *
   * @throws TilthError `spark` when it arrives damaged {@link TRIES} times, or not at all.
   */
  async add(artifact: Artifact, signal?: AbortSignal): Promise<string> {
    const source = sourceOf(artifact.data)
    const hash = await hashOf(source)
    const name = artifact.kind === 'cache' ? hash : hashedName(artifact.name, hash)
    const path = `${artifact.kind}/${name}`
    let sending = this.#sent.get(path)
    if (sending === undefined) {
      sending = this.#sendOnce(path, source, signal)
      this.#sent.set(path, sending)
      // One that failed may be sent again.
      sending.catch(() => this.#sent.delete(path))
    }
    await sending
    return name
  }

  async #sendOnce(path: string, source: Source, signal: AbortSignal | undefined): Promise<void> {
    if (await this.#isThere(path, signal)) return
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { artifacts } = await this.#connection.call(
        (base, options) => this.#connection.service.addArtifacts(requests(base, path, source), options),
        // A slow network may take its time over a large file.
        { signal, timeoutMs: 60 * 60_000 },
      )
      if (artifacts.every((each) => each.isCrcSuccessful)) return
    }
    throw new SparkError(`${this.#connection.server}: ${path} arrived damaged ${TRIES} times`, {
      hint: 'something between here and the server changes what is sent',
    })
  }

  async #isThere(path: string, signal: AbortSignal | undefined): Promise<boolean> {
    const { statuses } = await this.#connection.call(
      (base, options) => this.#connection.service.artifactStatus({ ...base, names: [path] }, options),
      { signal },
    )
    return statuses[path]?.exists === true
  }
}

/** `stage.mjs` and a hash as `stage_0123456789abcdef.mjs`: a name of Python stays one. */
export function hashedName(name: string, hash: string): string {
  const base = posix.basename(name)
  const dot = base.indexOf('.', 1)
  const stem = dot < 0 ? base : base.slice(0, dot)
  return `${stem}_${hash.slice(0, 16)}${dot < 0 ? '' : base.slice(dot)}`
}

interface Source {
  readonly size: () => Promise<number>
  readonly chunks: () => AsyncIterable<Uint8Array>
}

function sourceOf(data: Artifact['data']): Source {
  if (data instanceof Uint8Array)
    return { size: () => Promise.resolve(data.length), chunks: () => Readable.from(slices(data)) }
  const { file } = data
  return {
    size: async () => (await stat(file)).size,
    // A file gives whole chunks, except at its end.
    chunks: () => createReadStream(file, { highWaterMark: CHUNK_BYTES }),
  }
}

function* slices(data: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < data.length; at += CHUNK_BYTES) yield data.subarray(at, at + CHUNK_BYTES)
}

async function hashOf(source: Source): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of source.chunks()) hash.update(chunk)
  return hash.digest('hex')
}

/** The messages of one artifact: one where it fits into a chunk, else its size and first chunk, and then the others. */
async function* requests(
  base: ReturnType<Connection['base']>,
  name: string,
  source: Source,
): AsyncGenerator<AddArtifactsRequest> {
  const request = (payload: Payload): AddArtifactsRequest =>
    create(AddArtifactsRequestSchema, { ...base, payload })
  const size = await source.size()
  if (size === 0)
    yield request({ case: 'batch', value: { artifacts: [{ name, data: checked(new Uint8Array()) }] } })
  let isFirst = true
  for await (const chunk of source.chunks()) {
    const data = checked(chunk)
    if (size <= CHUNK_BYTES) yield request({ case: 'batch', value: { artifacts: [{ name, data }] } })
    else if (isFirst) {
      const numChunks = BigInt(Math.ceil(size / CHUNK_BYTES))
      yield request({
        case: 'beginChunk',
        value: { name, totalBytes: BigInt(size), numChunks, initialChunk: data },
      })
    } else yield request({ case: 'chunk', value: data })
    isFirst = false
  }
}

function checked(data: Uint8Array): { readonly data: Uint8Array; readonly crc: bigint } {
  return { data, crc: BigInt(crc32(data)) }
}

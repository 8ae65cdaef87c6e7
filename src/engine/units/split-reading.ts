import { hash } from 'node:crypto'
import { formatNamed } from '../../formats/catalogue.ts'
import { openSource } from '../../formats/source/source.ts'
import { documentId, type FoundIn, type Meta, positionKey } from '../../model/document.ts'
import { TilthError } from '../../model/error.ts'
import type { ReadItem, Source, Split } from '../../model/record.ts'
import type { Drop } from '../../model/stage.ts'
import { recordId } from '../flow.ts'
import type { InputFile } from '../inputs.ts'
import type { TaskContext } from './context.ts'

/** A split of an input file, as a task reads it. */
export interface SplitPlace {
  readonly file: InputFile
  /** SHA-256 of the file. */
  readonly input: string
  readonly split: Split
  /** ETag that the source must still have. */
  readonly etag: string
}

/** The file of a place, as its documents name it. */
export function foundIn({ file, input }: SplitPlace): FoundIn {
  return { uri: file.uri, input, name: file.input }
}

/** Calls `take` for every item of a split, in order; counts the bytes that were read. */
export async function readSplit(
  context: TaskContext,
  place: SplitPlace,
  only: readonly number[] | undefined,
  take: (item: ReadItem) => Promise<void> | void,
): Promise<{ readonly next?: number; readonly bytesRead: number }> {
  if (only?.length === 0) return { bytesRead: 0 }
  const format = formatNamed(place.file.format)
  const source = await openSource(place.file.uri)
  if (source.etag !== place.etag) {
    throw new TilthError('input', `${place.file.uri} changed while it was being read`, {
      hint: 'run the same command again: it takes the file as it is now',
    })
  }
  const counted = new CountedSource(source)
  const items = format.read(counted, place.split, {
    options: place.file.options,
    maxRecordBytes: place.file.maxRecordBytes,
    maxWindowBytes: context.maxWindowBytes,
    ...(only === undefined ? {} : { only: [...only].sort((a, b) => a - b) }),
  })
  for (;;) {
    const batch = await items.next()
    if (batch.done === true) return { next: batch.value.next, bytesRead: counted.bytesRead }
    for (const item of batch.value) {
      const done = take(item)
      if (done !== undefined) await done
    }
  }
}

/** A source that counts what is read of it. */
class CountedSource implements Source {
  readonly #source: Source
  bytesRead = 0

  constructor(source: Source) {
    this.#source = source
  }

  get uri(): string {
    return this.#source.uri
  }
  get size(): number {
    return this.#source.size
  }
  get etag(): string {
    return this.#source.etag
  }

  async *read(start: number, end: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source.read(start, end, signal)) {
      this.bytesRead += chunk.length
      yield chunk
    }
  }
}

/** Id, position and what is known of whatever a reader gave. */
export interface Seen {
  readonly id: string
  readonly position: number
  readonly meta: Meta
}

/** Id, position and URL of whatever a reader gave. */
export function identify(item: ReadItem, input: string): Seen {
  if ('record' in item) {
    const { record } = item
    const id = recordId(record, input, hash('sha256', record.body, 'hex'))
    return { id, position: record.position, meta: urlMeta(record.url) }
  }
  const [position, reason, url] =
    'failure' in item
      ? [item.failure.position, item.failure.reason, item.failure.url]
      : [item.skipped.position, item.skipped.skip, item.skipped.url]
  return { id: documentId('unread', positionKey(input, position), reason), position, meta: urlMeta(url) }
}

function urlMeta(url: string | undefined): Meta {
  return url === undefined ? {} : { url }
}

export function skipDrop(item: Extract<ReadItem, { skipped: unknown }>): Drop {
  const { skip, detail } = item.skipped
  return { drop: skip, ...(detail === undefined ? {} : { detail }) }
}

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { z } from 'zod'
import type { Format, PayloadRecord, ReadFailure, ReadItem, Source, Split } from '../src/model/record.ts'

/** Bytes as a source, given out in chunks of `chunkBytes`. */
export function bytesSource(bytes: Uint8Array | string, uri = 'memory', chunkBytes = 1 << 20): Source {
  const held = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return {
    uri,
    size: held.length,
    etag: 'memory',
    async *read(start, end) {
      const stop = Math.min(end, held.length)
      for (let at = start; at < stop; at += chunkBytes)
        yield held.subarray(at, Math.min(stop, at + chunkBytes))
    },
  }
}

/** A file of `test/golden` as a source. */
export function goldenSource(path: string): Source {
  return bytesSource(readFileSync(`${import.meta.dirname}/golden/${path}`), basename(path))
}

/** A source that repeats `unit` `times` times between `head` and `tail`, and is never held. */
export function repeatedSource(head: Uint8Array, unit: Uint8Array, times: number, tail: Uint8Array): Source {
  const size = head.length + unit.length * times + tail.length
  const parts = function* () {
    yield head
    for (let index = 0; index < times; index++) yield unit
    yield tail
  }
  return {
    uri: 'repeated',
    size,
    etag: 'repeated',
    async *read(start, end) {
      let at = 0
      for (const part of parts()) {
        const from = Math.max(0, start - at)
        const to = Math.min(part.length, end - at)
        if (from < to) yield part.subarray(from, to)
        at += part.length
        if (at >= end) return
      }
    },
  }
}

export interface ReadAllOptions {
  readonly options?: object
  readonly maxRecordBytes?: number
  readonly maxWindowBytes?: number
  readonly only?: readonly number[]
  /** Cuts the source; without it the format's own split of the whole file is read. */
  readonly targetBytes?: number
}

/** What a format gives for a source, split by split; fails where a split ends elsewhere than the next begins. */
export async function readItems(
  format: Format,
  source: Source,
  given: ReadAllOptions = {},
): Promise<{ readonly items: readonly ReadItem[]; readonly splits: readonly Split[] }> {
  const options: z.output<z.ZodType> = format.options.parse(given.options ?? {})
  const splits = await format.split(source, options, given.targetBytes ?? Number.POSITIVE_INFINITY)
  const items: ReadItem[] = []
  for (const split of splits) {
    const read = format.read(source, split, {
      options,
      maxRecordBytes: given.maxRecordBytes ?? 32 << 20,
      maxWindowBytes: given.maxWindowBytes ?? 2 ** 31,
      ...(given.only === undefined ? {} : { only: given.only }),
    })
    for (;;) {
      const step = await read.next()
      if (step.done) {
        if (step.value.next !== split.end)
          throw new Error(`split to ${split.end} was read to ${step.value.next}`)
        break
      }
      items.push(...step.value)
    }
  }
  return { items, splits }
}

export function recordsOf(items: readonly ReadItem[]): readonly PayloadRecord[] {
  return items.flatMap((item) => ('record' in item ? [item.record] : []))
}

export function failuresOf(items: readonly ReadItem[]): readonly ReadFailure[] {
  return items.flatMap((item) => ('failure' in item ? [item.failure] : []))
}

/** Resident bytes by which the process grew, at most, while `work` ran; looked at on every turn of the loop. */
export async function peakGrowth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss()
  let peak = before
  let running = true
  const watch = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss())
    if (running) setImmediate(watch)
  }
  watch()
  try {
    await work()
  } finally {
    running = false
  }
  return peak - before
}

import { availableParallelism } from 'node:os'
import { TilthError } from '../model/error.ts'

/** How a run is bounded. */
export interface Budget {
  readonly workers: number
  /** V8 heap limits of each worker; empty without `--memory`. */
  readonly limits: { readonly maxOldGenerationSizeMb?: number; readonly maxYoungGenerationSizeMb?: number }
  /** Memory that one decoder may take for its window. Bytes. */
  readonly maxWindowBytes: number
  /** Bytes of key records that one partition of an exchange may hold. */
  readonly partitionBytes: number
  /** The promise, in bytes; `undefined` = none was asked for. */
  readonly memoryBytes: number | undefined
}

const MIB = 1 << 20

/** Resident size of the process before it does anything: runtime, code and the main thread's heap. */
const BASE_BYTES = 150 * MIB
/** An idle worker thread, and the buffers of its reader and writer. */
const WORKER_BYTES = 70 * MIB
/**
 * Share of a worker's memory that is its heap of JavaScript. The rest is what stands outside: buffers of a
 * record while it is inflated, compressed and encoded. Measured with records of 20 to 30 MB under 512M:
 * peaks of 378 to 439 MiB at 0.4, and of 430 to 553 MiB at 0.5.
 */
const HEAP_RATIO = 0.4
/** Copies of one record that exist at a time: inflated, decoded, as text, and as encoded output. */
const RECORD_COPIES = 4

/**
 * Workers and bounds for a run.
 *
 * @param memoryBytes the promise on the process's peak resident size; `undefined` = no promise.
 * @param workers threads wished for; fewer are used where the memory does not suffice.
 * @param maxRecordBytes the largest payload that an input allows.
 * @throws TilthError `memory` when not even one worker fits.
 */
export function budget(
  memoryBytes: number | undefined,
  workers: number = availableParallelism(),
  maxRecordBytes: number,
): Budget {
  if (memoryBytes === undefined) {
    return { workers, limits: {}, maxWindowBytes: 2 ** 31, partitionBytes: 64 * MIB, memoryBytes }
  }
  const workerBytes = WORKER_BYTES + RECORD_COPIES * maxRecordBytes
  const fitting = Math.floor((memoryBytes - BASE_BYTES) / workerBytes)
  if (fitting < 1) {
    const least = Math.ceil((BASE_BYTES + workerBytes) / MIB)
    throw new TilthError(
      'memory',
      `--memory ${Math.floor(memoryBytes / MIB)}M is too little for one worker`,
      {
        hint: `give at least ${least}M, or allow only smaller records: --set inputs.NAME.maxRecordBytes=BYTES`,
      },
    )
  }
  const used = Math.min(workers, fitting)
  const share = Math.floor((memoryBytes - BASE_BYTES) / used)
  return {
    workers: used,
    limits: {
      maxOldGenerationSizeMb: Math.max(48, Math.floor((HEAP_RATIO * share) / MIB)),
      maxYoungGenerationSizeMb: 16,
    },
    maxWindowBytes: Math.floor(share / 2),
    partitionBytes: Math.floor(share / 4),
    memoryBytes,
  }
}

/**
 * Where nothing bounds the heaps: the process with its main thread, and each worker. Measured with one worker
 * 316 to 514 MiB (web pages, posts, links, books), and with two 487 to 609.
 */
const FREE_BASE_BYTES = 250 * MIB
const FREE_WORKER_BYTES = 150 * MIB

/** Peak resident size to expect without a promise, when the largest payload is of so many bytes. */
export function peakBytes(workers: number, largestRecordBytes: number): number {
  return FREE_BASE_BYTES + workers * FREE_WORKER_BYTES + RECORD_COPIES * largestRecordBytes
}

/**
 * Bytes of a size as people write it: `512M`, `4G`, `1.5GiB`, `800000`.
 *
 * @throws TilthError `usage`.
 */
export function parseBytes(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim())
  if (match === null) throw new TilthError('usage', `${option} ${text}: expected a size such as 512M or 4G`)
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase())
  return Math.floor(Number(match[1]) * 1024 ** power)
}

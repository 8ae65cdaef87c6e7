import { bpeBinary } from './binary/bpe.ts'

/** What `assembly/bpe.ts` exports. Places are in bytes of its memory. */
export interface BpeKernel {
  readonly memory: WebAssembly.Memory
  readonly classPlace: () => number
  readonly byteIdPlace: () => number
  readonly startPlace: () => number
  readonly blobPlace: () => number
  readonly textPlace: () => number
  readonly idPlace: () => number
  readonly consumedBytes: () => number
  readonly wasRefused: () => number
  readonly layOut: (
    count: number,
    bytes: number,
    tokenBits: number,
    pairBits: number,
    merges: number,
    cacheBits: number,
  ) => void
  readonly reserve: (bytes: number) => void
  readonly indexTokens: (count: number, whole: number) => void
  readonly addMerge: (rank: number, left: number, right: number, id: number) => void
  readonly indexBytePairs: () => void
  readonly setPattern: (family: number, digits: number, isEndWhole: number) => void
  readonly encode: (length: number, isLast: number) => number
  readonly encodeOne: (length: number) => number
  readonly mergeIds: (count: number) => number
}

let compiled: WebAssembly.Module | undefined

/** A kernel with a memory of its own. The module is compiled once. */
export function bpeKernel(): BpeKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(bpeBinary, 'base64'))
  return new WebAssembly.Instance(compiled).exports as unknown as BpeKernel
}

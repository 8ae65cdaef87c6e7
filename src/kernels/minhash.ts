import { minhashBinary } from './binary/minhash.ts'

/** What `assembly/minhash.ts` exports. Places are in bytes of its memory. */
export interface MinhashKernel {
  readonly memory: WebAssembly.Memory
  readonly textPlace: () => number
  readonly chunkBytes: () => number
  readonly tokenPlace: () => number
  readonly shinglePlace: () => number
  readonly multiplierPlace: () => number
  readonly addendPlace: () => number
  readonly keyPlace: () => number
  readonly batchPlace: () => number
  readonly batchBytes: () => number
  readonly batchTexts: () => number
  readonly batchEndsPlace: () => number
  readonly batchStatesPlace: () => number
  readonly batchKeysPlace: () => number
  readonly layOut: (bands: number, rows: number, orders: number) => void
  readonly addPage: (page: number) => number
  readonly begin: (ngram: number, sketch: number) => void
  readonly takeWords: (length: number, isLast: number) => number
  readonly takeCharacters: (length: number) => number
  readonly takeTokens: (count: number) => number
  readonly unspacedSurplus: (length: number) => number
  readonly isUnspaced: (length: number) => number
  readonly takeBatch: (count: number, ngram: number) => void
  readonly finishKeys: () => void
  readonly sortShingles: (count: number) => number
}

let compiled: WebAssembly.Module | undefined

/** A kernel with a memory of its own. The module is compiled once. */
export function minhashKernel(): MinhashKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(minhashBinary, 'base64'))
  return new WebAssembly.Instance(compiled).exports as unknown as MinhashKernel
}

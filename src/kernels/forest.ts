import { forestBinary } from './binary/forest.ts'

/** What `assembly/forest.ts` exports; its memory is its user's. */
export interface ForestKernel {
  readonly memory: WebAssembly.Memory
  readonly scoreRows: (
    trees: number,
    bias: number,
    features: number,
    thresholds: number,
    leaves: number,
    rows: number,
    count: number,
    width: number,
    columns: number,
    sums: number,
  ) => void
}

let compiled: WebAssembly.Module | undefined

/** A kernel with a memory of its own. The module is compiled once. */
export function forestKernel(): ForestKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(forestBinary, 'base64'))
  return new WebAssembly.Instance(compiled).exports as unknown as ForestKernel
}

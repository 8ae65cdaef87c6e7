import { textFeaturesBinary } from './binary/text-features.ts'

/** What `assembly/text-features.ts` exports. Places are in bytes of its memory. */
export interface TextFeaturesKernel {
  readonly memory: WebAssembly.Memory
  readonly layOut: (features: number, pairs: number) => void
  readonly textPlace: (length: number) => number
  readonly lower: (length: number) => number
  readonly count: (length: number) => number
  readonly entryPlace: () => number
  readonly squares: () => number
  readonly copyHashLow: () => number
  readonly copyHashHigh: () => number
}

let compiled: WebAssembly.Module | undefined

/** A kernel with a memory of its own. The module is compiled once. */
export function textFeaturesKernel(): TextFeaturesKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(textFeaturesBinary, 'base64'))
  return new WebAssembly.Instance(compiled).exports as unknown as TextFeaturesKernel
}

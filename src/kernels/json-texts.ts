import { jsonTextsBinary } from './binary/json-texts.ts'

/** What `assembly/json-texts.ts` exports. Places are in bytes of its memory. */
export interface JsonTextsKernel {
  readonly memory: WebAssembly.Memory
  readonly inputPlace: () => number
  readonly inputBytes: () => number
  readonly textsPlace: () => number
  readonly linesPlace: () => number
  readonly mostLines: () => number
  readonly mostName: () => number
  readonly textNamePlace: () => number
  readonly idNamePlace: () => number
  readonly begin: (textLength: number, idLength: number) => void
  readonly scan: (length: number, isLast: number) => number
  readonly taken: () => number
}

/** 32-bit words that the kernel writes of a line. */
export const LINE_WORDS = 6

/** What a line is: one without anything, one whose text was taken, or one that is left to be parsed. */
export const LINE_KINDS = { blank: 0, taken: 1, left: 2 } as const

/** A kernel with a memory of its own. */
export function jsonTextsKernel(): JsonTextsKernel {
  const module = new WebAssembly.Module(Buffer.from(jsonTextsBinary, 'base64'))
  return new WebAssembly.Instance(module).exports as unknown as JsonTextsKernel
}

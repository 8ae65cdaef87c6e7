import type { z } from 'zod'
import type { Json } from '../../model/document.ts'
import type { Store } from '../../store/store.ts'
import type { RunOptions } from '../engine.ts'

/** What a part of a recipe made. */
export interface Made {
  /** `NAME@NUMBER`. */
  readonly ref: string
  /** What it is, in a word or two: `documents`, `classifier`. */
  readonly kind: string
  /** How much it is and what was measured of it, in a line. */
  readonly summary: string
  /** The same as fields. */
  readonly metrics?: Readonly<Record<string, Json>>
  readonly upToDate: boolean
  /** What a person should know before relying on it. */
  readonly warnings: readonly string[]
}

export interface MakeContext {
  readonly store: Store
  readonly bounds: Pick<RunOptions, 'workers' | 'memoryBytes' | 'signal'>
  readonly progress: (what: string, done: number, total: number) => void
}

/** Something that a part of a recipe can make of versions and artefacts; the same is a command of its own. */
export interface Maker<Options extends z.ZodType = z.ZodType> {
  /** What `make` in a part names. */
  readonly name: string
  readonly description: string
  /** Strict schema. Versions and artefacts are given by reference. */
  readonly options: Options
  /**
   * Finds what can be known to be wrong before earlier parts have run: references to them stand as they are.
   *
   * @throws TilthError what `make` would throw.
   */
  check?(
    options: z.output<Options>,
    context: Pick<MakeContext, 'store'> & { readonly cwd: string },
  ): Promise<void>
  /** Makes the next one called `name`, or gives the one that was made of the same before. */
  make(name: string, options: z.output<Options>, context: MakeContext): Promise<Made>
}

export function defineMaker<Options extends z.ZodType>(maker: Maker<Options>): Maker<Options> {
  return maker
}

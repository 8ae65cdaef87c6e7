import type { Manifest } from '../model/version.ts'
import type { Plan } from '../plan/plan.ts'
import type { Store } from '../store/store.ts'
import type { FoundInputs } from './inputs.ts'

/** A part of a run that a person can follow. */
export interface Progress {
  /** `hash`, `split`, `read`, `index`, `check`, `exchange`, `map`, `write` or `publish`. */
  readonly phase: string
  /** The step or input it is about. */
  readonly name: string
  readonly done: number
  readonly total: number
  /** Bytes of input behind `done` and `total`, where the phase reads input. */
  readonly doneBytes: number
  readonly totalBytes: number
}

export interface RunOptions {
  /** Threads at most; the number of cores when left out. */
  readonly workers?: number
  /** Promise on the peak resident size of the whole process, in bytes. */
  readonly memoryBytes?: number
  /** Share of the main input to draw, above 0 to 1. */
  readonly sampleRatio?: number
  /** Hash every input again, even where path, size and time say that it is the same. */
  readonly verifyInputs?: boolean
  /** SHA-256 of inputs by URI, where they must be what they were; another content is an error. */
  readonly expectedHashes?: ReadonlyMap<string, string>
  /** The plan of a version in the store: where only limits differ from it, its results are decided again, not made again. */
  readonly earlier?: Plan
  readonly progress?: (progress: Progress) => void
  /** Told, in a sentence, of what may keep the run from ending. */
  readonly warn?: (text: string) => void
  readonly signal?: AbortSignal
}

export interface RunResult {
  readonly manifest: Manifest
  /** Directory of the version. */
  readonly dir: string
  /** True when the version was there already and nothing was done. */
  readonly upToDate: boolean
}

/** Runs plans: `local` here, `spark` later. A stage never learns which. */
export interface Engine {
  run(plan: Plan, inputs: FoundInputs, store: Store, options: RunOptions): Promise<RunResult>
}

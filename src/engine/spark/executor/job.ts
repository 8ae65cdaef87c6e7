import type { TaskSettings } from '../../units/context.ts'

/** What the units of a job are. */
export type UnitKind =
  /** Splits of inputs, through a map segment or for the keys of a join. */
  | 'split'
  | 'index'
  /** Rows of earlier units with what an exchange decided of them. */
  | 'rows'
  | 'left'
  | 'matches'
  /** Rows that may have near copies, for what they are compared by. */
  | 'members'
  /** Rows of which some parts are shared, for the keys that decide. */
  | 'parts'
  /** Candidates that chains of keys connect, and the keys: units are partitions of them. */
  | 'compare'
  /** Something that needs no plan: {@link Call}. */
  | 'call'

/** Files that lay on the machine of the run, sent by name: what the plan calls their place becomes one on the executor. */
export interface ShippedFiles {
  /** Place of a file or folder, as the plan has it. */
  readonly location: string
  /** Paths below the place (empty for a file), and the names of the files that were sent. */
  readonly files: readonly { readonly path: string; readonly artifact: string }[]
  /** Of a user's script: which of the files it is; the place becomes that of this file. */
  readonly entry?: string
}

/** A user's module, as one file with all that it imports. */
export interface ShippedModule {
  readonly sha256: string
  readonly path: string
  readonly artifact: string
}

/** What the program on an executor is told once. Plain data: goes up as a file. */
export interface Job {
  readonly settings: TaskSettings
  readonly files: readonly ShippedFiles[]
  readonly modules: readonly ShippedModule[]
  readonly kind: UnitKind
  /** Number of the segment; of the step for `members`, `parts` and `compare`. */
  readonly segment: number
  /** What the machine of the run has: an executor that has others would give other texts. */
  readonly runtime: { readonly node: string; readonly unicode: string; readonly icu: string }
}

/** What a unit of kind `call` is asked. */
export interface Call {
  readonly name: 'hashInputs' | 'splitInput'
  readonly input: unknown
}

/** What a unit begins with. */
export interface UnitStart {
  readonly unit: number
  /** What became of the process at some of its records or rows: they are passed over. */
  readonly faults: readonly { readonly place: number; readonly fault: string }[]
}

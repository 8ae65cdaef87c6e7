import type { Json, Meta } from './document.ts'
import type { Rule } from './stage.ts'

/** What one step did, in documents. `in = kept + dropped + failed`; `out` counts children. */
export interface StepCount {
  readonly name: string
  readonly in: number
  readonly out: number
  readonly kept: number
  readonly dropped: number
  readonly failed: number
  /** Documents dropped or failed, by reason. */
  readonly reasons: Readonly<Record<string, number>>
}

/** A {@link StepCount} with the UTF-8 bytes of text that went in and came out. */
export interface StepTotal extends StepCount {
  readonly bytesIn: number
  readonly bytesOut: number
  /** Of groups, while they are counted: whether any document had what an option asks for by name. */
  readonly having?: Readonly<Record<string, boolean>>
  /** Of groups, in a manifest: options without effect, as no document has what they name, and what of its files it could not use; a sentence each. */
  readonly idle?: readonly string[]
}

export type TableName = 'kept' | 'rejected' | 'signals'

/** What `manifest.json` holds: stable from the first release. */
export interface Manifest {
  readonly formatVersion: 1
  readonly name: string
  readonly number: number
  readonly planId: string
  readonly recipe: string
  /** ISO 8601, UTC. Not part of any hash. */
  readonly created: string
  readonly runtime: { readonly node: string; readonly unicode: string; readonly icu: string }
  /** Names of the specifications behind ids and text hashes. */
  readonly specifications: { readonly id: string; readonly textHash: string; readonly contentHash: string }
  readonly parents: readonly string[]
  readonly inputs: readonly ManifestInput[]
  readonly shards: readonly Shard[]
  readonly steps: readonly StepTotal[]
  /** Content hashes: 64 lower-case hex digits each. */
  readonly hashes: Readonly<Record<TableName, string>>
  /** Share of the main input that was drawn, 0 to 1; 1 unless `--sample` was given. */
  readonly sampleRatio: number
  /** CPU seconds and wall seconds of the run that wrote it. */
  readonly cost: { readonly cpuSeconds: number; readonly seconds: number }
}

export interface ManifestInput {
  /** Name of the recipe's input. */
  readonly input: string
  readonly uri: string
  /** SHA-256 of its bytes. */
  readonly hash: string
  readonly bytes: number
}

export interface Shard {
  readonly table: TableName
  readonly file: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** What `plan.json` holds: the recipe with every default filled in, and the rules as they decided. */
export interface PlanRecord {
  readonly planId: string
  readonly recipe: Json
  readonly steps: readonly PlanStepRecord[]
}

export interface PlanStepRecord {
  readonly name: string
  /** Name of the stage, or `read` for the implicit step that reads a join's right input. */
  readonly stage: string
  readonly kind: string
  readonly revision: number
  readonly options: Readonly<Record<string, Json>>
  /** Signal name (without the step) to its meaning. */
  readonly signals: Readonly<Record<string, string>>
  readonly rules: readonly Rule[]
}

/** A row of `kept`. */
export interface KeptRow {
  readonly id: string
  readonly text: string
  readonly url: string | null
  readonly meta: Meta
  /** URI of the input it came from. */
  readonly source: string
  /** SHA-256 of that input. */
  readonly input: string
  readonly record: number
}

/** A row of `rejected`: what a rule dropped, and what could not be read. */
export interface RejectedRow {
  readonly id: string
  readonly kind: 'dropped' | 'failed'
  readonly step: string
  readonly reason: string
  /** Signal (without the step), its value and the rule's limit, where a rule decided. */
  readonly signal: string | null
  readonly value: number | null
  readonly limit: number | null
  /** Id of the document that was kept instead, for duplicates. */
  readonly duplicateOf: string | null
  readonly detail: string | null
  readonly url: string | null
  /** `null` under `keepDropped: none` or `pointer`, and where there never was a text. */
  readonly text: string | null
  readonly meta: Meta
  readonly source: string
  readonly input: string
  readonly record: number
}

/** A row of `signals`: one for each document that was ever measured; columns `STEP.SIGNAL`. */
export interface SignalRow {
  readonly id: string
  readonly kept: boolean
  readonly signals: Readonly<Record<string, number | null>>
}

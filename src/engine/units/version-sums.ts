import type { TableName } from '../../model/version.ts'
import { ContentHash } from '../content-hash.ts'
import type { FlowRejection, FlowRow } from './unit-output.ts'

/**
 * Sums of the canonical rows that a part of a version has, table by table: they add up to the version's content hashes, whichever
 * parts it was made of.
 */
export class VersionSums {
  readonly #sums = { kept: new ContentHash(), rejected: new ContentHash(), signals: new ContentHash() }
  readonly #measures: boolean

  /** @param measures whether the plan has any signal. */
  constructor(measures: boolean) {
    this.#measures = measures
  }

  kept(row: FlowRow): void {
    this.#sums.kept.add([row.id, row.text, row.meta])
    if (this.#measures) this.#sums.signals.add([row.id, true, row.signals])
  }

  rejected(row: FlowRejection): void {
    this.#sums.rejected.add(canonicalRejection(row))
    if (this.#measures && isMeasured(row)) this.#sums.signals.add([row.id, false, row.signals])
  }

  /** 64 lower-case hex digits each. */
  get hex(): Readonly<Record<TableName, string>> {
    const { kept, rejected, signals } = this.#sums
    return { kept: kept.hex, rejected: rejected.hex, signals: signals.hex }
  }
}

/** Whether a rejection has a row among the signals: one that ended before anything was measured has none. */
export function isMeasured({ signals }: FlowRejection): boolean {
  return Object.keys(signals).length > 0
}

/** What of a rejection is hashed: verdicts, not texts, so that `keepDropped` does not change it. */
function canonicalRejection(row: FlowRejection): unknown {
  const { id, kind, step, reason, signal = null, value = null, limit = null, duplicateOf = null } = row
  return [id, kind, step, reason, signal, value, limit, duplicateOf]
}

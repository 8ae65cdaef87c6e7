import type { SplitPlace } from '../units/split-reading.ts'
import { sql } from './connect/plans.ts'
import type { SparkSession } from './connect/session.ts'
import type { Section } from './executor/result-columns.ts'
import type { UnitTold } from './executor/unit-columns.ts'
import { parquet } from './sql/adapters.ts'

/** One unit of a segment that is done. */
export interface SparkUnit {
  readonly place: SplitPlace
  readonly told: UnitTold
}

const COLUMNS: Readonly<Record<Section, string>> = {
  row: 'unit, ordinal, number, id, mark, text, meta, line',
  rejected: 'unit, ordinal, number, id, mark, text, meta, line',
  key: 'unit, ordinal, key, mark, rank, id, line',
  sketch: 'unit, ordinal, key',
  part: 'unit, ordinal, key, number, id',
  id: 'unit, number, id',
  count: 'unit, line',
  member: 'unit, ordinal, key, number, rank, id, line, bytes',
  // Of comparisons the units are partitions: where the row is that a verdict is on stands in `number`.
  winner: 'CAST(number AS INT) AS unit, ordinal, rank, id',
  copies: 'CAST(number AS INT) AS unit, ordinal, key',
}

/** A table that units wrote, and which of them count: all, or all but those that another table has. */
interface Written {
  readonly path: string
  /** Units that were done again, and are in the next table. */
  readonly without?: readonly number[]
}

/** The results of the units of a segment, as views of a session. */
export class UnitTable {
  readonly #session: SparkSession
  readonly #name: string
  readonly #written: readonly Written[]

  /** @param name of its views: `NAME_SECTION`. */
  constructor(session: SparkSession, name: string, written: readonly Written[]) {
    this.#session = session
    this.#name = name
    this.#written = written
  }

  /** Name of the view of a section, which is made. */
  async view(section: Section): Promise<string> {
    const name = `${this.#name}_${section}`
    const parts: string[] = []
    for (const [at, { path, without = [] }] of this.#written.entries()) {
      const rows = `SELECT ${COLUMNS[section]} FROM ${parquet(path)} t WHERE section = '${section}'`
      if (without.length === 0) parts.push(rows)
      else {
        const again = `${this.#name}_again_${at}`
        await this.#session.createView(again, await this.#session.local({ again: Int32Array.from(without) }))
        parts.push(`${rows} AND NOT EXISTS (SELECT 1 FROM ${again} a WHERE a.again = t.unit)`)
      }
    }
    await this.#session.createView(name, sql(parts.join(' UNION ALL ')))
    return name
  }

  /** What each unit told of itself, by its number. */
  async told(): Promise<ReadonlyMap<number, UnitTold>> {
    const told = new Map<number, UnitTold>()
    for (const { unit, line } of await this.#session.rows(
      `SELECT unit, line FROM ${await this.view('count')}`,
    ))
      told.set(Number(unit), JSON.parse(String(line)) as UnitTold)
    return told
  }
}

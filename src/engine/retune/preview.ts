import { join } from 'node:path'
import { keepsUpper, type Rule } from '../../model/stage.ts'
import type { Shard } from '../../model/version.ts'
import { TableReader } from '../../store/table.ts'
import type { Version } from '../../store/version.ts'
import { type ChangedPlan, changePlan } from './changed-plan.ts'
import { type Change, Decisions, type SignalColumn, type SignalColumns } from './decide-again.ts'
import { type DrawnDocument, type Place, placeTexts } from './examples.ts'
import { Lowest } from './lowest.ts'

/** Documents that one rule loses or lets back in. */
export interface RuleChange {
  readonly step: string
  readonly reason: string
  readonly signal: string
  readonly option: string | null
  readonly keep: Rule['keep']
  readonly documents: number
  /** Nearest to the limit of the rule first. */
  readonly examples: readonly DrawnDocument[]
}

/** What other limits would do to a version, from its stored signals alone. */
export interface RetunePreview {
  readonly version: string
  readonly limits: readonly {
    readonly step: string
    readonly option: string | null
    readonly signal: string
    readonly keep: Rule['keep']
    /** `null` where there was, or would be, no such rule. */
    readonly before: number | null
    readonly after: number | null
  }[]
  /** Rows of stored signals that were decided again. */
  readonly measured: number
  readonly kept: number
  readonly lost: { readonly documents: number; readonly rules: readonly RuleChange[] }
  readonly gained: {
    readonly documents: number
    readonly rules: readonly RuleChange[]
    /** Let back in by their own step, and dropped by a later one whose signals are stored. */
    readonly caught: readonly { readonly step: string; readonly documents: number }[]
    /** Documents among the gained that steps have not seen, by the first of them, with all that are before them. */
    readonly pending: readonly { readonly steps: readonly string[]; readonly documents: number }[]
  }
  /** Documents that a group step had dropped for one that is dropped before it now: one of each key may come back. */
  readonly freed: readonly { readonly step: string; readonly documents: number }[]
  /** Texts drawn by chance of the lost and the gained, to estimate sizes by; empty where no text is stored. */
  readonly drawn: { readonly lost: readonly DrawnDocument[]; readonly gained: readonly DrawnDocument[] }
}

/** A plan with changed limits, and what they would do. */
export interface Retuned extends ChangedPlan {
  readonly preview: RetunePreview
}

const EXAMPLES = 3
const DRAWN = 50

/**
 * Says which documents other limits would gain and lose. Reads the columns of the signals that decide, a row group at
 * a time, and the texts of a few examples.
 *
 * @throws TilthError when an assignment changes no limit of a filter.
 */
export async function previewRetune(version: Version, assignments: readonly string[]): Promise<Retuned> {
  const change = changePlan(version, assignments)
  const decisions = new Decisions(version.plan, change)
  const tally = new ChangeTally(decisions)
  const shards = version.manifest.shards.filter((shard) => shard.table === 'signals')
  for (const [number, shard] of shards.entries()) {
    await readShard(version, change, shard, number, decisions, tally)
  }
  const texts = await placeTexts(version, tally.places)
  return { ...change, preview: { version: version.ref, limits: limitsOf(change), ...tally.result(texts) } }
}

async function readShard(
  version: Version,
  { imported }: ChangedPlan,
  shard: Shard,
  number: number,
  decisions: Decisions,
  tally: ChangeTally,
): Promise<void> {
  const table = await TableReader.open(join(version.dir, shard.file))
  const beside: TableReader[] = []
  try {
    for (const { dir } of imported) beside.push(await TableReader.open(join(dir, shard.file)))
    for (const group of table.groups) {
      const columns: (SignalColumn | undefined)[] = []
      const read = async (places: readonly number[]): Promise<void> => {
        const wanted = places.filter((place) => columns[place] === undefined)
        const names = wanted.map((place) => decisions.names[place] ?? '')
        for (const each of [table, ...beside]) {
          const values = await each.doubles(group, names)
          for (const [at, place] of wanted.entries()) columns[place] ??= values.get(names[at] ?? '')
        }
      }
      const kept = (await table.columns(group, ['kept'])).get('kept') ?? []
      const keptRows = rowsWhere(group.rows, (row) => kept[row] === true)
      if (keptRows.length > 0) await read(decisions.keptColumns)
      if (keptRows.length < group.rows) await read(decisions.looseColumns)
      const returning =
        keptRows.length === group.rows
          ? []
          : rowsWhere(group.rows, (row) => kept[row] !== true && decisions.mayReturn(columns, row))
      // Most groups of dropped documents are done with: nothing in them is near a changed limit.
      if (returning.length > 0) await read(decisions.droppedColumns)
      tally.enter(group.rows, keptRows.length)
      const decide = (row: number, isKept: boolean): void => {
        const change = isKept ? decisions.ofKept(columns, row) : decisions.ofDropped(columns, row)
        if (change !== undefined) {
          tally.add(change, columns, row, { shard, number, row: group.first + row, isKept })
        }
      }
      for (const row of keptRows) decide(row, true)
      for (const row of returning) decide(row, false)
    }
  } finally {
    for (const each of [table, ...beside]) await each.close()
  }
}

function rowsWhere(rows: number, holds: (row: number) => boolean): readonly number[] {
  const found: number[] = []
  for (let row = 0; row < rows; row++) if (holds(row)) found.push(row)
  return found
}

interface RuleTally {
  readonly step: number
  readonly rule: Rule
  documents: number
  readonly nearest: Lowest<Place>
}

/** Counts changes, and holds the places of a few of them. */
class ChangeTally {
  readonly #decisions: Decisions
  readonly #copies: readonly (readonly [number, number])[]
  readonly #rules = { lost: new Map<string, RuleTally>(), gained: new Map<string, RuleTally>() }
  readonly #drawn = { lost: new Lowest<Place>(DRAWN), gained: new Lowest<Place>(DRAWN) }
  readonly #caught = new Map<number, number>()
  readonly #pending = new Map<number, number>()
  readonly #freed = new Map<number, number>()
  #measured = 0
  #kept = 0

  constructor(decisions: Decisions) {
    this.#decisions = decisions
    this.#copies = [...decisions.copies]
  }

  enter(rows: number, kept: number): void {
    this.#measured += rows
    this.#kept += kept
  }

  add(change: Change, columns: SignalColumns, row: number, at: Omit<Place, 'value'>): void {
    if (change.kind === 'caught') {
      count(this.#caught, change.by, 1)
      return
    }
    const { kind, step, rule, value } = change
    const place = (): Place => ({ ...at, value })
    const key = `${step} ${rule.signal} ${rule.reason}`
    const tally = this.#rules[kind].get(key) ?? {
      step,
      rule,
      documents: 0,
      nearest: new Lowest<Place>(EXAMPLES),
    }
    this.#rules[kind].set(key, tally)
    tally.documents++
    tally.nearest.offer(Math.abs(value - rule.limit), place)
    this.#drawn[kind].offer(chanceOf(at.number, at.row), place)
    if (kind === 'gained') {
      if (change.pending !== undefined) count(this.#pending, change.pending, 1)
      return
    }
    for (const [group, column] of this.#copies) {
      const copies = columns[column]?.[row]
      if (group > step && typeof copies === 'number' && copies > 1) count(this.#freed, group, copies - 1)
    }
  }

  /** Places whose texts are wanted. */
  get places(): readonly Place[] {
    const { lost, gained } = this.#rules
    return [
      ...[...lost.values(), ...gained.values()].flatMap(({ nearest }) => nearest.values),
      ...this.#drawn.lost.values,
      ...this.#drawn.gained.values,
    ]
  }

  result(texts: ReadonlyMap<Place, DrawnDocument>): Omit<RetunePreview, 'version' | 'limits'> {
    const documentsOf = (places: readonly Place[]): readonly DrawnDocument[] =>
      places.flatMap((place) => texts.get(place) ?? [])
    const rules = (side: ReadonlyMap<string, RuleTally>): readonly RuleChange[] =>
      [...side.values()]
        .sort((a, b) => a.step - b.step || b.documents - a.documents)
        .map(({ step, rule, documents, nearest }) => ({
          step: this.#decisions.stepName(step),
          reason: rule.reason,
          signal: rule.signal,
          option: rule.option ?? null,
          keep: rule.keep,
          documents,
          examples: documentsOf(nearest.values),
        }))
    const total = (side: ReadonlyMap<string, RuleTally>): number =>
      [...side.values()].reduce((sum, { documents }) => sum + documents, 0)
    const bySteps = (counts: ReadonlyMap<number, number>): readonly (readonly [number, number])[] =>
      [...counts].sort(([a], [b]) => a - b)
    const named = ([step, documents]: readonly [number, number]): { step: string; documents: number } => ({
      step: this.#decisions.stepName(step),
      documents,
    })
    return {
      measured: this.#measured,
      kept: this.#kept,
      lost: { documents: total(this.#rules.lost), rules: rules(this.#rules.lost) },
      gained: {
        documents: total(this.#rules.gained),
        rules: rules(this.#rules.gained),
        caught: bySteps(this.#caught).map(named),
        pending: bySteps(this.#pending).map(([step, documents]) => ({
          steps: this.#decisions.stepsFrom(step),
          documents,
        })),
      },
      freed: bySteps(this.#freed).map(named),
      drawn: {
        lost: documentsOf(this.#drawn.lost.values),
        gained: documentsOf(this.#drawn.gained.values),
      },
    }
  }
}

function count(counts: Map<number, number>, key: number, documents: number): void {
  counts.set(key, (counts.get(key) ?? 0) + documents)
}

/** Chance from the place of a row: its id would cost the reading of ten million of them. */
function chanceOf(shard: number, row: number): number {
  let bits = Math.imul(shard + 1, 0x9e37_79b1) ^ Math.imul(row + 1, 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b_3c6d)
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a_2d39)
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32
}

/** The rules whose limits are changed, with both limits. */
function limitsOf({ changed }: ChangedPlan): RetunePreview['limits'] {
  return changed.flatMap(({ name, before, after }) => {
    const same = (a: Rule, b: Rule): boolean =>
      a.signal === b.signal && a.reason === b.reason && keepsUpper(a) === keepsUpper(b)
    const rows = after.flatMap((rule) => {
      const old = before.find((each) => same(each, rule))
      return old !== undefined && old.limit === rule.limit && old.keep === rule.keep
        ? []
        : [limitRow(name, rule, old?.limit ?? null, rule.limit)]
    })
    const gone = before.filter((rule) => !after.some((each) => same(each, rule)))
    return [...rows, ...gone.map((rule) => limitRow(name, rule, rule.limit, null))]
  })
}

function limitRow(
  step: string,
  { option, signal, keep }: Rule,
  before: number | null,
  after: number | null,
): RetunePreview['limits'][number] {
  return { step, option: option ?? null, signal, keep, before, after }
}

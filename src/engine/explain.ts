import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { formatForPath, formatNamed } from '../formats/catalogue.ts'
import { openSource } from '../formats/source/source.ts'
import type { Meta } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import type { PayloadRecord } from '../model/record.ts'
import { keepsUpper, keepsValue, type Rule, type Signals } from '../model/stage.ts'
import type { KeptRow, RejectedRow } from '../model/version.ts'
import { type Plan, type PlanStep, planOfRecord, stageOf } from '../plan/plan.ts'
import { type FirstOrigin, FirstOrigins } from '../store/first-origin.ts'
import { importedSignalsOf } from '../store/imported-signals.ts'
import { type FoundDocument, findDocuments } from '../store/lookup.ts'
import { openVersion, signalRows, type Version } from '../store/version.ts'
import { normaliseUrl } from '../text/url.ts'
import { Flow, type Moving, recordId } from './flow.ts'
import { loadPlanStages } from './own/load.ts'
import { endScripts } from './own/thread-scripts.ts'
import { readStageFiles } from './stage-files.ts'

/** One rule held against one document. */
export interface RuleVerdict {
  readonly step: string
  readonly signal: string
  /** `null` = never measured, and the source record is not there to measure it now. */
  readonly value: number | null
  readonly keep: Rule['keep']
  readonly limit: number
  /** Distance to the limit on the side that is kept; negative, or 0 where the limit itself is not kept = dropped by this rule. */
  readonly margin: number | null
  readonly verdict: 'ok' | 'drop' | 'unknown'
  readonly reason: string
  readonly source: string
  /** True when the run had not measured it and it was measured for this answer. */
  readonly measuredNow: boolean
}

export interface Explanation {
  readonly id: string
  readonly url: string | null
  readonly outcome: 'kept' | 'dropped' | 'failed'
  readonly step: string | null
  readonly reason: string | null
  readonly detail: string | null
  readonly rules: readonly RuleVerdict[]
  /** What was taken out of a kept document because something else has it, a line each, with the name of the step. */
  readonly removals: readonly { readonly step: string; readonly what: string }[]
  /** Signals without a rule: `STEP.SIGNAL` → value. */
  readonly otherSignals: Readonly<Record<string, number>>
  readonly duplicate: {
    readonly id: string
    /** The version it is in, where that is another one: named by `against`. */
    readonly version: string | null
    /** How near the two are, where they were compared, and from where on documents are copies; of a linked one it is below that. */
    readonly similarity: { readonly signal: string; readonly value: number; readonly limit: number } | null
    /** `kept`, `later dropped at STEP by REASON`, or `unknown`. */
    readonly fate: string
    readonly url: string | null
    readonly text: string | null
    readonly meta: Meta
  } | null
  readonly text: string | null
  readonly meta: Meta
  readonly origin: { readonly source: string; readonly input: string; readonly record: number }
  /** Where it was first read, where `origin` is a version: followed from version to version. */
  readonly firstOrigin: FirstOrigin
  /** Why the source record could not be read again; `null` when it was, or nothing was left to measure. */
  readonly notMeasured: string | null
}

/**
 * Why a document is in a version, or is not: every row that has this id or URL, kept ones first.
 *
 * @throws TilthError `not-found` when no row has it.
 */
export async function explain(version: Version, idOrUrl: string): Promise<readonly Explanation[]> {
  const found = await findRows(version, idOrUrl)
  const ids = new Set(found.map(({ row }) => row.id))
  const signals = new Map<string, Signals>()
  for await (const row of signalRows(version)) if (ids.has(row.id)) signals.set(row.id, row.signals)
  for (const [id, imported] of await importedSignalsOf(version, ids)) {
    signals.set(id, { ...signals.get(id), ...imported })
  }
  const plan = planOfRecord(version.plan)
  const explanations: Explanation[] = []
  for (const each of found)
    explanations.push(await explainRow(version, plan, each, signals.get(each.row.id) ?? {}))
  return explanations
}

/** Rows of an id, of a URL as given, or else of its normalised form. */
async function findRows(version: Version, idOrUrl: string): Promise<readonly FoundDocument[]> {
  try {
    return await findDocuments(version, idOrUrl)
  } catch (error) {
    const normal = normaliseUrl(idOrUrl)
    if ('invalid' in normal || normal.url === idOrUrl) throw error
    return findDocuments(version, normal.url)
  }
}

async function explainRow(
  version: Version,
  plan: Plan,
  found: FoundDocument,
  stored: Signals,
): Promise<Explanation> {
  const { row } = found
  const rejected = found.outcome === 'kept' ? undefined : found.row
  const steps = stepsOf(plan, version, row)
  const names = steps.map((step) => step.name)
  const records = version.plan.steps.filter((record) => names.includes(record.name))
  const missing = records.some((record) =>
    record.rules.some((rule) => number(stored[`${record.name}.${rule.signal}`]) === undefined),
  )
  const { signals: now, notMeasured } = missing
    ? await measureNow(version, plan, row, steps)
    : NOTHING_MEASURED
  const rules = records.flatMap((record) => record.rules.map((rule) => judge(record.name, rule, stored, now)))
  const ruled = new Set(rules.map((rule) => `${rule.step}.${rule.signal}`))
  const others = Object.entries({ ...now, ...stored }).filter(
    ([name, value]) => !ruled.has(name) && typeof value === 'number',
  )
  return {
    id: row.id,
    url: row.url,
    outcome: found.outcome,
    step: rejected?.step ?? null,
    reason: rejected?.reason ?? null,
    detail: rejected?.detail ?? null,
    rules,
    removals: rejected === undefined ? await removalsOf(steps, row) : [],
    otherSignals: Object.fromEntries(others) as Record<string, number>,
    duplicate: rejected === undefined ? null : await duplicateOf(version, plan, rejected),
    text: row.text,
    meta: row.meta,
    origin: { source: row.source, input: row.input, record: row.record },
    firstOrigin: await firstOriginOf(version, row),
    notMeasured,
  }
}

async function firstOriginOf(version: Version, row: KeptRow | RejectedRow): Promise<FirstOrigin> {
  const origins = new FirstOrigins(version.dir)
  try {
    return await origins.of(row)
  } finally {
    await origins.close()
  }
}

async function removalsOf(
  steps: readonly PlanStep[],
  row: Pick<KeptRow, 'meta'>,
): Promise<Explanation['removals']> {
  const removals: { readonly step: string; readonly what: string }[] = []
  for (const step of steps) {
    const stage = stageOf(step)
    if (stage.kind !== 'group' || stage.decides !== 'spans' || stage.removals === undefined) continue
    await stage.load?.(step.options)
    try {
      const read = () => (step.files === undefined ? undefined : readStageFiles(step))
      for (const what of stage.removals(step.options)(row.meta, read))
        removals.push({ step: step.name, what })
    } catch (error) {
      // The files are others now: what was taken out can be named no more.
      if (!(error instanceof TilthError)) throw error
      removals.push({ step: step.name, what: error.message })
    }
  }
  return removals
}

function judge(step: string, rule: Rule, stored: Signals, now: Signals): RuleVerdict {
  const name = `${step}.${rule.signal}`
  const before = number(stored[name])
  const value = before ?? number(now[name])
  const { signal, keep, limit, reason, source } = rule
  const distance = value === undefined ? null : keepsUpper(rule) ? value - limit : limit - value
  return {
    step,
    signal,
    value: value ?? null,
    keep,
    limit,
    margin: distance,
    verdict: value === undefined ? 'unknown' : keepsValue(rule, value) ? 'ok' : 'drop',
    reason,
    source,
    measuredNow: before === undefined && value !== undefined,
  }
}

function number(value: number | null | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The steps that concern a row: those before the join for what it brings from the left, those behind it else. */
function stepsOf(plan: Plan, version: Version, row: KeptRow | RejectedRow): readonly PlanStep[] {
  const input = inputOf(version, row)
  const join = plan.steps.findIndex((step) => step.kind === 'join')
  if (join === -1) return plan.steps
  const right = plan.steps.findIndex((step) => step.with === input)
  if (right === -1) return plan.steps.slice(0, join + 1)
  // A page that nobody linked to was never held against the rules for links.
  return 'step' in row && row.step === input ? plan.steps.slice(right) : plan.steps
}

interface Measured {
  readonly signals: Signals
  readonly notMeasured: string | null
}

const NOTHING_MEASURED: Measured = { signals: {}, notMeasured: null }

/** Measures a document from its source record, whatever its verdicts, to the end of its steps. */
async function measureNow(
  version: Version,
  plan: Plan,
  row: KeptRow | RejectedRow,
  steps: readonly PlanStep[],
): Promise<Measured> {
  let record: PayloadRecord | undefined
  try {
    record = await sourceRecord(version, plan, row)
  } catch (error) {
    return { signals: {}, notMeasured: error instanceof Error ? error.message : String(error) }
  }
  if (record === undefined) {
    return {
      signals: {},
      notMeasured: `${row.source}: the record is not there any more, or was never readable`,
    }
  }
  const base = row.id.replace(/\..*$/, '')
  if (recordId(record, row.input, hash('sha256', record.body, 'hex')) !== base) {
    return { signals: {}, notMeasured: `${row.source}: the record has other bytes than it had in the run` }
  }
  const signals: Record<string, number | null> = {}
  const take = (document: Moving): void => {
    if (document.id === row.id) Object.assign(signals, document.signals)
  }
  const map = stepsFromRecord(version, steps, row).filter(
    (step) => step.kind !== 'group' && step.kind !== 'join',
  )
  const origin = { uri: row.source, input: row.input, record: row.record }
  try {
    await loadPlanStages({ steps: map })
    const flow = await Flow.create(map, origin, { keep: take, end: take })
    await flow.record(record, base, { meta: row.meta, signals: {} })
    await flow.finish()
  } catch (error) {
    // A script or model that the steps need is not there any more, or is another.
    if (!(error instanceof TilthError)) throw error
    return { signals: {}, notMeasured: error.message }
  } finally {
    await endScripts()
  }
  return { signals, notMeasured: null }
}

/** The steps that begin with the row's own record: behind the join for a record of its right side. */
function stepsFromRecord(
  version: Version,
  steps: readonly PlanStep[],
  row: KeptRow | RejectedRow,
): readonly PlanStep[] {
  const input = inputOf(version, row)
  const join = steps.findIndex((step) => step.with === input)
  return join === -1 ? steps : steps.slice(join)
}

function inputOf(version: Version, row: KeptRow | RejectedRow): string | undefined {
  return version.manifest.inputs.find((each) => each.hash === row.input && each.uri === row.source)?.input
}

async function sourceRecord(
  version: Version,
  plan: Plan,
  row: KeptRow | RejectedRow,
): Promise<PayloadRecord | undefined> {
  const name = version.manifest.inputs.find((each) => each.hash === row.input)?.input
  const input = plan.inputs.find((each) => each.name === name)
  if (input === undefined) return undefined
  const format = input.format === 'auto' ? formatForPath(row.source) : formatNamed(input.format)
  if (format === undefined) return undefined
  const source = await openSource(row.source)
  const split = { start: 0, end: source.size, first: 0 }
  const options = format.options.parse(input.options)
  const { maxRecordBytes } = input
  for await (const batch of format.read(source, split, {
    options,
    maxRecordBytes,
    maxWindowBytes: 2 ** 31,
    only: [row.record],
  })) {
    for (const item of batch) if ('record' in item && item.record.position === row.record) return item.record
  }
  return undefined
}

async function duplicateOf(
  version: Version,
  plan: Plan,
  { id: dropped, step, duplicateOf: id, signal, value, limit }: RejectedRow,
): Promise<Explanation['duplicate']> {
  if (typeof id !== 'string') return null
  const isCompared = typeof signal === 'string' && typeof value === 'number' && typeof limit === 'number'
  const similarity = isCompared ? { signal: `${step}.${signal}`, value, limit } : null
  for (const dir of [version.dir, ...othersOf(version, plan, step)]) {
    const other = dir === version.dir ? version : await openVersion(dir)
    // It may be this very document that the other version has.
    if (other === version && id === dropped) continue
    const found = await winnerOf(other, id)
    if (found === undefined) continue
    return { id, version: other === version ? null : other.ref, similarity, ...found }
  }
  return { id, version: null, similarity, fate: 'unknown', url: null, text: null, meta: {} }
}

/** Directories of the versions that a step compared its documents with, as far as they are there. A store may have been moved. */
function othersOf(version: Version, plan: Plan, step: string): readonly string[] {
  const indexes = plan.steps.find(({ name }) => name === step)?.indexes ?? []
  return indexes.flatMap((index) => {
    const places = [join(dirname(version.dir), basename(index.version)), index.version]
    return places.find((dir) => existsSync(join(dir, 'manifest.json'))) ?? []
  })
}

type Winner = Pick<NonNullable<Explanation['duplicate']>, 'fate' | 'url' | 'text' | 'meta'>

async function winnerOf(version: Version, id: string): Promise<Winner | undefined> {
  try {
    const [found] = await findDocuments(version, id)
    if (found === undefined) return undefined
    const { outcome, row } = found
    const fate = outcome === 'kept' ? 'kept' : `later ${outcome} at ${row.step} by ${row.reason}`
    return { fate, url: row.url, text: row.text, meta: row.meta }
  } catch (error) {
    if (error instanceof TilthError) return undefined
    throw error
  }
}

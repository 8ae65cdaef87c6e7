import type { Rule } from '../model/stage.ts'
import type { Manifest, PlanStepRecord, StepTotal } from '../model/version.ts'
import { diffVersions } from '../store/diff.ts'
import { rejectedRows, type Version } from '../store/version.ts'
import { loadTextHash } from '../text/hash.ts'
import { type ReportClassifier, ScoreCount, type UsedClassifier } from './classifier-data.ts'
import { CopiesCount } from './copies-count.ts'
import { type ReportGroup, reportGroups } from './copies-data.ts'
import { about, boundedOrNull, type Excerpt, opening } from './excerpt.ts'
import type { Histogram } from './histogram.ts'
import { domainOf, type KeptPass, keptPass, type Origins, type Wanted } from './kept-pass.ts'
import { type RejectedPass, rejectedPass, ruleKey } from './rejected-pass.ts'
import { COMPARED_LENGTH } from './side-by-side.ts'
import { margin, type SignalPass, signalPass } from './signal-pass.ts'
import { estimateTokens, type TokenEstimate, tokensOfBytes } from './token-estimate.ts'
import { warningsOf } from './warnings.ts'

/** Everything that a report shows, as plain data: what `tilth report --json` prints. */
export interface ReportData
  extends Pick<
    Manifest,
    | 'name'
    | 'number'
    | 'planId'
    | 'recipe'
    | 'created'
    | 'runtime'
    | 'parents'
    | 'inputs'
    | 'shards'
    | 'hashes'
    | 'sampleRatio'
    | 'cost'
  > {
  readonly ref: string
  readonly totals: { readonly documents: number; readonly bytes: number; readonly tokens: number | null }
  /** `null` when no text was kept or dropped with its text. */
  readonly tokens: TokenEstimate | null
  readonly steps: readonly ReportStep[]
  readonly signals: readonly ReportSignal[]
  /** Reasons of documents that were dropped by no rule and as no duplicate. */
  readonly reasons: readonly ReportReason[]
  /** 20 kept documents, drawn by chance. */
  readonly keptSample: readonly Example[]
  readonly duplicates: {
    readonly documents: number
    /** By step and reason; at most 20 pairs each, drawn by chance. */
    readonly reasons: readonly ReportDuplicates[]
  }
  /** What each group did: clusters, copies, domains. */
  readonly groups: readonly ReportGroup[]
  /** Classifiers that steps scored with. */
  readonly classifiers: readonly ReportClassifier[]
  readonly failures: { readonly documents: number; readonly reasons: readonly ReportFailure[] }
  readonly licences: Origins
  readonly domains: Origins
  /** At most three, the gravest first. */
  readonly warnings: readonly ReportWarning[]
  /** What changed since the dataset's version before this one. */
  readonly previous: Previous | null
}

export interface ReportStep extends StepTotal {
  readonly kind: string
  readonly stage: string
  /** `null` too where the input is no text yet: payloads of an extract, a join or the reading for one. */
  readonly tokensIn: number | null
  readonly tokensOut: number | null
}

export interface ReportSignal {
  readonly step: string
  readonly signal: string
  readonly meaning: string
  readonly measured: number
  readonly keptMeasured: number
  readonly histogram: Histogram
  readonly rules: readonly ReportRule[]
}

export interface ReportRule extends Rule {
  /** Documents that this rule dropped: the first rule that they broke. */
  readonly dropped: number
  /** Measured documents on each side of the limit, whatever else dropped them. */
  readonly sides: { readonly passed: number; readonly broken: number }
  readonly keptSides: { readonly passed: number; readonly broken: number }
  /** At most 20 each, nearest to the limit first. */
  readonly keptExamples: readonly Example[]
  readonly droppedExamples: readonly Example[]
}

export interface Example {
  readonly id: string
  readonly url: string | null
  /** The deciding signal, and how far it is inside (above 0) or outside (below 0) the limit. */
  readonly value: number | null
  readonly margin: number | null
  /** Its meta on one line; `null` when there is none. */
  readonly about: string | null
  /** `null` when the version does not hold the text. */
  readonly excerpt: Excerpt | null
}

export interface ReportReason {
  readonly step: string
  readonly reason: string
  readonly documents: number
  readonly examples: readonly (Example & { readonly detail: string | null })[]
}

export interface ReportDuplicates {
  readonly step: string
  readonly reason: string
  readonly documents: number
  readonly pairs: readonly DuplicatePair[]
}

export interface DuplicatePair {
  readonly loser: Example
  /** Without URL and excerpt when it went on as another document, as a link does that became its page. */
  readonly winner: Example
}

export interface ReportFailure {
  readonly step: string
  readonly reason: string
  readonly documents: number
  readonly examples: readonly {
    readonly id: string
    readonly source: string
    readonly record: number
    readonly url: string | null
    readonly detail: string | null
  }[]
}

export interface ReportWarning {
  readonly text: string
  /** Section of the report that it is about. */
  readonly anchor: 'funnel' | 'failures' | 'licences'
}

export interface Previous {
  readonly ref: string
  readonly added: number
  readonly removed: number
  readonly changed: number
  readonly same: number
}

export interface ReportOptions {
  /** Tokens per UTF-8 byte; measured on a sample when not given. */
  readonly tokensPerByte?: number
  /** The dataset's version before this one. */
  readonly previous?: Version
  /** Fitted classifiers that its steps named, where they are still there. */
  readonly classifiers?: readonly UsedClassifier[]
}

/**
 * What a report shows of a version.
 *
 * Reads the signals twice, the kept and the rejected shards once (the latter again for winners of
 * duplicates that were dropped later). Memory: a row group of each table, a few hundred excerpts and, for each group, some thousand
 * ids, not the texts. The same version gives the same data.
 */
export async function reportData(version: Version, options: ReportOptions = {}): Promise<ReportData> {
  const { chance } = await loadTextHash()
  const draw = (id: string): number => chance('report', id)
  const count = new CopiesCount(version.plan)
  const scores = new ScoreCount(options.classifiers ?? [], version.plan)
  const signals = await signalPass(version, (row) => {
    count.measured(row)
    scores.measured(row)
  })
  const rejected = await rejectedPass(version, draw, (row, chance) => count.rejected(row, chance))
  const groups = count.finish()
  const compared = groups.flatMap(({ largest }) => largest.map(({ id }) => id))
  const located = groups.flatMap((group) => group.located.map(({ survivor }) => survivor))
  const winners = rejected.duplicates.reasons.flatMap(({ examples }) => examples.map(({ winner }) => winner))
  const survivors: Wanted = {
    shown: new Set([...winners, ...compared]),
    compared: new Set(compared),
    located: new Set(located),
  }
  const kept = await keptPass(version, draw, {
    ...survivors,
    shown: survivors.shown.union(signals.wanted),
  })
  await findDropped(version, kept, survivors)

  const tokens = await tokenEstimate(kept, rejected, options.tokensPerByte)
  const { manifest } = version
  const tokensOf = (bytes: number): number | null =>
    tokens === null ? null : tokensOfBytes(bytes, kept.bytes, tokens)
  const stepOf = new Map(version.plan.steps.map((step) => [step.name, step]))
  const steps = manifest.steps.map((step) => reportStep(step, stepOf.get(step.name), tokensOf))
  return {
    ref: version.ref,
    name: manifest.name,
    number: manifest.number,
    planId: manifest.planId,
    recipe: manifest.recipe,
    created: manifest.created,
    runtime: manifest.runtime,
    parents: manifest.parents,
    inputs: manifest.inputs,
    shards: manifest.shards,
    hashes: manifest.hashes,
    sampleRatio: manifest.sampleRatio,
    cost: manifest.cost,
    totals: { documents: kept.documents, bytes: kept.bytes, tokens: tokensOf(kept.bytes) },
    tokens,
    steps,
    signals: signals.signals.map((signal) => reportSignal(signal, rejected, kept)),
    reasons: rejected.reasons,
    keptSample: kept.sample,
    duplicates: {
      documents: rejected.duplicates.documents,
      reasons: rejected.duplicates.reasons.map(({ examples, ...reason }) => ({
        ...reason,
        pairs: examples.map(({ loser, winner }) => ({ loser, winner: exampleOf(kept, winner) })),
      })),
    },
    groups: reportGroups(groups, manifest.steps, signals.signals, kept),
    classifiers: scores.finish(),
    failures: rejected.failures,
    licences: kept.licences,
    domains: kept.domains,
    warnings: warningsOf(steps, kept),
    previous: options.previous === undefined ? null : await previousOf(options.previous, version),
  }
}

/** A winner of duplicates can have been dropped by a later step: its text is then among the rejected. */
async function findDropped(version: Version, kept: KeptPass, survivors: Wanted): Promise<void> {
  const missing = {
    shown: survivors.shown.difference(kept.found),
    compared: survivors.compared.difference(kept.compared),
    located: survivors.located.difference(kept.located),
  }
  if (missing.shown.size + missing.compared.size + missing.located.size === 0) return
  for await (const { id, url, text, meta } of rejectedRows(version, ['id', 'url', 'text', 'meta'])) {
    const held = typeof text === 'string' ? text : undefined
    if (missing.shown.has(id)) {
      const excerpt = held === undefined ? null : opening(held)
      kept.found.set(id, { url: boundedOrNull(url), about: about(meta), excerpt })
    }
    if (missing.compared.has(id) && held !== undefined) kept.compared.set(id, opening(held, COMPARED_LENGTH))
    if (missing.located.has(id)) kept.located.set(id, domainOf(meta['url'] ?? url))
  }
}

async function tokenEstimate(
  kept: KeptPass,
  rejected: RejectedPass,
  given: number | undefined,
): Promise<TokenEstimate | null> {
  if (given !== undefined) {
    return { encoding: 'given', kept: given, dropped: given, sample: { documents: 0, bytes: 0 } }
  }
  return (await estimateTokens(kept.tokens, rejected.tokens)) ?? null
}

function reportStep(
  step: StepTotal,
  planned: PlanStepRecord | undefined,
  tokensOf: (bytes: number) => number | null,
): ReportStep {
  return {
    ...step,
    kind: planned?.kind ?? '',
    stage: planned?.stage ?? '',
    tokensIn: takesPayloads(planned) ? null : tokensOf(step.bytesIn),
    tokensOut: tokensOf(step.bytesOut),
  }
}

function takesPayloads(step: PlanStepRecord | undefined): boolean {
  return step === undefined || step.kind === 'extract' || step.kind === 'join' || step.stage === 'read'
}

function reportSignal(
  signal: SignalPass['signals'][number],
  rejected: RejectedPass,
  kept: KeptPass,
): ReportSignal {
  const { step, signal: name, meaning, measured, keptMeasured, histogram } = signal
  const rules = signal.rules.map(({ rule, sides, keptSides, nearest }): ReportRule => {
    const dropped = rejected.rules.get(ruleKey(step, name, rule.reason, rule.limit))
    return {
      ...rule,
      dropped: dropped?.documents ?? 0,
      sides,
      keptSides,
      keptExamples: nearest.map(({ id, value }) => ({
        ...exampleOf(kept, id),
        value,
        margin: margin(rule, value),
      })),
      droppedExamples: (dropped?.examples ?? []).map((example) => ({
        ...example,
        margin: example.value === null ? null : margin(rule, example.value),
      })),
    }
  })
  return { step, signal: name, meaning, measured, keptMeasured, histogram, rules }
}

function exampleOf(kept: KeptPass, id: string): Example {
  const found = kept.found.get(id)
  return {
    id,
    url: found?.url ?? null,
    value: null,
    margin: null,
    about: found?.about ?? null,
    excerpt: found?.excerpt ?? null,
  }
}

async function previousOf(previous: Version, version: Version): Promise<Previous> {
  const { documents } = await diffVersions(previous, version, { limit: 0 })
  return {
    ref: previous.ref,
    added: documents.added.count,
    removed: documents.removed.count,
    changed: documents.changed.count,
    same: documents.same,
  }
}

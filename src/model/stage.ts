import type { z } from 'zod'
import type { Document, Meta } from './document.ts'
import type { PayloadRecord } from './record.ts'

/** A text that a stage made, before the engine gives it an id and an origin. */
export interface Draft {
  readonly text: string
  readonly meta: Meta
}

/** A stage wants nothing of this record or document; `reason` is stable and kebab-case. */
export interface Drop {
  readonly drop: string
  readonly detail?: string
}

/** A drop, with what was measured of the document. */
export interface MeasuredDrop extends Drop {
  readonly signals?: Signals
  /** The signal that decides, and the highest value that would have been kept. */
  readonly over?: { readonly signal: string; readonly most: number }
}

/** A record could not be made into text (damage, an unknown encoding). */
export interface Fail {
  readonly fail: string
  readonly detail: string
}

/** What a stage measured on one document, by signal name. `null` = not measured. */
export type Signals = Readonly<Record<string, number | null>>

/** What the steps before measured on a document: `STEP.SIGNAL` → value. */
export type StepSignals = Readonly<Record<string, number | null>>

/**
 * One decision over one signal, as plain data, so that a verdict, `why`, `retune`,
 * the report's histogram and the reference page are all made from the same line.
 */
export interface Rule {
  readonly signal: string
  /** Which values are kept: the limit itself is with `at-least` and `at-most`, and is not with `above` and `below`. */
  readonly keep: 'at-least' | 'at-most' | 'above' | 'below'
  readonly limit: number
  /** Option that sets the limit, for `--set` and `retune`. */
  readonly option?: string
  /** Stable, kebab-case: users count and search it. */
  readonly reason: string
  /** What the source itself calls this reason, where the rule follows a published program or paper. */
  readonly peerReason?: string
  /** Where the default limit comes from. */
  readonly source: string
}

/** A file that a stage's options name, or one of the folder that they name. */
export interface StageFile {
  /** Path below the folder, with `/`; empty for a file that was named itself. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** What the engine read for a stage: the paths of its options, and the files each of them led to. */
export type StageFiles = ReadonlyMap<string, readonly StageFile[]>

/** Measures documents some at a time, and may wait while it does: for a runtime of models, a service, other threads. */
export interface BatchMeasure {
  /** Most documents of a batch, at least 1. */
  readonly documents: number
  /** Most bytes of text of a batch, at least 1; a single document may be larger. */
  readonly bytes: number
  /**
   * Signals of each document, in order. They must not depend on which documents share a batch. Where it fails for several, it is asked for
   * each by itself, and that which fails again is a failed row.
   */
  measure(documents: readonly Document[]): Promise<readonly Signals[]>
}

interface StageBase<Options extends z.ZodType> {
  /** Kebab-case; what a recipe's `use` names. */
  readonly name: string
  /** Raised whenever the same input would give another output. */
  readonly revision: number
  /** What it does, in a sentence, for help and the reference. */
  readonly description: string
  /** Strict schema; `.describe()` on each option gives meaning, unit and range. */
  readonly options: Options
  /** Reasons that are not a rule's, with their meaning, for help and the reference. */
  readonly reasons: Readonly<Record<string, string>>
  /** Paths among the options whose content the stage needs: block lists, models. The engine reads them. */
  files?(options: z.output<Options>): readonly string[]
  /** Paths whose content it takes where there is such a file, such as a configuration beside a model; their content is part of every key, too. */
  filesIfThere?(options: z.output<Options>): readonly string[]
  /**
   * Whether those files are tables: then Parquet files, and the kept documents of versions (`version:NAME`), are handed over as JSON lines,
   * under their name with `.jsonl` behind it.
   */
  readonly filesAreRows?: true
  /** Loads code or tables that are too large to load with the stage; awaited before `create` or `measure`. */
  load?(options: z.output<Options>): Promise<void>
}

/** Payload record → 0..n documents. Pure. */
export interface Extract<Options extends z.ZodType = z.ZodType> extends StageBase<Options> {
  readonly kind: 'extract'
  /** Called once a worker, then once a record. `meta` is what a join attached. */
  create(
    options: z.output<Options>,
  ): (
    record: PayloadRecord,
    meta: Meta,
  ) => readonly Draft[] | Drop | Fail | Promise<readonly Draft[] | Drop | Fail>
}

/** A text that a rewrite made, and what it counted of its own changes. */
export interface Rewritten extends Draft {
  readonly signals?: Signals
}

/** A published rule by which a rewrite takes lines, or a part of them, out of a text. */
export interface LineRule {
  /** Kebab-case, as a {@link Rule} has it. */
  readonly reason: string
  /** What goes, with the limit that the source gives. */
  readonly takesOut: string
  /** What the source itself calls it. */
  readonly peerReason: string
  readonly source: string
}

/** Document → 0..n documents: other text, other meta, or a split. Pure. */
export interface Rewrite<Options extends z.ZodType = z.ZodType> extends StageBase<Options> {
  readonly kind: 'rewrite'
  /** Each signal with its meaning, unit and range, where the rewrite counts what it changes. */
  readonly signals?: Readonly<Record<string, string>>
  /** Its rules on lines in the order in which they are applied, where it follows a published source. */
  readonly lineRules?: readonly LineRule[]
  create(options: z.output<Options>, files?: StageFiles): (document: Document) => readonly Rewritten[] | Drop
}

/** Document → signals, then keep or drop by rules over them. Pure. */
export interface Filter<Options extends z.ZodType = z.ZodType> extends StageBase<Options> {
  readonly kind: 'filter'
  /** Each signal with its meaning, unit and range. */
  readonly signals: Readonly<Record<string, string>>
  /** The costly half: called once a worker, then once a document. */
  measure(options: z.output<Options>, files?: StageFiles): (document: Document) => Signals
  /**
   * Asked before `measure`, once a worker, and awaited: what measures in batches with these options and files, or nothing where `measure`
   * does it.
   */
  measureBatch?(options: z.output<Options>, files?: StageFiles): Promise<BatchMeasure | undefined>
  /** The cheap half: limits over signals; the first broken rule names the reason. */
  rules(options: z.output<Options>): readonly Rule[]
  /**
   * Whether an option that sets a limit also enters what is measured, so that other limits measure anew. Left out = it does
   * not for a built-in filter, and may for a user's own.
   */
  readonly limitsMeasure?: boolean
  /** What of a dropped document broke a rule, in a few words, where the number says too little: the entry of a list. */
  detail?(
    options: z.output<Options>,
    files?: StageFiles,
  ): (document: Document, rule: Rule) => string | undefined
}

/** Document → signals; drops nothing. Pure. */
export interface Annotate<Options extends z.ZodType = z.ZodType> extends StageBase<Options> {
  readonly kind: 'annotate'
  readonly signals: Readonly<Record<string, string>>
  measure(options: z.output<Options>, files?: StageFiles): (document: Document) => Signals
  /**
   * Asked before `measure`, once a worker, and awaited: what measures in batches with these options and files, or nothing where `measure`
   * does it.
   */
  measureBatch?(options: z.output<Options>, files?: StageFiles): Promise<BatchMeasure | undefined>
}

/** What a document brings to an exchange. */
export interface Keyed {
  /** Documents with equal keys meet. Any length; the engine hashes it. */
  readonly key: string
  /** The highest rank survives; ties go to the smallest id. Finite. */
  readonly rank: number
}

/** Something that an option asks of documents by a name, such as a `meta` field. */
export interface Ask {
  /** The option. */
  readonly option: string
  /** What it means that no document has it: a sentence without its end. */
  readonly lack: string
  /** Whether a document has it. Pure. */
  has(document: Document, signals?: StepSignals): boolean
}

interface GroupBase<Options extends z.ZodType> extends StageBase<Options> {
  readonly kind: 'group'
  /** Reason of every document that did not survive. */
  readonly reason: string
  /** Whether the key is made of the text, or of meta alone (then `--sample` draws whole groups). */
  readonly keyOf: 'text' | 'meta'
  /** What options ask of documents by name: a run warns where not one document has it. */
  asks?(options: z.output<Options>): readonly Ask[]
  /** Versions whose documents stay as they are: what they have too goes. Left out: none can be named. */
  against?(options: z.output<Options>): readonly string[]
  /** Names which options keys are made by: those of equal names may meet. With `against`. */
  specification?(options: z.output<Options>): string
}

/** Documents with equal keys meet, and one of them survives. */
export interface SurvivorGroup<Options extends z.ZodType = z.ZodType> extends GroupBase<Options> {
  readonly decides: 'survivor'
  /** `undefined` = this document meets nobody and is kept. Pure. */
  keyed(options: z.output<Options>): (document: Document, signals?: StepSignals) => Keyed | undefined
}

/** What a document brings to a group that decides by clusters. */
export interface Sketched {
  /** Keys of 64 bits, each as its low and its high half. Documents that share one are candidates. The view may be used again. */
  readonly keys: Uint32Array
  /** The highest rank survives; ties go to the smallest id. Finite. */
  readonly rank: number
  /** Age: documents of a lower level win, and are linked by no document of a higher one. */
  readonly level: number
  /** Documents of different scopes are no copies of each other, whatever their keys. */
  readonly scope: string
}

/** Documents bring many keys; those that share one are compared, and of each cluster of near copies one survives. */
export interface ClusterGroup<Options extends z.ZodType = z.ZodType> extends GroupBase<Options> {
  readonly decides: 'clusters'
  /**
   * How near two documents are: Jaccard's index of two sets, or the cosine between two vectors; it is the name of the signal, too. Left
   * out: Jaccard's index.
   */
  readonly similarity?: 'jaccard' | 'cosine'
  /** What is measured of each document besides, where something is: each signal with its meaning, unit and range. */
  readonly signals?: Readonly<Record<string, string>>
  /** With `signals`. Pure. */
  measure?(options: z.output<Options>): (document: Document) => Signals
  /** The similarity from which two documents are near copies; `undefined` = all that share a key are. */
  threshold(options: z.output<Options>): number | undefined
  /** Keys that a document brings, at most. Left out: few. */
  keys?(options: z.output<Options>): number
  /** `undefined` = this document meets nobody and is kept. Pure. */
  sketched(options: z.output<Options>): (document: Document, signals?: StepSignals) => Sketched | undefined
  /** Names what keys and shingles are made of: those of equal names may be compared. For indexes. */
  specification(options: z.output<Options>): string
  /** Versions whose documents stay as they are: near copies of theirs go. */
  against(options: z.output<Options>): readonly string[]
  /** Whether the version keeps an index, so that later ones can be compared with all that came to this group. */
  indexed(options: z.output<Options>): boolean
  /**
   * What is compared: for Jaccard's index numbers of at most 53 bits, sorted and distinct; for the cosine a vector of length 1. Called for
   * documents that bring keys. Pure.
   */
  shingles(options: z.output<Options>): (document: Document) => Float64Array
}

/** Parts of a document, as keys. */
export interface Parts {
  /** Keys of 64 bits, each as its low and its high half. The view may be used again. */
  readonly keys: Uint32Array
  /** Number of the part that each key stands for. The view may be used again. */
  readonly numbers: Uint32Array
}

/** When a part is a repeat. */
export interface Repeats {
  /** How many there must be: occurrences or documents. At least 1; at least 2 where the stage narrows. */
  readonly least: number
  /** Where there are more than so many, none is a repeat. Left out: there may be any number. */
  readonly most?: number
  readonly count: 'occurrences' | 'documents'
  /** Whether the first of them, by id and then by place in the document, is none. */
  readonly spareFirst: boolean
}

/** Parts of documents bring keys; a part whose key so many have as {@link Repeats} says is taken out of its document. */
export interface SpanGroup<Options extends z.ZodType = z.ZodType> extends GroupBase<Options> {
  readonly decides: 'spans'
  readonly signals: Readonly<Record<string, string>>
  repeats(options: z.output<Options>): Repeats
  /** Where most parts are no repeats: keys of few, and `parts` is asked for documents in which two or more occurrences share one of them. */
  narrow?(options: z.output<Options>, files?: StageFiles): (document: Document) => Parts
  /** `shared`: the numbers that `narrow` gave to parts that are shared. Pure. */
  parts(options: z.output<Options>, files?: StageFiles): (document: Document, shared: Uint32Array) => Parts
  /**
   * The document without parts, or what it is cut into; `numbers` in rising order. Called for every document, with none where nothing is
   * repeated. Pure.
   */
  without(
    options: z.output<Options>,
    files?: StageFiles,
  ): (document: Document, numbers: Uint32Array) => readonly Rewritten[] | MeasuredDrop
  /** What of its files it cannot use, a sentence each without its end: a run warns of it. */
  unused?(options: z.output<Options>, files: StageFiles): readonly string[]
  /** For whoever asks why: what was taken out of a kept document, a line each, as its meta tells it. `files` are read when they are asked for. */
  removals?(
    options: z.output<Options>,
  ): (meta: Meta, files: () => StageFiles | undefined) => readonly string[]
}

export type Group<Options extends z.ZodType = z.ZodType> =
  | SurvivorGroup<Options>
  | ClusterGroup<Options>
  | SpanGroup<Options>

/** Documents (left) meet payload records of another input (right) by key. */
export interface Join<Options extends z.ZodType = z.ZodType> extends StageBase<Options> {
  readonly kind: 'join'
  readonly unmatchedLeft: string
  readonly unmatchedRight: string
  /** Reason of a right record whose key another, better record holds. */
  readonly superseded: string
  leftKey(options: z.output<Options>): (document: Document) => string
  /** Sees the record as the container gave it. Equal keys: highest rank, then smallest id. */
  rightKey(options: z.output<Options>): (record: PayloadRecord) => Keyed | Drop
  /** Meta handed to the extract stage behind the join, from the left document. */
  merge(options: z.output<Options>): (left: Document) => Meta
}

export type Stage = Extract | Rewrite | Filter | Annotate | Group | Join
export type StageKind = Stage['kind']

export function defineExtract<O extends z.ZodType>(stage: Omit<Extract<O>, 'kind'>): Extract<O> {
  return { kind: 'extract', ...stage }
}
export function defineRewrite<O extends z.ZodType>(stage: Omit<Rewrite<O>, 'kind'>): Rewrite<O> {
  return { kind: 'rewrite', ...stage }
}
export function defineFilter<O extends z.ZodType>(stage: Omit<Filter<O>, 'kind'>): Filter<O> {
  return { kind: 'filter', ...stage }
}
export function defineAnnotate<O extends z.ZodType>(stage: Omit<Annotate<O>, 'kind'>): Annotate<O> {
  return { kind: 'annotate', ...stage }
}
/** A group of documents with one key each, of which one survives. */
export function defineGroup<O extends z.ZodType>(
  stage: Omit<SurvivorGroup<O>, 'kind' | 'decides'>,
): SurvivorGroup<O> {
  return { kind: 'group', decides: 'survivor', ...stage }
}
export function defineClusters<O extends z.ZodType>(
  stage: Omit<ClusterGroup<O>, 'kind' | 'decides'>,
): ClusterGroup<O> {
  return { kind: 'group', decides: 'clusters', ...stage }
}
export function defineSpans<O extends z.ZodType>(
  stage: Omit<SpanGroup<O>, 'kind' | 'decides'>,
): SpanGroup<O> {
  return { kind: 'group', decides: 'spans', ...stage }
}
export function defineJoin<O extends z.ZodType>(stage: Omit<Join<O>, 'kind'>): Join<O> {
  return { kind: 'join', ...stage }
}

export type Verdict =
  | { readonly keep: true }
  | { readonly keep: false; readonly rule: Rule; readonly value: number }

/** Whether a value of its signal passes a rule. */
export function keepsValue({ keep, limit }: Pick<Rule, 'keep' | 'limit'>, value: number): boolean {
  switch (keep) {
    case 'at-least':
      return value >= limit
    case 'at-most':
      return value <= limit
    case 'above':
      return value > limit
    case 'below':
      return value < limit
  }
}

/** Whether a rule keeps the values on the upper side of its limit. */
export function keepsUpper({ keep }: Pick<Rule, 'keep'>): boolean {
  return keep === 'at-least' || keep === 'above'
}

/** What stands between a signal and its limit when the rule is written down: `>=`, `<=`, `>` or `<`. */
export function ruleSign({ keep }: Pick<Rule, 'keep'>): '>=' | '<=' | '>' | '<' {
  return ({ 'at-least': '>=', 'at-most': '<=', above: '>', below: '<' } as const)[keep]
}

/** The first rule that a document breaks, or keep. A signal that was not measured breaks nothing. */
export function decide(rules: readonly Rule[], signals: Signals): Verdict {
  for (const rule of rules) {
    const value = signals[rule.signal]
    if (value === null || value === undefined) continue
    if (!keepsValue(rule, value)) return { keep: false, rule, value }
  }
  return { keep: true }
}

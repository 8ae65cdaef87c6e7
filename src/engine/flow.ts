import { type Document, documentId, type Meta, type Origin, positionKey } from '../model/document.ts'
import type { PayloadRecord } from '../model/record.ts'
import {
  type Annotate,
  type Draft,
  type Drop,
  decide,
  type Extract,
  type Fail,
  type Filter,
  type Rewrite,
  type Rewritten,
  type Rule,
  type Signals,
  type StageFiles,
} from '../model/stage.ts'
import { type PlanStep, stageOf } from '../plan/plan.ts'
import { type Batches, crash, scriptBatches, stageBatches } from './batches.ts'
import { signalSource } from './signal-sources.ts'
import { readStageFiles } from './stage-files.ts'
import { Tally } from './tally.ts'

/** A document on its way through the steps of a map segment. */
export interface Moving {
  readonly id: string
  readonly text: string
  readonly meta: Meta
  /** Record number in the input. */
  readonly record: number
  /** `STEP.SIGNAL` → value, of every step that measured it. */
  readonly signals: Readonly<Record<string, number | null>>
}

/** Why and where a document or record ended. */
export interface Ending {
  readonly kind: 'dropped' | 'failed'
  readonly step: string
  readonly reason: string
  readonly signal?: string
  readonly value?: number
  readonly limit?: number
  readonly detail?: string
}

/** Receives what comes out of a flow. */
export interface Sink {
  keep(document: Moving): void
  /** `document` has its text as it was when it ended and its signals to the end of the segment. */
  end(document: Moving, ending: Ending): void
  /** Told of each verdict of each rule, when given; for `why`. */
  measured?(step: string, rules: readonly Rule[], signals: Signals): void
}

type Bound =
  /** Documents begin behind it. */
  | { readonly name: string; readonly kind: 'behind' }
  | { readonly name: string; readonly kind: 'rewrite'; readonly apply: ReturnType<Rewrite['create']> }
  | {
      readonly name: string
      readonly kind: 'measure'
      readonly measure: (document: Document, known: Signals) => Signals
      readonly rules: readonly Rule[]
      readonly detail: ((document: Document, rule: Rule) => string | undefined) | undefined
    }
  | {
      readonly name: string
      readonly kind: 'batch'
      readonly batches: Batches
      readonly rules: readonly Rule[]
      readonly detail: ((document: Document, rule: Rule) => string | undefined) | undefined
    }

/** A step that a document can come to. */
type Ahead = Exclude<Bound, { readonly kind: 'behind' }>

/** A document between two steps, with its verdict so far. */
interface Passing {
  readonly document: Moving
  readonly bytes: number
  readonly ending: Ending | undefined
  /** As it was when it ended. */
  readonly ended: Moving
}

/** What waits for a batch, in order: a document for its signals, or something that must not overtake one. */
type Waiting = { readonly index: number; readonly passing: Passing } | { readonly emit: () => void }

/** What the left side of a join gives to the record it found. */
export interface Joined {
  readonly meta: Meta
  readonly signals: Moving['signals']
}

const NOT_JOINED: Joined = { meta: {}, signals: {} }
const MAX_DETAIL = 300

/**
 * The steps of one map segment, made once a worker and run over every record or document of a unit.
 *
 * A document that was dropped is still measured to the end of the segment, so that a threshold can
 * be changed afterwards without computing anything; it is counted at the step that dropped it only.
 */
export class Flow {
  readonly #extract: { readonly name: string; readonly apply: ReturnType<Extract['create']> } | undefined
  readonly #steps: readonly Bound[]
  /** Place among all steps of the first of {@link #steps}. */
  readonly #first: number
  readonly #tallies: readonly Tally[]
  readonly #extractTally: Tally | undefined
  readonly #sink: Sink
  readonly #origin: Origin
  /** Empty where no step measures in batches. */
  #waiting: Waiting[] = []
  #waitingDocuments = 0
  #waitingBytes = 0

  private constructor(extract: PlanStep | undefined, bound: readonly Bound[], origin: Origin, sink: Sink) {
    this.#extract = extract && {
      name: extract.name,
      apply: (stageOf(extract) as Extract).create(extract.options),
    }
    this.#extractTally = extract && new Tally(extract.name)
    this.#first = extract === undefined ? 0 : 1
    this.#steps = bound
    this.#tallies = bound.map((step) => new Tally(step.name))
    this.#sink = sink
    this.#origin = origin
  }

  /**
   * A flow of steps that may have something to load first.
   *
   * @param from place of the first step that any document will come to: the steps before it load nothing.
   */
  static async create(steps: readonly PlanStep[], origin: Origin, sink: Sink, from = 0): Promise<Flow> {
    for (const step of steps.slice(from)) await stageOf(step).load?.(step.options)
    const [first, ...rest] = steps
    const extract = first?.kind === 'extract' ? first : undefined
    const begin = extract === undefined ? from : from - 1
    const bound: Bound[] = []
    for (const [at, step] of (extract === undefined ? steps : rest).entries())
      bound.push(at < begin ? { name: step.name, kind: 'behind' } : await bind(step))
    return new Flow(extract, bound, origin, sink)
  }

  /** Counts of the steps so far, in order. */
  get tallies(): readonly Tally[] {
    return this.#extractTally === undefined ? this.#tallies : [this.#extractTally, ...this.#tallies]
  }

  /** Runs a payload record through the segment. `joined` is what a join attached to it. */
  async record(record: PayloadRecord, id: string, joined: Joined = NOT_JOINED): Promise<void> {
    const { meta } = joined
    const extract = this.#extract
    if (extract === undefined) throw new Error('this segment does not begin with an extract stage')
    let made: Awaited<ReturnType<typeof extract.apply>>
    try {
      const result = extract.apply(record, meta)
      made = result instanceof Promise ? await result : result
    } catch (error) {
      made = crash(error)
    }
    this.#take(record, id, joined, made)
    await this.flushFull()
  }

  #take(
    record: PayloadRecord,
    id: string,
    { meta, signals }: Joined,
    made: readonly Draft[] | Drop | Fail,
  ): void {
    if ('drop' in made || 'fail' in made) {
      const known = record.url === undefined ? meta : { url: record.url, ...meta }
      this.refuse(bare(id, record.position, known, signals), made, record.body.length)
      return
    }
    if (made.length === 0) {
      this.refuse(bare(id, record.position, meta, signals), { drop: 'empty' }, record.body.length)
      return
    }
    const sizes = made.map((draft) => Buffer.byteLength(draft.text))
    this.#extractTally?.enter(record.body.length)
    this.#extractTally?.keep(sum(sizes), made.length)
    for (const [index, draft] of made.entries()) {
      const child = made.length === 1 ? id : `${id}.${index + 1}`
      this.#enter({ id: child, ...draft, record: record.position, signals }, sizes[index])
    }
  }

  /** Ends a record at the segment's extract step. */
  refuse(document: Moving, why: Drop | Fail, bytes = 0): void {
    const tally = this.#extractTally
    if (tally === undefined) throw new Error('only a segment that reads records can refuse one')
    const kind = 'fail' in why ? 'failed' : 'dropped'
    const reason = 'fail' in why ? why.fail : why.drop
    tally.enter(bytes)
    tally.drop(reason, kind)
    const ending: Ending = { kind, step: tally.name, reason, ...detailOf(why.detail) }
    this.emit(() => this.#sink.end(document, ending))
  }

  /** Runs a document through the segment's steps behind its extract; what it gives back must be awaited. */
  document(document: Moving, bytes = Buffer.byteLength(document.text)): Promise<void> | undefined {
    this.#enter(document, bytes)
    return this.flushFull()
  }

  /**
   * Lets a document of an earlier run go on at a step, by its place among all of the segment; with `ending`, as one that had
   * ended before it. What it gives back must be awaited.
   */
  goOn(document: Moving, place: number, ending?: Ending): Promise<void> | undefined {
    const bytes = Buffer.byteLength(document.text)
    this.#from(place - this.#first, { document, bytes, ending, ended: document })
    return this.flushFull()
  }

  /** How a document ends at a filter, by its place among all steps, whose rule it breaks. */
  endingAt(place: number, document: Moving, rule: Rule, value: number): Ending {
    const step = this.#steps[place - this.#first]
    if (step === undefined) throw new Error(`no step has place ${place}`)
    const detail = 'detail' in step ? step.detail?.(this.#input(document), rule) : undefined
    return endingOf(step.name, rule, value, detail)
  }

  #enter(document: Moving, bytes = Buffer.byteLength(document.text)): void {
    this.#from(0, { document, bytes, ending: undefined, ended: document })
  }

  /** Lets what waits for a batch pass, when one is full; nothing else is taken in meanwhile. */
  flushFull(): Promise<void> | undefined {
    const full = this.#steps.some(
      (step) =>
        step.kind === 'batch' &&
        (this.#waitingDocuments >= step.batches.most.documents ||
          this.#waitingBytes >= step.batches.most.bytes),
    )
    return full ? this.finish() : undefined
  }

  /**
   * Lets everything that waits pass: to be awaited behind the last document.
   *
   * @throws TilthError `data` or `input` where a script gave no answer, or a wrong one.
   */
  async finish(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      this.#waitingDocuments = 0
      this.#waitingBytes = 0
      const measured = await this.#ask(batch)
      for (const [at, item] of batch.entries()) {
        if ('emit' in item) this.emit(item.emit)
        else this.#answered(item.index, item.passing, measured[at] ?? {})
      }
    }
  }

  /** Signals of the documents of a batch, by their place in it. Each step gets no more than it takes at a time. */
  async #ask(batch: readonly Waiting[]): Promise<readonly (Signals | Fail | undefined)[]> {
    const signals: (Signals | Fail | undefined)[] = batch.map(() => undefined)
    for (const [index, step] of this.#steps.entries()) {
      if (step.kind !== 'batch') continue
      const places = batch.flatMap((item, at) => ('index' in item && item.index === index ? [at] : []))
      const passing = places.flatMap((at) => {
        const item = batch[at]
        return item !== undefined && 'passing' in item ? [item.passing] : []
      })
      let from = 0
      for (const part of parts(passing, step.batches.most)) {
        const answers = await step.batches.measure(part.map(({ document }) => this.#input(document)))
        for (const answer of answers) signals[places[from++] ?? -1] = answer
      }
    }
    return signals
  }

  /** A document goes on with the signals that a batch gave for it, or ends where it failed. */
  #answered(index: number, passing: Passing, signals: Signals | Fail): void {
    const step = this.#steps[index]
    if (step?.kind !== 'batch') throw new Error('no step with this number measures in batches')
    const { name, rules, detail } = step
    if (isFail(signals)) {
      const { fail: reason, detail: why } = signals
      this.#out(this.#ended(index, passing, { kind: 'failed', step: name, reason, detail: why }))
      return
    }
    this.#sink.measured?.(name, rules, signals)
    const document = passing.document
    const measured = {
      signals,
      rules,
      detail: detail && ((rule: Rule) => detail(this.#input(document), rule)),
    }
    this.#from(index + 1, this.#decided(index, passing, measured))
  }

  /** Does something now, or behind the documents that wait for a batch: so that rows keep their order. */
  emit(emit: () => void): void {
    if (this.#waiting.length === 0) emit()
    else this.#waiting.push({ emit })
  }

  /** A document with the signals of a step and, where it had none before, its verdict. */
  #decided(index: number, { document: before, bytes, ending, ended }: Passing, measured: Measured): Passing {
    const step = this.#steps[index]
    const tally = this.#tallies[index]
    if (step === undefined || tally === undefined) throw new Error('no step has this number')
    const { signals, rules, detail } = measured
    const document = { ...before, signals: withSignals(before.signals, step.name, signals) }
    if (ending !== undefined) return { document, bytes, ending, ended }
    const verdict = decide(rules, signals)
    if (verdict.keep) {
      tally.keep(bytes)
      return { document, bytes, ending, ended }
    }
    const { rule, value } = verdict
    tally.drop(rule.reason)
    const dropped = endingOf(step.name, rule, value, detail?.(rule))
    return { document, bytes, ending: dropped, ended: document }
  }

  #from(start: number, begun: Passing): void {
    let { document, bytes, ending, ended } = begun
    for (let index = start; index < this.#steps.length; index++) {
      const step = this.#steps[index]
      const tally = this.#tallies[index]
      if (step === undefined || tally === undefined) break
      if (step.kind === 'behind') throw new Error(`${step.name}: documents were to begin behind it`)
      if (ending === undefined) tally.enter(bytes)
      if (step.kind === 'batch') {
        this.#waiting.push({ index, passing: { document, bytes, ending, ended } })
        this.#waitingDocuments++
        this.#waitingBytes += bytes
        return
      }
      const result = this.#apply(step, document)
      if ('signals' in result) {
        const decided = this.#decided(index, { document, bytes, ending, ended }, result)
        document = decided.document
        ending = decided.ending
        ended = decided.ended
        continue
      }
      if ('ending' in result) {
        this.#out(this.#ended(index, { document, bytes, ending, ended }, result.ending))
        return
      }
      const [only, ...more] = result.drafts
      if (only !== undefined && more.length === 0) {
        document = rewritten(step.name, document, only)
        bytes = Buffer.byteLength(only.text)
        if (ending === undefined) tally.keep(bytes)
        continue
      }
      // A document that was dropped is not split: its parts would be documents that nobody counted.
      if (ending !== undefined) break
      const sizes = result.drafts.map((draft) => Buffer.byteLength(draft.text))
      tally.keep(sum(sizes), result.drafts.length)
      for (const [part, draft] of result.drafts.entries()) {
        const child = { ...rewritten(step.name, document, draft), id: `${document.id}.${part + 1}` }
        this.#from(index + 1, { document: child, bytes: sizes[part] ?? 0, ending: undefined, ended: child })
      }
      return
    }
    this.#out({ document, bytes, ending, ended })
  }

  /** A document that ends at a step, where it had not ended before. */
  #ended(index: number, passing: Passing, ending: Ending): Passing {
    if (passing.ending !== undefined) return passing
    this.#tallies[index]?.drop(ending.reason, ending.kind)
    return { ...passing, ending, ended: passing.document }
  }

  /** A document leaves the segment. */
  #out({ document, ending, ended }: Passing): void {
    if (ending === undefined) this.emit(() => this.#sink.keep(document))
    else {
      const final = { ...ended, signals: document.signals }
      this.emit(() => this.#sink.end(final, ending))
    }
  }

  #input({ id, text, meta, record }: Moving): Document {
    return { id, text, meta, origin: { ...this.#origin, record } }
  }

  #apply(
    step: Exclude<Ahead, { readonly kind: 'batch' }>,
    document: Moving,
  ): Measured | { readonly ending: Ending } | { readonly drafts: readonly Rewritten[] } {
    const input = this.#input(document)
    try {
      if (step.kind === 'measure') {
        const signals = step.measure(input, document.signals)
        this.#sink.measured?.(step.name, step.rules, signals)
        const { rules, detail } = step
        return { signals, rules, detail: detail && ((rule) => detail(input, rule)) }
      }
      const result = step.apply(input)
      if (!('drop' in result)) {
        if (result.length > 0) return { drafts: result }
        return { ending: { kind: 'dropped', step: step.name, reason: 'empty' } }
      }
      return {
        ending: { kind: 'dropped', step: step.name, reason: result.drop, ...detailOf(result.detail) },
      }
    } catch (error) {
      const { fail, detail } = crash(error)
      return { ending: { kind: 'failed', step: step.name, reason: fail, detail } }
    }
  }
}

function endingOf(step: string, rule: Rule, value: number, detail: string | undefined): Ending {
  const { reason, signal, limit } = rule
  return { kind: 'dropped', step, reason, signal, value, limit, ...detailOf(detail) }
}

/** What a step measured on a document, and how it is decided. */
interface Measured {
  readonly signals: Signals
  readonly rules: readonly Rule[]
  readonly detail: ((rule: Rule) => string | undefined) | undefined
}

/** Cuts documents into parts that a step takes at a time. */
function* parts(
  passing: readonly Passing[],
  most: { readonly documents: number; readonly bytes: number },
): Generator<readonly Passing[]> {
  let part: Passing[] = []
  let bytes = 0
  for (const each of passing) {
    if (part.length === most.documents || (part.length > 0 && bytes + each.bytes > most.bytes)) {
      yield part
      part = []
      bytes = 0
    }
    part.push(each)
    bytes += each.bytes
  }
  if (part.length > 0) yield part
}

function rewritten(step: string, document: Moving, { text, meta, signals }: Rewritten): Moving {
  const measured = signals === undefined ? document.signals : withSignals(document.signals, step, signals)
  return { ...document, text, meta, signals: measured }
}

function withSignals(before: Moving['signals'], step: string, measured: Signals): Moving['signals'] {
  const signals = { ...before }
  for (const name in measured) signals[`${step}.${name}`] = measured[name] ?? null
  return signals
}

/** Signals are numbers or null, and so none of them is a reason. */
function isFail(answer: Signals | Fail): answer is Fail {
  return typeof answer['fail'] === 'string'
}

function detailOf(detail: string | undefined): { readonly detail?: string } {
  return detail === undefined ? {} : { detail: detail.slice(0, MAX_DETAIL) }
}

/** Steps with files are bound once a thread, not once a unit: a list of millions takes seconds to read. */
const boundWithFiles = new Map<string, Promise<Bound>>()

async function bind(step: PlanStep): Promise<Bound> {
  if (step.code?.language === 'python') {
    const rules = (stageOf(step) as Filter).rules(step.options)
    return { name: step.name, kind: 'batch', batches: scriptBatches(step), rules, detail: undefined }
  }
  if (step.files === undefined) return bindNow(step, undefined)
  const key = JSON.stringify(step)
  const bound = boundWithFiles.get(key) ?? bindNow(step, readStageFiles(step))
  boundWithFiles.set(key, bound)
  // What could not be loaded is asked for again: files may have come back.
  bound.catch(() => boundWithFiles.delete(key))
  return bound
}

async function bindNow(step: PlanStep, files: StageFiles | undefined): Promise<Bound> {
  const stage = stageOf(step)
  if (stage.kind === 'rewrite') {
    return { name: step.name, kind: 'rewrite', apply: stage.create(step.options, files) }
  }
  if (stage.kind === 'filter' || stage.kind === 'annotate') {
    const measuring: Filter | Annotate = stage
    const name = step.name
    const rules = stage.kind === 'filter' ? stage.rules(step.options) : []
    const detail = stage.kind === 'filter' ? stage.detail?.(step.options, files) : undefined
    const batch = await measuring.measureBatch?.(step.options, files)
    if (batch !== undefined) return { name, kind: 'batch', batches: stageBatches(batch), rules, detail }
    const measure = signalSource(step) ?? measuring.measure(step.options, files)
    return { name, kind: 'measure', measure, rules, detail }
  }
  throw new Error(`${step.name}: a ${stage.kind} stage cannot be part of a map segment here`)
}

/** A record that never became a document. */
export function bare(id: string, record: number, meta: Meta, signals: Moving['signals'] = {}): Moving {
  return { id, text: '', meta, record, signals }
}

/** Id of the documents made of a record. */
export function recordId(record: PayloadRecord, input: string, payloadDigest: string): string {
  if (record.id !== undefined) return record.id
  return documentId(record.format, record.key ?? positionKey(input, record.position), payloadDigest)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

import type { Meta } from '../model/document.ts'
import type { PlanRecord, RejectedRow, SignalRow } from '../model/version.ts'
import { about, boundedOrNull, type Excerpt, opening } from './excerpt.ts'
import { domainOf } from './kept-pass.ts'
import { Nearest } from './nearest.ts'
import { COMPARED_LENGTH } from './side-by-side.ts'
import { Tally, type TallyTop } from './tally.ts'

/** Clusters that are shown, and copies of each: our choice, for a page that a person reads. */
const LARGEST = 10
const COPIES = 4
/** Dropped documents whose survivor is looked up, for the domains on both sides; drawn by chance where there are more. */
export const LOCATED = 4096
const DOMAINS = 20
/** The largest number of documents of each class of clusters but the last. */
const SIZES = [1, 2, 5, 10, 20, 50, 100, 1000, 10_000]
/** Names of the signals that say how near two copies are. */
const SIMILARITIES = ['jaccard', 'cosine'] as const

/** Clusters of `from` to `to` documents. */
export interface SizeClass {
  readonly from: number
  /** `null`: and more. */
  readonly to: number | null
  readonly clusters: number
  /** Those of the clusters together. */
  readonly documents: number
}

/** A dropped document with the part of its text that is compared. */
export interface CopyFound {
  readonly id: string
  readonly url: string | null
  readonly about: string | null
  readonly similarity: number | null
  readonly excerpt: Excerpt | null
  readonly compared: Excerpt | null
}

export interface StepCopies {
  readonly step: string
  readonly stage: string
  /** `undefined` where the step counts no copies: it takes parts out, or the version is of an earlier Tilth. */
  readonly sizes: readonly SizeClass[] | undefined
  /** Documents that were dropped for one that survived. */
  readonly dropped: number
  /** Of the survivors' counts, how many copies they stand for. */
  readonly counted: number
  readonly similarity:
    | {
        readonly signal: (typeof SIMILARITIES)[number]
        readonly threshold: number
        /** Copies below it, which others link to the one that stays. */
        readonly linked: number
      }
    | undefined
  readonly largest: readonly {
    readonly id: string
    readonly documents: number
    readonly copies: readonly CopyFound[]
  }[]
  readonly domains: TallyTop & { readonly unknown: { readonly documents: number; readonly bytes: number } }
  readonly located: readonly { readonly domain: string | undefined; readonly survivor: string }[]
  /** By signal of a step that takes parts out. */
  readonly removed: readonly {
    readonly signal: string
    readonly meaning: string
    /** Documents with more than 0 of it. */
    readonly documents: number
    readonly sum: number
  }[]
}

/**
 * Counts what the groups of a plan did, while a report reads its tables: the signals first, which say what the largest clusters are, then
 * the rejected documents. Memory: some thousand ids and domains a group, and the beginnings of 40 texts.
 */
export class CopiesCount {
  readonly #groups: readonly GroupCount[]

  constructor(plan: Pick<PlanRecord, 'steps'>) {
    this.#groups = plan.steps
      .filter(({ kind }) => kind === 'group')
      .map(({ name, stage, signals }) => new GroupCount(name, stage, signals))
  }

  measured(row: SignalRow): void {
    for (const group of this.#groups) group.measured(row)
  }

  rejected(row: RejectedRow, chance: number): void {
    for (const group of this.#groups) if (group.step === row.step) group.rejected(row, chance)
  }

  finish(): readonly StepCopies[] {
    return this.#groups.map((group) => group.finish())
  }
}

class GroupCount {
  readonly step: string
  readonly #stage: string
  readonly #signals: Readonly<Record<string, string>>
  readonly #column: string | undefined
  readonly #clusters = new Float64Array(SIZES.length + 1)
  readonly #documents = new Float64Array(SIZES.length + 1)
  readonly #removed: { signal: string; column: string; meaning: string; documents: number; sum: number }[]
  readonly #largest = new Nearest<{ id: string; documents: number }>(LARGEST)
  #copies: ReadonlyMap<string, Nearest<CopyFound>> | undefined
  #dropped = 0
  #counted = 0
  #threshold: number | undefined
  #linked = 0
  readonly #domains = new Tally()
  readonly #unknown = { documents: 0, bytes: 0 }
  readonly #located = new Nearest<{ domain: string | undefined; survivor: string }>(LOCATED)

  constructor(step: string, stage: string, signals: Readonly<Record<string, string>>) {
    this.step = step
    this.#stage = stage
    this.#signals = signals
    this.#column = 'copies' in signals ? `${step}.copies` : undefined
    const parts = this.#column === undefined ? Object.entries(signals) : []
    this.#removed = parts.map(([signal, meaning]) => {
      return { signal, column: `${step}.${signal}`, meaning, documents: 0, sum: 0 }
    })
  }

  measured({ id, signals }: SignalRow): void {
    for (const count of this.#removed) {
      const value = signals[count.column]
      if (typeof value !== 'number' || !(value > 0)) continue
      count.documents++
      count.sum += value
    }
    const copies = this.#column === undefined ? undefined : signals[this.#column]
    if (typeof copies !== 'number' || !(copies >= 1)) return
    const found = SIZES.findIndex((most) => copies <= most)
    const size = found === -1 ? SIZES.length : found
    this.#clusters[size] = (this.#clusters[size] ?? 0) + 1
    this.#documents[size] = (this.#documents[size] ?? 0) + copies
    this.#counted += copies - 1
    if (copies > 1) this.#largest.offer(-copies, id, () => ({ id, documents: copies }))
  }

  rejected(row: RejectedRow, chance: number): void {
    const { id, duplicateOf, text, value, limit, signal } = row
    if (typeof duplicateOf !== 'string') return
    this.#dropped++
    const bytes = typeof text === 'string' ? Buffer.byteLength(text) : 0
    const domain = domainOf(row.meta['url'] ?? row.url)
    if (domain === undefined) {
      this.#unknown.documents++
      this.#unknown.bytes += bytes
    } else this.#domains.add(domain, bytes)
    this.#located.offer(chance, id, () => ({ domain, survivor: duplicateOf }))
    const similarity = isSimilarity(signal) && typeof value === 'number' ? value : null
    if (similarity !== null && typeof limit === 'number') {
      this.#threshold ??= limit
      if (similarity < limit) this.#linked++
    }
    this.#copies ??= new Map(this.#largest.values().map((each) => [each.id, new Nearest<CopyFound>(COPIES)]))
    // The least similar ones tell whether a threshold is right; where nothing was compared, chance draws.
    this.#copies.get(duplicateOf)?.offer(similarity ?? chance, id, () => copyFound(row, similarity))
  }

  finish(): StepCopies {
    const signal = SIMILARITIES.find((name) => name in this.#signals)
    const located = this.#located.values()
    return {
      step: this.step,
      stage: this.#stage,
      sizes: this.#column === undefined ? undefined : this.#sizes(),
      dropped: this.#dropped,
      counted: this.#counted,
      similarity:
        signal === undefined || this.#threshold === undefined
          ? undefined
          : { signal, threshold: this.#threshold, linked: this.#linked },
      largest: this.#largest
        .values()
        .map((each) => ({ ...each, copies: this.#copies?.get(each.id)?.values() ?? [] })),
      domains: { ...this.#domains.top(DOMAINS), unknown: this.#unknown },
      located,
      removed: this.#removed.map(({ signal: name, meaning, documents, sum }) => ({
        signal: name,
        meaning,
        documents,
        sum,
      })),
    }
  }

  #sizes(): readonly SizeClass[] {
    const classes = [...SIZES, null].map((to, at) => ({
      from: at === 0 ? 1 : (SIZES[at - 1] ?? 0) + 1,
      to,
      clusters: this.#clusters[at] ?? 0,
      documents: this.#documents[at] ?? 0,
    }))
    return classes.slice(0, classes.findLastIndex(({ clusters }) => clusters > 0) + 1)
  }
}

function isSimilarity(signal: string | null): boolean {
  return SIMILARITIES.some((name) => name === signal)
}

function copyFound(
  row: {
    readonly id: string
    readonly url: string | null
    readonly meta: Meta
    readonly text: string | null
  },
  similarity: number | null,
): CopyFound {
  const { id, url, meta, text } = row
  const isHeld = typeof text === 'string'
  return {
    id,
    url: boundedOrNull(url),
    about: about(meta),
    similarity,
    excerpt: isHeld ? opening(text) : null,
    compared: isHeld ? opening(text, COMPARED_LENGTH) : null,
  }
}

import type { StepTotal } from '../model/version.ts'
import type { SizeClass, StepCopies } from './copies-count.ts'
import type { Histogram } from './histogram.ts'
import type { KeptPass } from './kept-pass.ts'
import type { Example } from './report-data.ts'
import { type SidePart, sideBySide } from './side-by-side.ts'
import { Tally, type TallyTop } from './tally.ts'

/** What a group did: how many documents are copies of each other, of which, and where they lie. */
export interface ReportGroup {
  readonly step: string
  readonly stage: string
  readonly in: number
  /** Documents dropped for another one that survived. */
  readonly dropped: number
  /** Of them, those whose survivor is of another version, named by `against`. */
  readonly elsewhere: number
  /** Smallest first, without empty classes at the end; `null` for a step that takes out parts of documents. */
  readonly sizes: readonly SizeClass[] | null
  readonly similarity: {
    readonly signal: 'jaccard' | 'cosine'
    readonly threshold: number
    /** Copies below the threshold, linked to the survivor by others. */
    readonly linked: number
    /** Of all dropped documents: of the similarity with the survivor. */
    readonly histogram: Histogram | null
  } | null
  /** At most ten. */
  readonly largest: readonly ReportCluster[]
  /** Of the dropped documents. */
  readonly domains: StepCopies['domains']
  /** Domains of dropped documents and of those that stayed for them. */
  readonly domainPairs: {
    /** So many of the dropped documents, drawn by chance where there are more than that. */
    readonly drawn: number
    /** Of the drawn ones, those whose own domain or the survivor's is not known here. */
    readonly unknown: number
    /** Of the others, those on the survivor's domain. */
    readonly same: number
    /** Names are `DROPPED → KEPT`; the bytes count for nothing. */
    readonly across: TallyTop
  }
  /** What a step took out of documents; `null` for one that drops whole ones. */
  readonly removed: {
    readonly bytesIn: number
    readonly bytesOut: number
    /** Documents of which nothing, or too little, was left. */
    readonly dropped: number
    readonly signals: StepCopies['removed']
  } | null
}

export interface ReportCluster {
  readonly documents: number
  readonly survivor: Example
  /** At most four; the least similar ones, where they were compared. */
  readonly copies: readonly (Example & {
    /** With the survivor. */
    readonly similarity: number | null
    /** The beginnings of both texts, survivor on the left; `null` when one of them is not held. */
    readonly difference: readonly SidePart[] | null
    /** Characters behind those that were compared, of the longer text. */
    readonly notCompared: number
  })[]
}

const PAIRS = 15

/** The groups of a report, once the kept documents are read for the survivors. */
export function reportGroups(
  groups: readonly StepCopies[],
  steps: readonly StepTotal[],
  histograms: readonly { readonly step: string; readonly signal: string; readonly histogram: Histogram }[],
  kept: Pick<KeptPass, 'found' | 'compared' | 'located'>,
): readonly ReportGroup[] {
  return groups.map((group) => {
    const { step, stage, dropped, counted, sizes, domains, removed } = group
    const total = steps.find(({ name }) => name === step)
    const similarity = group.similarity && {
      ...group.similarity,
      histogram:
        histograms.find((each) => each.step === step && each.signal === group.similarity?.signal)
          ?.histogram ?? null,
    }
    return {
      step,
      stage,
      in: total?.in ?? 0,
      dropped,
      elsewhere: sizes === undefined ? 0 : Math.max(0, dropped - counted),
      sizes: sizes ?? null,
      similarity: similarity ?? null,
      largest: group.largest.map((cluster) => clusterOf(cluster, kept)),
      domains,
      domainPairs: pairsOf(group.located, kept.located),
      removed:
        removed.length === 0 || total === undefined
          ? null
          : {
              bytesIn: total.bytesIn,
              bytesOut: total.bytesOut,
              dropped: total.dropped,
              signals: removed,
            },
    }
  })
}

function clusterOf(
  { id, documents, copies }: StepCopies['largest'][number],
  { found, compared }: Pick<KeptPass, 'found' | 'compared'>,
): ReportCluster {
  const text = compared.get(id) ?? null
  const example = (
    of: string,
    shown: Partial<Pick<Example, 'url' | 'about' | 'excerpt'>> | undefined,
  ): Example => ({
    id: of,
    url: shown?.url ?? null,
    value: null,
    margin: null,
    about: shown?.about ?? null,
    excerpt: shown?.excerpt ?? null,
  })
  return {
    documents,
    survivor: example(id, found.get(id)),
    copies: copies.map((copy) => ({
      ...example(copy.id, copy),
      similarity: copy.similarity,
      difference: text === null || copy.compared === null ? null : sideBySide(text.text, copy.compared.text),
      notCompared: text === null || copy.compared === null ? 0 : Math.max(text.more, copy.compared.more),
    })),
  }
}

function pairsOf(
  located: StepCopies['located'],
  domains: ReadonlyMap<string, string | undefined>,
): ReportGroup['domainPairs'] {
  const across = new Tally()
  let unknown = 0
  let same = 0
  for (const { domain, survivor } of located) {
    const other = domains.get(survivor)
    if (domain === undefined || other === undefined) unknown++
    else if (domain === other) same++
    else across.add(`${domain} → ${other}`, 0)
  }
  return { drawn: located.length, unknown, same, across: across.top(PAIRS) }
}

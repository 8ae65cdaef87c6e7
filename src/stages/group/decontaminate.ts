import { z } from 'zod'
import { cutAround } from '../../contamination/cut.ts'
import { GramFinder, type GramSource } from '../../contamination/gram-finder.ts'
import { type OverlapRun, overlapRuns } from '../../contamination/overlap-runs.ts'
import { loadSetReader, readSets } from '../../contamination/read-sets.ts'
import { setNames } from '../../contamination/set-names.ts'
import type { Json } from '../../model/document.ts'
import { TilthError } from '../../model/error.ts'
import { defineSpans, type StageFiles } from '../../model/stage.ts'

const REASON = 'contaminated'
const NOTHING_GIVEN = 'no evaluation set is given: nothing was looked for'
const NOTHING_LEFT = 'contaminated-whole'
const SOURCE = 'Brown et al. 2020 (GPT-3), appendix C'
/** Examples that a document's meta or a rejection names; the signals count all overlaps. */
const MOST_NAMED = 8
/** Of one gram; a phrase that very many examples share would fill the list. */
const MOST_OF_GRAM = 3

const options = z.strictObject({
  sets: z
    .union([z.array(z.string()), z.record(z.string(), z.string())])
    .transform((sets) => (Array.isArray(sets) ? setNames(sets) : sets))
    .optional()
    .describe(
      'Evaluation sets, as paths or as names with paths; a recipe must give them, and where it gives an empty list nothing is taken out. A file of JSON lines, JSON, CSV, TSV, Parquet or plain text (an example a line), a folder of such files, or `version:NAME@NUMBER` for the kept documents of a version',
    ),
  fields: z
    .array(z.string())
    .default([])
    .describe('Fields of an example whose texts count; none: every text in it, at any depth'),
  n: z.int().min(1).max(1000).default(13).describe(`Words of a gram. ${SOURCE}`),
  margin: z
    .int()
    .min(0)
    .default(200)
    .describe(
      `Characters that go on either side of an overlap; a word that would be cut goes whole. Code points. ${SOURCE}`,
    ),
  minPiece: z.int().min(0).default(200).describe(`Shorter pieces go. Code points. ${SOURCE}`),
  maxPieces: z
    .int()
    .min(1)
    .default(10)
    .describe(
      `A document that is cut into more pieces is dropped; short pieces count, blank ones do not. ${SOURCE}`,
    ),
  maxDocuments: z
    .int()
    .min(1)
    .default(10)
    .describe(`A gram that more documents have is ignored: a common phrase. ${SOURCE}`),
})

type Options = z.output<typeof options>

/** What a kept document's meta says of an example that was taken out of it. */
interface Named {
  readonly set: string
  readonly item: string
  readonly number: number
  readonly text: number
  readonly word: number
}

/**
 * Takes passages of evaluation sets out of documents, as GPT-3's appendix C says, with the overlaps brought together before anything is
 * counted: a quote of 23 words is one overlap, not eleven, and costs a page the quote and its margins.
 *
 * Meta of what is left holds where in the sets the gram stands, and not its words: what was taken out is not put back.
 */
export const decontaminate = defineSpans({
  name: 'decontaminate',
  // 2: CSV and TSV in folders are sets.
  revision: 2,
  description:
    'Takes out what evaluation sets hold too: runs of words that one of their examples has, with a margin, and splits the document there.',
  options,
  keyOf: 'text',
  reason: REASON,
  reasons: {
    [REASON]: 'overlaps with evaluation sets cut it into more than `maxPieces` pieces',
    [NOTHING_LEFT]: 'overlaps with evaluation sets left no piece of `minPiece` characters',
  },
  signals: {
    overlaps: 'Runs of words that an evaluation set has too, where those that overlap or touch count as one.',
    removed:
      'Characters taken out of the document before it was split: overlaps, margins and short pieces. Code points.',
    pieces: 'Pieces that it was cut into, short ones counted; 1 where nothing was cut.',
  },
  filesAreRows: true,
  files: ({ sets }) => {
    if (sets !== undefined) return Object.values(sets)
    throw new TilthError('recipe', 'sets: expected the path of an evaluation set', {
      hint: 'such as sets: { gsm8k: evals/gsm8k/test.jsonl }',
    })
  },
  load: loadSetReader,
  repeats: ({ maxDocuments }) => ({ least: 1, most: maxDocuments, count: 'documents', spareFirst: false }),
  parts: (given, files) => {
    const finder = finderOf(given, files)
    return ({ text }) => {
      const { starts, grams } = finder.find(text)
      const keys = new Uint32Array(2 * grams.length)
      for (const [at, gram] of grams.entries()) {
        keys[2 * at] = gram
        keys[2 * at + 1] = spread(gram)
      }
      return { keys, numbers: starts }
    }
  },
  without: (given, files) => {
    const finder = finderOf(given, files)
    return ({ text, meta }, starts) => {
      if (starts.length === 0) return [{ text, meta, signals: { overlaps: 0, removed: 0, pieces: 1 } }]
      const runs = overlapRuns(text, given.n, starts)
      const { pieces, count, removed } = cutAround(text, runs, given)
      const signals = { overlaps: runs.length, removed, pieces: count }
      const sources = sourcesOf(finder, text, starts, runs)
      if (count > given.maxPieces) {
        const over = { signal: 'pieces', most: given.maxPieces }
        return { drop: REASON, detail: detailOf(finder, sources), signals, over }
      }
      if (pieces.length === 0) return { drop: NOTHING_LEFT, detail: detailOf(finder, sources), signals }
      const before = Array.isArray(meta['decontaminated']) ? (meta['decontaminated'] as readonly Json[]) : []
      const named = sources.map(({ source: { set, item, text, word } }) => ({
        ...({ set: set.name, item: item.id, number: item.number, text, word } satisfies Named),
      }))
      const decontaminated = [...before, ...named]
      return pieces.map((piece) => ({ text: piece, meta: { ...meta, decontaminated }, signals }))
    }
  },
  unused: (given, files) => {
    if (Object.keys(given.sets ?? {}).length === 0) return [NOTHING_GIVEN]
    const { finder, passed } = readFor(given, files)
    const short = [...finder.short].filter(([, count]) => count > 0)
    return [
      ...passed,
      ...short.map(
        ([{ name, items }, count]) =>
          `${name}: ${count} of ${items.length} examples are shorter than ${given.n} words, and are not looked for`,
      ),
    ]
  },
  removals:
    (given) =>
    ({ decontaminated }, files) => {
      if (!Array.isArray(decontaminated)) return []
      const finder = finderOf(given, files())
      return (decontaminated as readonly unknown[] as readonly Named[]).flatMap((named) => {
        const words = finder.wordsAt(named)
        return words === undefined ? [] : [said(named.set, named.item, named.number, words)]
      })
    },
})

/** Spreads the numbers of grams over all partitions; different ones stay different. */
function spread(gram: number): number {
  const h = Math.imul(gram ^ (gram >>> 16), 0x85ebca6b)
  return Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0
}

interface FoundSource {
  readonly source: GramSource
  readonly gram: number
}

/** Examples that have what was found, each once, in the order in which the document has them. */
function sourcesOf(
  finder: GramFinder,
  text: string,
  starts: Uint32Array,
  runs: readonly OverlapRun[],
): readonly FoundSource[] {
  const named = new Map<GramSource['item'], FoundSource>()
  for (const { start, end, from, to } of runs) {
    if (named.size >= MOST_NAMED) break
    const wanted = new Set(starts.subarray(from, to))
    const hits = finder.find(text.slice(start, end))
    for (const [at, gram] of hits.grams.entries()) {
      // A gram that very many documents have may lie in a run of others.
      if (!wanted.has(start + (hits.starts[at] ?? 0))) continue
      for (const source of finder.sources(gram, MOST_OF_GRAM))
        if (!named.has(source.item)) named.set(source.item, { source, gram })
    }
  }
  return [...named.values()].slice(0, MOST_NAMED)
}

function detailOf(finder: GramFinder, sources: readonly FoundSource[]): string {
  const [first] = sources
  if (first === undefined) return ''
  const { set, item } = first.source
  const more = sources.length - 1
  const others = more === 0 ? '' : `; and ${more === MOST_NAMED - 1 ? 'at least ' : ''}${more} more`
  return `${said(set.name, item.id, item.number, finder.wordsOf(first.gram))}${others}`
}

function said(set: string, item: string, number: number, words: readonly string[]): string {
  const quote = words.join(' ')
  const place = item === String(number) ? `example ${number}` : `${item} (example ${number})`
  return `${set}, ${place}: "${quote.length > MOST_QUOTED ? `${quote.slice(0, MOST_QUOTED)}…` : quote}"`
}

const MOST_QUOTED = 200

/** The finders made of what a stage was handed: one for all its functions, and for all units of a thread. */
const finders = new WeakMap<StageFiles, Map<string, FinderOfSets>>()

interface FinderOfSets {
  readonly finder: GramFinder
  /** What lies among the sets and is not looked for. */
  readonly passed: readonly string[]
}

/** What a stage is handed that names no files. */
const NO_FILES: StageFiles = new Map()

function finderOf(options: Options, given: StageFiles | undefined): GramFinder {
  return readFor(options, given).finder
}

function readFor({ sets = {}, fields, n }: Options, given: StageFiles | undefined): FinderOfSets {
  const files = given ?? (Object.keys(sets).length === 0 ? NO_FILES : undefined)
  if (files === undefined) throw new TilthError('input', 'decontaminate: no evaluation set was read')
  const known = finders.get(files) ?? new Map<string, FinderOfSets>()
  finders.set(files, known)
  const key = JSON.stringify([sets, fields, n])
  const before = known.get(key)
  if (before !== undefined) return before
  const read = Object.entries(sets)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, path]) => readSets(name, path, files.get(path) ?? [], { fields }))
  const finder = new GramFinder(
    read.flatMap((each) => each.sets),
    n,
  )
  if (finder.size === 0 && read.length > 0) {
    throw new TilthError(
      'input',
      `no example of ${Object.keys(sets).join(', ')} has ${n} words in one text`,
      {
        hint: 'nothing would ever be found: give a smaller n',
      },
    )
  }
  const made = { finder, passed: read.flatMap((each) => each.passed) }
  known.set(key, made)
  return made
}

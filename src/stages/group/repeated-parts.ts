import { z } from 'zod'
import type { Document } from '../../model/document.ts'
import { defineSpans, type Parts, type SpanGroup } from '../../model/stage.ts'
import { loadTextHash, type TextHash } from '../../text/hash.ts'
import { normalText } from '../../text/normal.ts'
import { asksOf } from './asks.ts'
import { againstParts } from './meeting.ts'
import { scopeOf } from './scope.ts'

const options = z.strictObject({
  minLength: z
    .int()
    .min(1)
    .default(20)
    .describe('Shorter parts are never taken out. Characters after normalising'),
  within: z
    .string()
    .default('')
    .describe(
      'Parts meet within one value of this `meta` field; `domain` for the host of `meta.url`; empty: in all documents',
    ),
  repeats: z.int().min(2).default(2).describe('How often a part must be there to be a repeat'),
  count: z
    .enum(['occurrences', 'documents'])
    .default('occurrences')
    .describe('What `repeats` counts: every occurrence, or documents that have the part'),
  keep: z
    .enum(['first', 'none'])
    .default('first')
    .describe(
      'Whether the first of equal parts stays, in the document with the smallest id; with `none` all go, as a site’s boilerplate should',
    ),
  caseFold: z.boolean().default(true).describe('Whether parts that differ in case only are the same'),
  digits: z
    .enum(['as-they-are', 'alike'])
    .default('as-they-are')
    .describe('Whether parts that differ in their digits only are the same, as in CCNet'),
  against: againstParts,
})

type Options = z.output<typeof options>

interface Kind {
  readonly name: 'dedup-lines' | 'dedup-paragraphs'
  /** What stands between two parts; each part goes with what follows it. */
  readonly gap: RegExp
  /** The word for a part, in the singular. */
  readonly part: 'line' | 'paragraph'
  readonly cut: string
}

let hash: TextHash['hash'] | undefined

/** Takes parts out that stand elsewhere too. The text between parts stays as it is; a document of which nothing is left is dropped. */
function repeatedParts({ name, gap, part, cut }: Kind): SpanGroup<typeof options> {
  const plural = `${part}s`
  return defineSpans({
    name,
    revision: 2,
    description: `Takes out ${plural} that other documents, or the same one, have too. ${cut}`,
    options,
    keyOf: 'text',
    asks: ({ within }) => asksOf({ within }),
    against: (given) => given.against,
    specification: ({ minLength, within, caseFold, digits }) =>
      JSON.stringify({ minLength, within, caseFold, digits }),
    reason: `duplicate-${plural}`,
    reasons: { [`duplicate-${plural}`]: `nothing was left: every ${part} stands elsewhere` },
    signals: {
      removed: `Repeated ${plural} taken out.`,
      removedRatio: 'Share of the characters that went with them, 0 to 1.',
    },
    async load() {
      hash ??= (await loadTextHash()).hash
    },
    repeats: ({ repeats, count, keep }) => ({ least: repeats, count, spareFirst: keep === 'first' }),
    parts: (given) => (document) => keysOf(document, gap, given),
    without: () => (document, numbers) => {
      const { text, meta } = document
      if (numbers.length === 0) return [{ text, meta, signals: { removed: 0, removedRatio: 0 } }]
      const gone = new Set(numbers)
      const rest = partsOf(text, gap)
        .filter((_, number) => !gone.has(number))
        .map(([start, , next]) => text.slice(start, next))
        .join('')
        .replace(/\s+$/u, '')
      if (rest.trim() === '') {
        return {
          drop: `duplicate-${plural}`,
          detail:
            numbers.length === 1
              ? `its ${part} stands elsewhere`
              : `${numbers.length} ${plural} stand elsewhere`,
          signals: { removed: numbers.length, removedRatio: 1 },
        }
      }
      const removedRatio = text.length === 0 ? 0 : 1 - rest.length / text.length
      return [{ text: rest, meta, signals: { removed: numbers.length, removedRatio } }]
    },
  })
}

/** Start and end of each part, and where the next one starts. */
function partsOf(
  text: string,
  gap: RegExp,
): readonly (readonly [start: number, end: number, next: number])[] {
  const parts: (readonly [number, number, number])[] = []
  let start = 0
  for (const { 0: between, index } of text.matchAll(gap)) {
    const next = index + between.length
    parts.push([start, index, next])
    start = next
  }
  parts.push([start, text.length, text.length])
  return parts
}

function keysOf(document: Document, gap: RegExp, given: Options): Parts {
  const { minLength, within, caseFold, digits } = given
  const scope = scopeOf(within, document)
  const keys: number[] = []
  const numbers: number[] = []
  if (hash === undefined) throw new Error('the text hash is not loaded: await load() first')
  for (const [number, [start, end]] of partsOf(document.text, gap).entries()) {
    if (end - start < minLength) continue
    const normal = normalText(document.text.slice(start, end), { caseFold })
    if (normal.length < minLength) continue
    const key = hash(`${scope}\0${digits === 'alike' ? normal.replaceAll(/\p{Nd}/gu, '0') : normal}`)
    keys.push(Number(BigInt.asUintN(32, key)), Number(BigInt.asUintN(32, key >> 32n)))
    numbers.push(number)
  }
  return { keys: Uint32Array.from(keys), numbers: Uint32Array.from(numbers) }
}

export const dedupLines = repeatedParts({
  name: 'dedup-lines',
  gap: /\n/g,
  part: 'line',
  cut: 'Lines are compared without white space at their ends.',
})

export const dedupParagraphs = repeatedParts({
  name: 'dedup-paragraphs',
  gap: /\n[^\S\n]*\n\s*/g,
  part: 'paragraph',
  cut: 'Paragraphs stand between blank lines.',
})

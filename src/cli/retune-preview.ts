import type { RetunePreview, RuleChange } from '../engine/retune/preview.ts'
import { ruleSign } from '../model/stage.ts'
import { opening } from '../report/excerpt.ts'
import { measured } from '../report/numbers.ts'
import { estimateTokens, TokenSample } from '../report/token-estimate.ts'
import { visibleLine } from '../report/visible.ts'
import { count, counted, paint, type Style, scaled, table } from './terminal.ts'

/** Tokens of the documents lost and gained, estimated from texts drawn by chance. */
export interface ChangedSizes {
  /** Name of the encoding; `null` where no text was there to encode. */
  readonly encoding: string | null
  readonly lost: ChangedSize
  readonly gained: ChangedSize
}

interface ChangedSize {
  /** `null` where the version holds no text of them. */
  readonly tokens: number | null
  /** Documents that were encoded. */
  readonly sample: number
}

type Drawn = RetunePreview['drawn']['lost']

/** Estimates tokens by GPT-2's encoding, each side from its own texts. */
export async function changedSizes({ lost, gained, drawn }: RetunePreview): Promise<ChangedSizes> {
  const samples = { lost: sampleOf(drawn.lost), gained: sampleOf(drawn.gained) }
  const estimate = await estimateTokens(samples.lost, samples.gained)
  const sizeOf = (documents: number, texts: Drawn, perByte: number | undefined): ChangedSize => {
    const bytes = texts.flatMap(({ text }) => (text === null ? [] : Buffer.byteLength(text)))
    if (documents === 0) return { tokens: 0, sample: 0 }
    if (bytes.length === 0 || perByte === undefined) return { tokens: null, sample: 0 }
    const mean = bytes.reduce((sum, each) => sum + each, 0) / bytes.length
    return { tokens: Math.round(documents * mean * perByte), sample: bytes.length }
  }
  return {
    encoding: estimate?.encoding ?? null,
    lost: sizeOf(lost.documents, drawn.lost, estimate?.kept),
    gained: sizeOf(gained.documents, drawn.gained, estimate?.dropped),
  }
}

function sampleOf(drawn: Drawn): TokenSample {
  const sample = new TokenSample()
  for (const [index, { id, text }] of drawn.entries()) {
    if (text !== null) sample.offer(index / drawn.length, id, text, Buffer.byteLength(text))
  }
  return sample
}

/** What `--json` prints of a preview: stable. Texts are excerpts with placeholders for personal data. */
export function previewJson(preview: RetunePreview, sizes: ChangedSizes): object {
  const { drawn: _, lost, gained, ...rest } = preview
  const rules = (changes: readonly RuleChange[]): readonly object[] =>
    changes.map(({ examples, ...change }) => ({
      ...change,
      examples: examples.map(({ text, ...example }) => ({ ...example, excerpt: excerptOf(text) })),
    }))
  return {
    ...rest,
    lost: { ...lost, tokens: sizes.lost.tokens, rules: rules(lost.rules) },
    gained: { ...gained, tokens: sizes.gained.tokens, rules: rules(gained.rules) },
    tokens: {
      encoding: sizes.encoding,
      sample: { lost: sizes.lost.sample, gained: sizes.gained.sample },
    },
  }
}

/** A preview for people. */
export function shownPreview(preview: RetunePreview, sizes: ChangedSizes, style: Style): string {
  const { version, limits, measured: rows, kept, lost, gained, freed } = preview
  const changes = limits.map(({ step, option, signal, keep, before, after }) => {
    const sign = ruleSign({ keep })
    return `${step}.${option ?? signal}   ${signal} ${sign} ${limit(before)} -> ${limit(after)}\n`
  })
  const known = kept - lost.documents + gained.documents
  const lines = [
    `${paint(version, 'strong', style)}   ${count(rows)} documents with signals, ${count(kept)} kept\n`,
    ...changes,
    `\n${paint('lost', 'bad', style)}     ${sized(lost.documents, sizes.lost)}\n`,
    ruleLines(lost.rules, style),
    `${paint('gained', 'good', style)}   ${sized(gained.documents, sizes.gained)}\n`,
    ruleLines(gained.rules, style),
    `kept     ${count(known)} after it, as far as the stored signals tell\n`,
    ...unknowns(preview),
    ...(freed.length > 0 || gained.pending.length > 0
      ? [`exactly  tilth retune ${version} --set ... --apply\n`]
      : []),
  ]
  return lines.join('')
}

function limit(value: number | null): string {
  return value === null ? 'no limit' : measured(value)
}

function sized(documents: number, { tokens, sample }: ChangedSize): string {
  if (documents === 0) return 'no documents'
  const size =
    tokens === null
      ? 'tokens unknown: the version does not hold their text'
      : `about ${scaled(tokens)} tokens (estimated from ${counted(sample, 'text')})`
  return `${counted(documents, 'document')}, ${size}`
}

function ruleLines(rules: readonly RuleChange[], style: Style): string {
  return rules
    .map(({ step, reason, signal, documents, examples }) => {
      const head = `  ${step} ${reason}: ${counted(documents, 'document')}\n`
      const rows = table(
        examples,
        [
          { title: `  ${signal}`, cell: ({ value }) => `  ${measured(value)}` },
          { title: 'id', cell: ({ id }) => id },
          { title: 'excerpt', cell: ({ text, url }) => excerptOf(text) ?? url ?? '' },
        ],
        style,
      )
      return `${head}${rows}`
    })
    .join('')
}

/** What stored signals cannot tell. */
function unknowns({ gained, freed }: RetunePreview): readonly string[] {
  return [
    ...gained.caught.map(
      ({ step, documents }) =>
        `note     ${counted(documents, 'document')} let back in and dropped by ${step}, as its stored signals say\n`,
    ),
    ...gained.pending.map(
      ({ steps, documents }) =>
        `note     ${count(documents)} of the gained have not been seen by ${steps.join(', ')}, which may drop them\n`,
    ),
    ...freed.map(
      ({ step, documents }) =>
        `note     ${counted(documents, 'document')} that ${step} had dropped as copies of lost ones may come back\n`,
    ),
  ]
}

const SHOWN = 80

function excerptOf(text: string | null): string | null {
  return text === null ? null : visibleLine(opening(text.slice(0, 1000), SHOWN).text)
}

import { createHash } from 'node:crypto'
import { decide, type Filter, keepsValue, type Rule, type Signals } from '../src/model/stage.ts'
import { c4Text } from '../src/rules/c4/lines.ts'
import { C4_DATATROVE, C4_DATATROVE_NOPUNCT } from '../src/rules/c4/pages.ts'
import type { Words } from '../src/rules/scan/text-scan.ts'
import { TextScan } from '../src/rules/scan/text-scan.ts'
import { stageNamed } from '../src/stages/catalogue.ts'
import { documentOf } from './webtext-documents.ts'

/** The steps that datatrove has a class for, in the order of `bench/peers/datatrove_verdicts.py`. */
export const STEPS = [
  'gopher-quality@datatrove-0.10',
  'gopher-repetition@datatrove-0.10',
  'c4-page@datatrove-0.10',
  'c4-page@datatrove-0.10-nopunct',
  'fineweb@datatrove-0.10',
] as const

/** What the classes said of the text that a maker makes of a seed; see `scripts/rule-golden.ts`. */
export interface GoldenText {
  readonly seed: number
  /** First eight hex digits of the SHA-256 of the text, so that a changed maker is not taken for a changed rule. */
  readonly text: string
  /** With words at white space and with spaCy's: a verdict for each of {@link STEPS}. */
  readonly whitespace: readonly (string | null)[]
  readonly spacy?: readonly (string | null)[]
  /** Digests of the texts that C4's filter leaves, with the rule on terminal punctuation and without. */
  readonly c4: readonly (string | null)[]
}

/** By maker and by side of the limit. */
export type Golden = Readonly<
  Record<string, { readonly kept: readonly GoldenText[]; readonly dropped: readonly GoldenText[] }>
>

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

interface Judge {
  readonly rules: readonly Rule[]
  readonly measure: (text: string) => Signals
}

function judgeOf(step: string, words: Words): Judge {
  const stage = stageNamed(step) as Filter
  const defaults = stage.options.parse({}) as Readonly<Record<string, unknown>>
  const options = Object.hasOwn(defaults, 'words') ? { ...defaults, words } : defaults
  const measure = stage.measure(options)
  return { rules: stage.rules(options), measure: (text) => measure(documentOf(text)) }
}

const JUDGES = new Map<string, Judge>()

function judge(step: string, words: Words): Judge {
  const key = `${step} ${words}`
  const known = JUDGES.get(key) ?? judgeOf(step, words)
  JUDGES.set(key, known)
  return known
}

/** Our verdict, under the name that datatrove gives it. */
export function verdictOf(step: string, words: Words, text: string): string | null {
  const { rules, measure } = judge(step, words)
  const verdict = decide(rules, measure(text))
  return verdict.keep ? null : (verdict.rule.peerReason ?? verdict.rule.reason)
}

const SCAN = new TextScan()

/** The texts that our C4 steps leave, with the rule on terminal punctuation and without. */
export function c4Texts(text: string): readonly string[] {
  SCAN.read(text)
  return [c4Text(SCAN, C4_DATATROVE), c4Text(SCAN, C4_DATATROVE_NOPUNCT)]
}

/**
 * On which side of a maker's limit a text is, with words at white space; `undefined` where an earlier rule drops it, so
 * that the limit does not decide, or the signal was not measured.
 */
export function sideOf(maker: string, text: string): 'kept' | 'dropped' | undefined {
  const [step = '', reason = ''] = maker.split('/')
  const { rules, measure } = judge(step, 'whitespace')
  const signals = measure(text)
  for (const rule of rules) {
    const value = signals[rule.signal]
    const isKept = value === null || value === undefined || keepsValue(rule, value)
    if (rule.reason === reason) {
      if (value === null || value === undefined) return undefined
      return isKept ? 'kept' : 'dropped'
    }
    if (!isKept) return undefined
  }
  throw new Error(`${step} has no rule ${reason}`)
}

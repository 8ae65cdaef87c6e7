import type { Document } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import { type Annotate, decide, type Filter, type Rule, type Signals } from '../model/stage.ts'
import type { RuleSet } from '../stages/rule-sets.ts'
import { defaultStepName } from '../stages/rule-sets.ts'

/** What a rule set says of one text. */
export interface RuleSetScore {
  /** `null` = it keeps the text; else the reason. */
  readonly verdict: string | null
  /** The rule that was broken and the value that broke it. */
  readonly broken: { readonly rule: Rule; readonly value: number } | undefined
  /** By name: of a set with several measuring steps, with the step's name before it. */
  readonly signals: Signals
}

/** Options of the stages of a rule set, as a recipe would give them. Those that a stage does not have are left out. */
export interface ScoreOptions {
  readonly words?: 'whitespace' | 'unicode'
}

/** Applies a rule set to one text after another. */
export interface Scorer {
  readonly name: string
  /** Names of its signals, in order. */
  readonly signals: readonly string[]
  score(document: Document): RuleSetScore
}

/**
 * Makes a scorer of a rule set: its measuring steps, each on the original text. The first step that drops it names the
 * reason, and all are measured.
 */
export function scorerOf(set: RuleSet, options: ScoreOptions = {}): Scorer {
  const steps = set.steps
    .filter((stage) => stage.kind !== 'rewrite')
    .map((stage) => {
      const own = stageOptions(stage.options.parse({}), options)
      requireNoFiles(set.name, stage, own)
      const prefix = defaultStepName(stage.name)
      return {
        prefix,
        names: Object.keys(stage.signals),
        measure: stage.measure(own),
        rules: stage.kind === 'filter' ? (stage as Filter).rules(own) : [],
      }
    })
  const [only, ...others] = steps
  const name = (prefix: string, signal: string): string =>
    others.length === 0 ? signal : `${prefix}.${signal}`
  return {
    name: set.name,
    signals: steps.flatMap((step) => step.names.map((signal) => name(step.prefix, signal))),
    score(document) {
      let broken: RuleSetScore['broken']
      let signals: Signals = {}
      for (const step of steps) {
        const measured = step.measure(document)
        const verdict = decide(step.rules, measured)
        if (!verdict.keep) broken ??= { rule: verdict.rule, value: verdict.value }
        if (step === only && others.length === 0) signals = measured
        else {
          const named = Object.entries(measured).map(([signal, value]) => [name(step.prefix, signal), value])
          signals = { ...signals, ...Object.fromEntries(named) }
        }
      }
      return { verdict: broken?.rule.reason ?? null, broken, signals }
    },
  }
}

/** A rule set that needs a model has it by its options, and only a recipe gives options. */
function requireNoFiles(set: string, stage: Filter | Annotate, options: unknown): void {
  let files: readonly string[] | undefined
  try {
    files = stage.files?.(options)
  } catch (error) {
    if (!(error instanceof TilthError)) throw error
    throw new TilthError('usage', `${set} cannot be asked without its options: ${error.message}`, {
      hint: `use it in a recipe, as a step { use: ${set}, ... }`,
    })
  }
  if (files !== undefined && files.length > 0) throw new Error(`${set}: its files are not read here`)
}

function stageOptions(defaults: unknown, { words }: ScoreOptions): unknown {
  const known = defaults as Readonly<Record<string, unknown>>
  return words !== undefined && Object.hasOwn(known, 'words') ? { ...known, words } : known
}

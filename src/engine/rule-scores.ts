import type { Document } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import {
  type Annotate,
  decide,
  type Filter,
  type Rule,
  type Signals,
  type StageFiles,
} from '../model/stage.ts'
import type { RuleSet } from '../stages/rule-sets.ts'
import { defaultStepName } from '../stages/rule-sets.ts'
import { filesNow } from './stage-files.ts'

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
  /** Each must be one of at least one stage. Paths start at the working directory. */
  readonly options?: Readonly<Record<string, unknown>>
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
      const own = stageOptions(set, stage, options)
      const files = filesOf(set.name, stage, own)
      const prefix = defaultStepName(stage.name)
      return {
        prefix,
        names: Object.keys(stage.signals),
        measure: stage.measure(own, files),
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

/** What the options of a rule set name, such as a model. */
function filesOf(set: string, stage: Filter | Annotate, options: unknown): StageFiles | undefined {
  try {
    return filesNow(stage, options, process.cwd())
  } catch (error) {
    if (!(error instanceof TilthError) || error.code === 'input') throw error
    throw new TilthError('usage', error.message, {
      hint: `--set ${set}.OPTION=VALUE${error.hint === undefined ? '' : `; ${error.hint}`}`,
    })
  }
}

function stageOptions(
  set: RuleSet,
  stage: Filter | Annotate,
  { words, options = {} }: ScoreOptions,
): unknown {
  const known = stage.options.parse({}) as Readonly<Record<string, unknown>>
  const all = words === undefined ? options : { words, ...options }
  // An option goes to every stage that has it; one that none has, to all, which refuse it.
  const others = set.steps.filter((each) => each !== stage && each.kind !== 'rewrite')
  const isElsewhere = (name: string): boolean =>
    name === 'words' || others.some((each) => Object.hasOwn(each.options.parse({}) as object, name))
  const own = Object.entries(all).filter(([name]) => Object.hasOwn(known, name) || !isElsewhere(name))
  const result = stage.options.safeParse(Object.fromEntries(own))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  throw new TilthError(
    'usage',
    unknown === undefined
      ? `${set.name}.${issue?.path.join('.')}: ${issue?.message}`
      : `${set.name} has no option ${unknown}`,
    { hint: `its options are ${Object.keys(known).join(', ')}` },
  )
}

import { nearest, TilthError } from '../model/error.ts'
import type { Annotate, Filter, Rewrite, Rule } from '../model/stage.ts'
import { ccnet } from './filter/ccnet.ts'
import { heuristicCleaning } from './filter/heuristic-cleaning.ts'
import * as stages from './rule-stages.ts'

/**
 * A published set of rules: a fixed list of steps, some of which measure and decide, and some rewrite.
 *
 * Deciding steps come first and look at the text as it was, so the verdict of a rule set is that of its steps in order
 * on the original text, and the rewriting steps behind them see what was kept.
 */
export interface RuleSet {
  /** What it is and whose: `gopher-quality@datatrove-0.10`. The same name means other verdicts in other peers. */
  readonly name: string
  readonly steps: readonly (Filter | Annotate | Rewrite)[]
}

const single = (stage: Filter | Annotate): RuleSet => ({ name: stage.name, steps: [stage] })

/** Every rule set, by what it is. */
export const RULE_SETS: readonly RuleSet[] = [
  single(stages.gopherQualityPaper),
  single(stages.gopherQualityDatatrove),
  single(stages.gopherQualityDolma),
  single(stages.gopherQualityDclm),
  single(stages.gopherRepetitionPaper),
  single(stages.gopherRepetitionDatatrove),
  single(stages.gopherRepetitionDolma),
  single(stages.gopherRepetitionDclm),
  { name: 'c4@paper', steps: [stages.c4PagePaper, stages.c4LinesPaper] },
  { name: 'c4@code', steps: [stages.c4PageCode, stages.c4LinesCode] },
  { name: 'c4@datatrove-0.10', steps: [stages.c4PageDatatrove, stages.c4LinesDatatrove] },
  {
    name: 'c4@datatrove-0.10-nopunct',
    steps: [stages.c4PageDatatroveNopunct, stages.c4LinesDatatroveNopunct],
  },
  single(stages.finewebPaper),
  single(stages.finewebCode),
  single(stages.finewebDatatrove),
  { name: 'refinedweb', steps: [stages.refinedWebPage, stages.refinedWebLines] },
  single(ccnet),
  single(stages.redpajamaV2),
  { name: 'gpt2-cleaning', steps: [heuristicCleaning] },
]

/** The steps of rule sets that are stages under names of their own. */
export const RULE_STAGES: readonly (Filter | Annotate | Rewrite)[] = RULE_SETS.flatMap(
  (set) => set.steps,
).filter((stage) => stage !== heuristicCleaning && stage !== ccnet)

/**
 * The rule set of a name.
 *
 * @throws TilthError `usage` where there is none, with the nearest name as a hint, or those of other sources.
 */
export function ruleSetNamed(name: string): RuleSet {
  const found = RULE_SETS.find((set) => set.name === name)
  if (found !== undefined) return found
  const names = RULE_SETS.map((set) => set.name)
  const sources = names.filter((each) => each.startsWith(`${name}@`))
  const near = sources.length > 0 ? `${name} is one of ${sources.join(', ')}` : nearest(name, names)
  throw new TilthError('usage', `there is no rule set named "${name}"`, {
    hint:
      near === undefined
        ? 'tilth rules lists them'
        : sources.length > 0
          ? near
          : `did you mean "${near}"? tilth rules lists them all`,
  })
}

/** The limit of a rule under a stage's defaults, or the name of its option where a recipe must give the limits. */
export function limitOf(stage: Filter, rule: Rule): string {
  try {
    stage.files?.(stage.options.parse({}))
    return String(rule.limit)
  } catch (error) {
    if (!(error instanceof TilthError)) throw error
    return rule.option ?? String(rule.limit)
  }
}

/**
 * The name of a step whose recipe gives it none: the stage or rule set without its source, or the name of a file without
 * its ending, as a step can be called.
 */
export function defaultStepName(use: string): string {
  if (!use.includes('/')) return use.replace(/@.*$/, '')
  const file = use.replace(/^.*\//, '').replace(/\.[^.]*$/, '')
  return file
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
}

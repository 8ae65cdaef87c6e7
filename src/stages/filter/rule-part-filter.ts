import { z } from 'zod'
import { type Annotate, defineAnnotate, defineFilter, type Filter, type Rule } from '../../model/stage.ts'
import type { RulePart } from '../../rules/rule-part.ts'
import { scanOf } from '../../rules/scan/latest-scan.ts'
import type { Words } from '../../rules/scan/text-scan.ts'

type Options = z.ZodType<Readonly<Record<string, unknown>>>

/**
 * The filter of a rule set: it measures what the rule set measures, and each of its limits is an option whose default
 * is the published one.
 */
export function rulePartFilter(part: RulePart): Filter<Options> {
  const { name, revision, description, signals } = part
  return defineFilter<Options>({
    name,
    revision,
    description,
    options: optionsOf(part),
    reasons: {},
    signals,
    measure: (options) => {
      const words = (options['words'] ?? part.words ?? 'whitespace') as Words
      return (document) => part.measure(scanOf(document.text), words)
    },
    rules: (options) =>
      part.rules.map((rule): Rule => {
        const limit = rule.option === undefined ? undefined : options[rule.option]
        return typeof limit === 'number' ? { ...rule, limit } : rule
      }),
  })
}

/** The same for a rule set without limits: it measures, and drops nothing. */
export function rulePartAnnotate(part: RulePart): Annotate<Options> {
  const { kind: _, rules: __, ...rest } = rulePartFilter(part)
  return defineAnnotate(rest)
}

function optionsOf(part: RulePart): Options {
  const shape: Record<string, z.ZodType> = {}
  if (part.words !== undefined) {
    shape['words'] = z
      .enum(['whitespace', 'unicode'])
      .default(part.words)
      .describe("How words are cut: at white space, or into tokens as spaCy's English tokenizer does")
  }
  for (const { option, signal, keep, limit } of part.rules) {
    if (option === undefined) continue
    const meaning = `${MEANINGS[keep]} ${signal} that is kept`
    shape[option] = z.number().default(limit).describe(meaning)
  }
  return z.strictObject(shape) as unknown as Options
}

const MEANINGS: Readonly<Record<Rule['keep'], string>> = {
  'at-least': 'Least',
  'at-most': 'Greatest',
  above: 'Value below the least',
  below: 'Value above the greatest',
}

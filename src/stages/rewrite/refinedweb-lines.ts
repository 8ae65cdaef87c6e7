import { z } from 'zod'
import { defineRewrite } from '../../model/stage.ts'
import { REFINEDWEB_LINE_RULES, refinedWebText } from '../../rules/refinedweb/lines.ts'

/** Takes lines out as RefinedWeb does: see {@link refinedWebText}. */
export const refinedWebLines = defineRewrite({
  name: 'refinedweb-lines',
  revision: 1,
  description: 'Takes out lines of capitals, of digits, of counters and of one word, as RefinedWeb does.',
  options: z.strictObject({}),
  reasons: { empty: 'no line stays' },
  lineRules: REFINEDWEB_LINE_RULES,
  create: () => (document) => {
    const text = refinedWebText(document.text)
    return text === '' ? { drop: 'empty' } : [{ text, meta: document.meta }]
  },
})

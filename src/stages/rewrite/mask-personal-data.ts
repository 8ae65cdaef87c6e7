import { z } from 'zod'
import { defineRewrite } from '../../model/stage.ts'
import { personalDataCounts } from '../../personal-data/counts.ts'
import { masked, TYPE_SLOT } from '../../personal-data/mask.ts'
import { personalDataScanner } from '../../personal-data/scan.ts'
import { countSignals, typesOption } from '../personal-data-options.ts'

/** Puts a placeholder that names the type in place of each piece of personal data, and counts them. */
export const maskPersonalData = defineRewrite({
  name: 'mask-personal-data',
  revision: 1,
  description: 'Replaces personal data and secrets by placeholders that name their type, such as `[EMAIL]`.',
  options: z.strictObject({
    types: typesOption,
    placeholder: z
      .string()
      .regex(/^[^\d@+]*$/, 'expected no digits, "@" or "+", which could be taken for personal data again')
      .default(`[${TYPE_SLOT}]`)
      .describe(`What stands in place of a value; \`${TYPE_SLOT}\` is its type in capitals`),
  }),
  reasons: {},
  signals: countSignals('replaced'),
  create: ({ types, placeholder }) => {
    const scan = personalDataScanner(types)
    return ({ text, meta }) => {
      const findings = scan(text)
      return [
        { text: masked(text, findings, placeholder), meta, signals: personalDataCounts(findings, types) },
      ]
    }
  },
})

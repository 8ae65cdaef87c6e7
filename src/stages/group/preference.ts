import { z } from 'zod'

/** Options of a group that say which of several documents survives. */
export const preference = z
  .union([
    z.enum(['smallest-id', 'longest', 'highest-score', 'newest', 'oldest']),
    z.strictObject({ signal: z.string().min(1) }),
    z.strictObject({ input: z.array(z.string().min(1)).min(1) }),
    z.strictObject({ field: z.string().min(1), order: z.array(z.string()).min(1) }),
  ])
  .default('smallest-id')
  .describe(
    'Which copy survives: the smallest id; the most characters; the highest `meta.link.score` or `meta.score`; the latest or the earliest `meta.date` (ISO 8601, RFC 2822 or epoch; without a zone UTC); the highest `{signal: STEP.SIGNAL}`; the one of the input that comes first in `{input: [NAMES]}`, inputs of the recipe; or the one whose `meta` field has the value that comes first in `{field: NAME, order: [VALUES]}`. What has none of it comes last; ties go to the smallest id',
  )

export type Preference = z.output<typeof preference>

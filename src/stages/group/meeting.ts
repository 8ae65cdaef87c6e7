import { z } from 'zod'
import { preference } from './preference.ts'

/** Versions whose documents stay: of groups that go by keys alone. */
export const against = z
  .array(z.string().min(1))
  .default([])
  .describe(
    'Versions in the store, such as `webtext` or `crawl@3`, whose kept documents stay and win, whatever is preferred: what they have too goes. Their keys are made once',
  )

/** The same of groups that take out parts. */
export const againstParts = z
  .array(z.string().min(1))
  .default([])
  .describe(
    'Versions in the store, such as `webtext` or `crawl@3`, whose kept documents stay as they are: what stands in one of them goes, however often it is there, and whatever is spared else. Their keys are made once',
  )

/** Options of groups of near copies: which documents meet, and which of them stays. */
export const meeting = {
  prefer: preference,
  within: z
    .string()
    .default('')
    .describe(
      'Documents meet within one value of this `meta` field; `domain` for the host of `meta.url`; empty: all of them',
    ),
  olderWins: z
    .string()
    .default('')
    .describe(
      '`meta` field with the age of a document (a date in ISO 8601, RFC 2822 or epoch, UTC where it names no zone; a crawl such as `CC-MAIN-2023-06`; or a number): the older one survives, and what has none is youngest, whatever `prefer` says, and no younger one links two older ones',
    ),
  against: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Versions in the store, such as `webtext` or `crawl@3`, whose documents stay: near copies of theirs go. They are not read again where they keep an index',
    ),
}

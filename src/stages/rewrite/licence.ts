import { z } from 'zod'
import type { Document } from '../../model/document.ts'
import { defineRewrite } from '../../model/stage.ts'
import { type Licence, licenceOf, licenceUrlIn } from '../../text/licence.ts'

/**
 * Gives each document the id of its licence in `meta.licenceId`, and where that was read in `meta.licenceSource`.
 *
 * The extract stages read what a page says in `rel=license`, linked data, `meta` elements and links to Creative
 * Commons into `meta.licence`; here it gets one name. What a page says is not what is true: a licence may hold for a
 * picture on it alone.
 */
export const licence = defineRewrite({
  name: 'licence',
  revision: 1,
  description:
    'Names the licence of each document by one id, such as `CC-BY-SA-4.0`, and says where it was read.',
  options: z.strictObject({
    fromText: z
      .boolean()
      .default(true)
      .describe('Look for the URL of a licence of Creative Commons in the text where meta says nothing'),
    only: z
      .array(z.string())
      .default([])
      .describe(
        'Ids that are kept, each with what continues it: `CC-BY` keeps `CC-BY-4.0` and not `CC-BY-SA-4.0`; all when empty',
      ),
  }),
  reasons: { 'licence-not-allowed': 'the licence is unknown, or none of those in `only`' },
  signals: {
    known: '1 where the licence has an id, else 0.',
    commercial:
      '1 where it lets anyone use the work for commercial ends, 0 where not; null where it is unknown.',
    derivatives: '1 where it lets anyone change the work, 0 where not; null where it is unknown.',
  },
  create:
    ({ fromText, only }) =>
    (document) => {
      const found = fromMeta(document) ?? (fromText ? inText(document.text) : undefined)
      const id = found?.licence.id
      if (only.length > 0 && !only.some((each) => id !== undefined && isSameOrVersion(id, each))) {
        return { drop: 'licence-not-allowed', ...(id === undefined ? {} : { detail: id }) }
      }
      const signals = {
        known: Number(found !== undefined),
        commercial: found === undefined ? null : Number(found.licence.commercial),
        derivatives: found === undefined ? null : Number(found.licence.derivatives),
      }
      if (found === undefined) return [{ text: document.text, meta: document.meta, signals }]
      const { licence: _, ...said } = found
      return [
        { text: document.text, meta: { ...document.meta, licenceId: found.licence.id, ...said }, signals },
      ]
    },
})

interface Found {
  readonly licence: Licence
  readonly licenceSource: string
}

function fromMeta({ meta }: Document): Found | undefined {
  const said = meta['licence']
  const known = typeof said === 'string' ? licenceOf(said) : undefined
  const source = meta['licenceSource']
  return known && { licence: known, licenceSource: typeof source === 'string' ? source : 'metadata' }
}

function inText(text: string): Found | undefined {
  const found = licenceUrlIn(text)
  return found && { licence: found.licence, licenceSource: 'text' }
}

/** `CC-BY` is `CC-BY-4.0` and `CC-BY-3.0-DE`, and not `CC-BY-SA`. */
function isSameOrVersion(id: string, allowed: string): boolean {
  return id === allowed || (id.startsWith(`${allowed}-`) && /^\d/.test(id.slice(allowed.length + 1)))
}

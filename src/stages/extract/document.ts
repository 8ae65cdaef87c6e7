import { z } from 'zod'
import type { Json, Meta } from '../../model/document.ts'
import { defineExtract } from '../../model/stage.ts'

/** A row of a version → the document that it is: its text, its meta, its id. */
export const document = defineExtract({
  name: 'document',
  revision: 1,
  description: 'Takes a document of a version of the store as it is, under the id that it has.',
  options: z.strictObject({}),
  reasons: {
    'no-document': 'the record is no document of a version: the input’s format must be `version`',
  },
  create() {
    return ({ format, fields }, attached) => {
      const { text, meta } = fields
      if (format !== 'version' || typeof text !== 'string' || !isMeta(meta)) return { drop: 'no-document' }
      return [{ text, meta: { ...meta, ...attached } }]
    }
  },
})

function isMeta(value: Json | undefined): value is Meta {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

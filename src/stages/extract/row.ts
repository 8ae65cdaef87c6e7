import { z } from 'zod'
import type { Json } from '../../model/document.ts'
import { defineExtract } from '../../model/stage.ts'

/** Fields with a fixed meaning, which every document keeps. */
const KNOWN = ['url', 'title', 'author', 'date', 'language', 'licence']

const options = z.strictObject({
  text: z
    .string()
    .min(1)
    .default('text')
    .describe('Field that holds the text, under the name that the input gives it (see its option `fields`)'),
  keep: z
    .array(z.string().min(1))
    .default([])
    .describe('Other fields that go into meta, under their own names'),
})

/**
 * A row (JSONL, CSV, Parquet) → one document: its text, and what its fields say of it.
 *
 * Names are canonical here: the reader has put the field that the input calls `content` under `text`, and
 * `meta.url` under `url`, as the input's option `fields` says; the row's other fields keep their names.
 */
export const row = defineExtract({
  name: 'row',
  revision: 2,
  description: 'Takes the text of a row, with its URL, title, author, date, language and licence.',
  options,
  reasons: {
    'no-text': 'the row has no such field, or nothing but white space in it',
    'not-a-string': 'the field holds something else than text',
  },
  create({ text: textField, keep }) {
    const names = [...new Set([...KNOWN, ...keep])].filter((name) => name !== textField)
    return ({ fields }, attached) => {
      const text = Object.hasOwn(fields, textField) ? fields[textField] : undefined
      if (text === undefined || text === null) return { drop: 'no-text', detail: `no field "${textField}"` }
      if (typeof text !== 'string') return { drop: 'not-a-string', detail: `a field of type ${kindOf(text)}` }
      if (text.trim() === '') return { drop: 'no-text' }
      const meta: Record<string, Json> = {}
      for (const name of names) {
        const value = Object.hasOwn(fields, name) ? fields[name] : undefined
        if (value !== undefined && value !== null && value !== '') meta[name] = value
      }
      // Under a name of its own: a document's `id` is another thing.
      const { id } = fields
      if (typeof id === 'string' || typeof id === 'number') meta['sourceId'] = String(id)
      return [{ text, meta: { ...meta, ...attached } }]
    }
  },
})

function kindOf(value: Json): string {
  return Array.isArray(value) ? 'array' : typeof value
}

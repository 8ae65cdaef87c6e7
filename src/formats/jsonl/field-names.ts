import { z } from 'zod'

const place = (meaning: string) =>
  z.string().min(1).optional().describe(`Field that holds ${meaning}; dots lead into objects`)

/** The option `fields` of every format of rows: canonical name to the file's own name. */
export const fieldNames = z
  .strictObject({
    text: place('the text (default `text`)'),
    id: place('what identifies the row (default `id`)'),
    url: place('the address of the page (default `url`)'),
    title: place('the title'),
    author: place('the author'),
    date: place('the date'),
    language: place('the language'),
    licence: place('the licence'),
  })
  .prefault({})
  .describe('Names of the fields in the file, such as `text: content`')

export type FieldNames = z.output<typeof fieldNames>

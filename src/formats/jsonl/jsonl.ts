import { z } from 'zod'
import { defineFormat } from '../../model/record.ts'
import { fieldMapper } from './field-map.ts'
import { fieldNames } from './field-names.ts'
import { readJsonLines } from './json-lines.ts'
import { JSON_LINES_ENDINGS } from './json-lines-name.ts'
import { splitLines } from './split-lines.ts'

/**
 * JSON objects, one a line. Position: number of the line, from 0. Key: the field `id`, where it is a
 * number or text that is not empty. Body: the line. Plain files are cut at lines; compressed ones are not.
 */
export const jsonl = defineFormat({
  name: 'jsonl',
  revision: 1,
  description: 'JSON objects, one a line; plain, .gz or .zst',
  extensions: JSON_LINES_ENDINGS,
  options: z.strictObject({ fields: fieldNames }),
  split: (source, _options, targetBytes) => splitLines(source, targetBytes),
  read(source, split, options) {
    const mapped = fieldMapper(options.options.fields)
    return readJsonLines(source, split, options, (row, position, body) => ({
      format: 'jsonl',
      position,
      body,
      ...mapped(row),
    }))
  },
})

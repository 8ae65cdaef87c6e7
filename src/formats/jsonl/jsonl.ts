import { z } from 'zod'
import { defineFormat } from '../../model/record.ts'
import { compressible } from '../compression/compression.ts'
import { fieldMapper, fieldNames } from './field-map.ts'
import { readJsonLines } from './json-lines.ts'
import { splitLines } from './split-lines.ts'

/**
 * JSON objects, one a line. Position: number of the line, from 0. Key: the field `id`, where it is a
 * number or text that is not empty. Body: the line. Plain files are cut at lines; compressed ones are not.
 */
export const jsonl = defineFormat({
  name: 'jsonl',
  revision: 1,
  description: 'JSON objects, one a line; plain, .gz or .zst',
  extensions: compressible('.jsonl', '.ndjson'),
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

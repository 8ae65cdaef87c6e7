import { z } from 'zod'
import { defineFormat } from '../../model/record.ts'
import { fieldMapper } from '../jsonl/field-map.ts'
import { readJsonLines } from '../jsonl/json-lines.ts'
import { splitLines } from '../jsonl/split-lines.ts'

/**
 * Reddit submissions in the Pushshift layout (`RS_YYYY-MM.zst`): JSON objects, one a line, in files whose
 * zstd window may take 2 GiB. Key: the submission's id. Only its name selects this format.
 */
export const reddit = defineFormat({
  name: 'reddit',
  revision: 1,
  description: 'Reddit submissions in the Pushshift layout; plain, .gz or .zst',
  extensions: [],
  options: z.strictObject({}),
  split: (source, _options, targetBytes) => splitLines(source, targetBytes),
  read(source, split, options) {
    const mapped = fieldMapper({})
    return readJsonLines(source, split, options, (row, position, body) => ({
      format: 'reddit',
      position,
      body,
      ...mapped(row),
    }))
  },
})

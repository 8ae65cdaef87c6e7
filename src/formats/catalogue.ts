import { nearest, TilthError } from '../model/error.ts'
import type { Format } from '../model/record.ts'
import { epub } from './epub/epub.ts'
import { arc } from './warc/arc.ts'
import { warc } from './warc/warc.ts'
import { wikipedia } from './wikipedia/wikipedia.ts'

/** Every format; `format: auto` takes the longest ending that fits. */
export const FORMATS: readonly Format[] = [warc, arc, epub, wikipedia]

export function formatNamed(name: string): Format {
  const format = FORMATS.find((each) => each.name === name)
  if (format !== undefined) return format
  const guess = nearest(name, FORMATS.map((each) => each.name))
  throw new TilthError('recipe', `there is no format named ${name}`, guess === undefined ? {} : { hint: `did you mean ${guess}?` })
}

export function formatForPath(path: string): Format | undefined {
  return FORMATS.find((format) => format.extensions.some((ending) => path.toLowerCase().endsWith(ending)))
}

import { nearest, TilthError } from '../model/error.ts'
import type { Format } from '../model/record.ts'
import { csv } from './csv/csv.ts'
import { epub } from './epub/epub.ts'
import { fileName } from './jsonl/json-lines-name.ts'
import { jsonl } from './jsonl/jsonl.ts'
import { parquet } from './parquet/parquet.ts'
import { reddit } from './reddit/reddit.ts'
import { html, markdown, text } from './text-file/text-file.ts'
import { version } from './version/version.ts'
import { arc } from './warc/arc.ts'
import { warc } from './warc/warc.ts'
import { wikipedia } from './wikipedia/wikipedia.ts'

/** Every format. A stage makes documents of its records; the catalogue of stages says which can. */
export const FORMATS: readonly Format[] = [
  // Rows.
  jsonl,
  csv,
  parquet,
  reddit,
  version,
  // Crawls.
  warc,
  arc,
  // One document a file.
  text,
  html,
  markdown,
  epub,
  // Encyclopaedias.
  wikipedia,
]

/** Files without an ending that are text by custom. */
const TEXT_NAMES =
  /^(?:readme|licen[cs]e|copying|notice|authors|contributors|contributing|changes|changelog|history|news|install|todo|thanks|security|patents)(?:-[a-z0-9]+)?$/

/**
 * The format of a name.
 *
 * @throws TilthError `recipe` where there is none, with the nearest name as a hint.
 */
export function formatNamed(name: string): Format {
  const format = FORMATS.find((each) => each.name === name)
  if (format !== undefined) return format
  const names = FORMATS.map((each) => each.name)
  const guess = nearest(name, names)
  throw new TilthError('recipe', `there is no format named "${name}"`, {
    hint: guess === undefined ? `the formats are ${names.join(', ')}` : `did you mean "${guess}"?`,
  })
}

/**
 * The format that a path or URL selects by its ending, under `format: auto`: the longest ending wins, so
 * that `crawl.warc.gz` is a WARC. Case does not matter. `undefined` = none.
 */
export function formatForPath(path: string): Format | undefined {
  const name = fileName(path)
  let found: Format | undefined
  let longest = 0
  for (const format of FORMATS) {
    for (const ending of format.extensions) {
      if (ending.length <= longest || !name.endsWith(ending)) continue
      found = format
      longest = ending.length
    }
  }
  return found ?? (TEXT_NAMES.test(name) ? text : undefined)
}

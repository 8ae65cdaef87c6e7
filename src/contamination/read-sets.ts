import type { Json } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import type { StageFile } from '../model/stage.ts'
import type { EvaluationItem, EvaluationSet } from './evaluation-set.ts'
import { folderOf, loadTaskReader, type Task, tasksOf } from './tasks.ts'

let parseCsv: typeof import('csv-parse/sync').parse | undefined

/** Loads what reads the YAML of tasks and CSV: to be awaited before {@link readSets}. */
export async function loadSetReader(): Promise<void> {
  await loadTaskReader()
  parseCsv ??= (await import('csv-parse/sync')).parse
}

export interface ReadSetsOptions {
  /** Names of the fields whose texts count; empty for all. */
  readonly fields: readonly string[]
}

/** What an example may call itself, in the order in which they are looked for. */
const ID_FIELDS = ['id', '_id', 'qid', 'question_id', 'task_id', 'example_id', 'doc_id', 'key', 'idx', 'ind']
/** Splits that a model may be trained on: they are no evaluation. */
const TRAINING = /(?:^|[^a-z])train(?:ing)?(?:[^a-z]|$)/i
const ROWS = /\.(?:(?:jsonl|ndjson|json|txt|csv|tsv)|(?:parquet|pq)\.jsonl)$/i
/** What lies in folders of tasks beside the data: words on it, code, settings, pictures. */
const NO_DATA =
  /\.(?:md|rst|html?|pdf|py|pyc|ipynb|sh|js|ts|toml|cfg|ini|lock|ya?ml|png|jpe?g|gif|svg|gitignore)$|(?:^|[/_-])(?:readme|licen[cs]e|notice|citation|makefile|dockerfile|yaml)[^/.]*$/i
/** Files and tasks that a sentence names. */
const MOST_NAMED = 8

/** What was found where evaluation sets were looked for. */
export interface ReadSets {
  readonly sets: readonly EvaluationSet[]
  /** What lies there and is not looked for, a sentence each without its end: tasks without data, files that are not read. */
  readonly passed: readonly string[]
}

/**
 * Evaluation sets from files: JSON lines, a JSON list or an object of splits, CSV and TSV, plain text with an example a line.
 *
 * In a folder every such file is a set, but those for training, by their name or by the `data_files` of a YAML beside them, as the
 * tasks of lm-evaluation-harness have it; a file named itself is read whatever it is called. Strings at any depth of an example are its texts.
 *
 * @param name what the set is called; in a folder its files' paths follow it.
 * @param path what to call the file or folder in errors.
 * @throws TilthError `input` for a line that cannot be read, with its number, and where there is no example.
 */
export function readSets(
  name: string,
  path: string,
  files: readonly StageFile[],
  options: ReadSetsOptions,
): ReadSets {
  const isFolder = !(files.length === 1 && files[0]?.name === '')
  const tasks = isFolder ? tasksOf(files) : []
  const read = new Map<string, readonly EvaluationSet[]>()
  const others: string[] = []
  for (const file of files) {
    const where = file.name === '' ? path : `${path}/${file.name}`
    if (!isFolder) read.set(file.name, setsOfFile(name, where, path, file.bytes, options))
    else if (!ROWS.test(file.name)) others.push(file.name)
    else {
      const { stem, split } = namesOf(file.name, tasks)
      if (TRAINING.test(split)) continue
      read.set(file.name, setsOfFile(`${name}/${stem}`, where, file.name, file.bytes, options))
    }
  }
  const sets = [...read.values()].flat()
  const passed = [
    ...tasksWithout(name, tasks, [...read.keys()]),
    ...listed(
      name,
      'file is not read',
      'files are not read',
      others.filter((each) => !NO_DATA.test(each)),
    ),
    ...listed(
      name,
      'file has no example',
      'files have no example',
      [...read].flatMap(([file, own]) => (own.every(({ items }) => items.length === 0) ? [file] : [])),
    ),
  ]
  if (sets.every(({ items }) => items.length === 0)) {
    const known = isFolder
      ? 'files that are read end in .jsonl, .ndjson, .json, .csv, .tsv, .txt or .parquet; those for training are not'
      : 'an example is an object of JSON, a row of CSV, or a line of text'
    throw new TilthError('input', `${path}: no example of an evaluation set in it`, {
      hint: isFolder ? [known, ...passed].join('\n       ') : known,
    })
  }
  return { sets, passed }
}

/** What a file of a folder is called as a set, and which split it is. */
function namesOf(file: string, tasks: readonly Task[]): { readonly stem: string; readonly split: string } {
  const folder = folderOf(file)
  const stem = file.replace(ROWS, '')
  const own = tasks.filter((task) => task.folder === folder)
  const named = own.flatMap(({ data }) => [...data]).find(([each]) => each === file.slice(folder.length))?.[1]
  const split = named ?? stem.slice(folder.length)
  const [only, ...more] = own
  return only?.name === undefined || more.length > 0
    ? { stem, split }
    : { stem: `${only.name}/${split}`, split }
}

/**
 * Tasks of which no data lies here, such as those whose data set is one of a hub. One that names no files has any that lie beside it; where there
 * are several of them, those with its name.
 */
function tasksWithout(name: string, tasks: readonly Task[], read: readonly string[]): readonly string[] {
  const without = tasks.filter(({ folder, data, name: task = '' }) => {
    if (data.size > 0) return ![...data.keys()].some((file) => read.includes(`${folder}${file}`))
    const isAlone = tasks.filter((other) => other.folder === folder).length === 1
    return !read.some(
      (file) => file.startsWith(folder) && (isAlone || file.slice(folder.length).includes(task)),
    )
  })
  const said = without.map(({ file, source }) => (source === undefined ? file : `${file} (${source})`))
  return listed(
    name,
    'task has no data here, and is not looked for',
    'tasks have no data here, and are not looked for',
    said,
  )
}

function listed(name: string, one: string, many: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  return [
    `${name}: ${names.length} ${names.length === 1 ? one : many}: ${names.slice(0, MOST_NAMED).join(', ')}${more}`,
  ]
}

function setsOfFile(
  name: string,
  where: string,
  given: string,
  bytes: Uint8Array,
  options: ReadSetsOptions,
): readonly EvaluationSet[] {
  const text = decoded(where, bytes)
  const path = given.replace(/\.(?:gz|zst)$/i, '')
  if (/\.json$/i.test(path)) return jsonSets(name, where, text, options)
  if (/\.[ct]sv$/i.test(path)) return [{ name, items: csvItems(where, path, text, options) }]
  const asLines = /^version:|\.(?:jsonl|ndjson|parquet|pq)$/i.test(path)
  if (!asLines && !/\.(?:txt|text)$/i.test(path)) {
    throw new TilthError('input', `${where}: an evaluation set of no known format`, {
      hint: 'known are .jsonl, .ndjson, .json, .csv, .tsv, .txt and .parquet, also with .gz or .zst behind them, and folders of these',
    })
  }
  const items: EvaluationItem[] = []
  let number = 0
  for (const line of text.split('\n')) {
    number++
    if (line.trim() === '') continue
    const value = asLines ? parsed(`${where}:${number}`, line) : line.trim()
    items.push(itemOf(`${where}:${number}`, value, number, options))
  }
  return [{ name, items }]
}

/** Words of a cell up to which it may name a column. */
const MOST_HEADER_WORDS = 4

/**
 * Rows of CSV or TSV. The first one is a header where its cells can be names, all different and of few words; where they cannot, as in the
 * files of MMLU, it is an example, and columns have no names.
 */
function csvItems(
  where: string,
  path: string,
  text: string,
  options: ReadSetsOptions,
): readonly EvaluationItem[] {
  if (parseCsv === undefined) throw new Error('the reader of CSV is not loaded: await loadSetReader() first')
  const tabs = /\.tsv$/i.test(path)
  let rows: readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[]
  try {
    rows = parseCsv(text, {
      delimiter: tabs ? '\t' : ',',
      // Quotes mean nothing in most TSV: a question that begins with one would swallow the rest.
      ...(tabs ? { quote: false } : {}),
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
    }) as unknown as typeof rows
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TilthError('input', `${where}: no CSV: ${reason}`, { cause })
  }
  const [first, ...rest] = rows
  if (first === undefined) return []
  const header = isHeader(first.record) ? first.record.map((cell) => cell.trim()) : undefined
  return (header === undefined ? rows : rest).map(({ record, info: { lines } }, at) => {
    const row = Object.fromEntries(
      record.map((cell, column) => [header?.[column] ?? `column_${column + 1}`, cell]),
    )
    return itemOf(`${where}:${lines}`, row, at + 1, options)
  })
}

function isHeader(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim())
  return (
    new Set(names).size === names.length &&
    names.every(
      (name) => name !== '' && !/^[\d.,+-]+$/.test(name) && name.split(/\s+/).length <= MOST_HEADER_WORDS,
    )
  )
}

/** A list of examples, an object with a list for each split, or one example. */
function jsonSets(
  name: string,
  where: string,
  text: string,
  options: ReadSetsOptions,
): readonly EvaluationSet[] {
  const value = parsed(where, text)
  const listed = (set: string, list: readonly Json[]): EvaluationSet => ({
    name: set,
    items: list.map((each, at) => itemOf(`${where}: example ${at + 1}`, each, at + 1, options)),
  })
  if (Array.isArray(value)) return [listed(name, value as readonly Json[])]
  const lists = isObject(value)
    ? Object.entries(value).filter(
        (entry): entry is [string, Json[]] => Array.isArray(entry[1]) && entry[1].some(isObject),
      )
    : []
  if (lists.length === 0) return [listed(name, [value])]
  return lists.flatMap(([split, list]) => (TRAINING.test(split) ? [] : [listed(`${name}/${split}`, list)]))
}

function decoded(where: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new TilthError('input', `${where}: not UTF-8`, { hint: 'evaluation sets are read as UTF-8', cause })
  }
}

function parsed(where: string, text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TilthError('input', `${where}: no JSON: ${reason}`, { cause })
  }
}

function itemOf(where: string, value: Json, number: number, { fields }: ReadSetsOptions): EvaluationItem {
  if (typeof value === 'string') return { id: String(number), number, texts: [value] }
  if (!isObject(value)) {
    throw new TilthError('input', `${where}: expected an object or a text`, {
      hint: 'an example is an object whose strings are its texts, such as {"question": "...", "answer": "..."}',
    })
  }
  const id = ID_FIELDS.map((field) => value[field]).find(
    (each) => typeof each === 'number' || (typeof each === 'string' && each !== ''),
  )
  if (fields.length > 0 && !fields.some((field) => Object.hasOwn(value, field))) {
    throw new TilthError('input', `${where}: has none of the fields ${fields.join(', ')}`, {
      hint: `it has ${Object.keys(value).join(', ')}`,
    })
  }
  const wanted = fields.length === 0 ? Object.values(value) : fields.map((field) => value[field])
  return { id: id === undefined ? String(number) : String(id), number, texts: wanted.flatMap(stringsIn) }
}

/** Strings of a value at any depth, in order. Walks with a list of its own: rows may be nested deeper than the stack is. */
function stringsIn(value: Json | undefined): readonly string[] {
  const strings: string[] = []
  const waiting: (Json | undefined)[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string') strings.push(next)
    else if (typeof next === 'object' && next !== null) waiting.push(...Object.values(next).reverse())
  }
  return strings
}

function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

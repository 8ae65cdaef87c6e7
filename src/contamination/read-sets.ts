import type { Json } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import type { StageFile } from '../model/stage.ts'
import type { EvaluationItem, EvaluationSet } from './evaluation-set.ts'

let parseYaml: typeof import('yaml').parseDocument | undefined

/** Loads what reads the YAML of tasks: to be awaited before {@link readSets}. */
export async function loadSetReader(): Promise<void> {
  parseYaml ??= (await import('yaml')).parseDocument
}

export interface ReadSetsOptions {
  /** Names of the fields whose texts count; empty for all. */
  readonly fields: readonly string[]
}

/** What an example may call itself, in the order in which they are looked for. */
const ID_FIELDS = ['id', '_id', 'qid', 'question_id', 'task_id', 'example_id', 'doc_id', 'key', 'idx', 'ind']
/** Splits that a model may be trained on: they are no evaluation. */
const TRAINING = /(?:^|[^a-z])train(?:ing)?(?:[^a-z]|$)/i
const ROWS = /\.(?:(?:jsonl|ndjson|json|txt)|(?:parquet|pq)\.jsonl)$/i

/**
 * Evaluation sets from files: JSON lines, a JSON list or an object of splits, plain text with an example a line.
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
): readonly EvaluationSet[] {
  const isFolder = !(files.length === 1 && files[0]?.name === '')
  const tasks = isFolder ? tasksOf(files) : new Map<string, Task>()
  const sets = files.flatMap((file) => {
    const where = file.name === '' ? path : `${path}/${file.name}`
    if (!isFolder) return setsOfFile(name, where, path, file.bytes, options)
    if (!ROWS.test(file.name)) return []
    const task = tasks.get(folderOf(file.name))
    const stem = file.name.replace(ROWS, '')
    const base = stem.slice(stem.lastIndexOf('/') + 1)
    const split = task?.splits.get(file.name.slice(folderOf(file.name).length)) ?? base
    if (TRAINING.test(split)) return []
    const own = task?.name === undefined ? stem : `${task.name}/${split}`
    return setsOfFile(`${name}/${own}`, where, file.name, file.bytes, options)
  })
  if (sets.every(({ items }) => items.length === 0)) {
    throw new TilthError('input', `${path}: no example of an evaluation set in it`, {
      hint: isFolder
        ? 'files that are read end in .jsonl, .ndjson, .json, .txt or .parquet; those for training are not'
        : 'an example is an object of JSON, or a line of text',
    })
  }
  return sets
}

/** What the YAML of a task says, as far as it matters here. */
interface Task {
  readonly name: string | undefined
  /** File → its split. */
  readonly splits: ReadonlyMap<string, string>
}

/** The tasks of folders that hold one YAML with a task; where there are several, none says what the files are called. */
function tasksOf(files: readonly StageFile[]): ReadonlyMap<string, Task> {
  const tasks = new Map<string, Task>()
  for (const { name, bytes } of files) {
    if (!/\.ya?ml$/i.test(name)) continue
    // Tags of their own, such as !function, are passed over; a YAML that cannot be read says nothing.
    if (parseYaml === undefined)
      throw new Error('the reader of YAML is not loaded: await loadSetReader() first')
    const read: unknown = parseYaml(Buffer.from(bytes).toString('utf8'), { logLevel: 'silent' }).toJS()
    if (!isObject(read)) continue
    const { task, dataset_kwargs: given } = read
    const data = isObject(given) && isObject(given['data_files']) ? given['data_files'] : {}
    const before = tasks.get(folderOf(name))
    const splits = new Map(before?.splits)
    for (const [split, value] of Object.entries(data))
      for (const file of [value].flat())
        if (typeof file === 'string') splits.set(file.replace(/^.*\//, ''), split)
    const called = typeof task === 'string' && before === undefined ? task : undefined
    tasks.set(folderOf(name), { name: called, splits })
  }
  return tasks
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
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
  const asLines = /^version:|\.(?:jsonl|ndjson|parquet|pq)$/i.test(path)
  if (!asLines && !/\.(?:txt|text)$/i.test(path)) {
    throw new TilthError('input', `${where}: an evaluation set of no known format`, {
      hint: 'known are .jsonl, .ndjson, .json, .txt and .parquet, also with .gz or .zst behind them, and folders of these',
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

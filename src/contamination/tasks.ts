import type { StageFile } from '../model/stage.ts'

let parseYaml: typeof import('yaml').parseDocument | undefined

/** Loads what reads the YAML of tasks: to be awaited before {@link tasksOf}. */
export async function loadTaskReader(): Promise<void> {
  parseYaml ??= (await import('yaml')).parseDocument
}

/** What the YAML of a task of lm-evaluation-harness says, as far as it matters here. */
export interface Task {
  /** Path of the YAML. */
  readonly file: string
  /** Its folder, with `/` at the end; empty for the outermost. */
  readonly folder: string
  readonly name: string | undefined
  /** The data set that it asks for, where that is no file. */
  readonly source: string | undefined
  /** Files of its folder that it names as its data → their split. */
  readonly data: ReadonlyMap<string, string>
}

/** Formats of files, which a task names as its data set where the data are files. */
const FILE_FORMATS = ['json', 'csv', 'parquet', 'text', 'arrow']

/** The tasks that YAML files among others describe. A YAML that cannot be read, or is of no task, says nothing. */
export function tasksOf(files: readonly StageFile[]): readonly Task[] {
  if (parseYaml === undefined)
    throw new Error('the reader of YAML is not loaded: await loadTaskReader() first')
  const parse = parseYaml
  return files.flatMap(({ name, bytes }): readonly Task[] => {
    if (!/\.ya?ml$/i.test(name)) return []
    // Tags of their own, such as !function, are passed over.
    const read: unknown = parse(Buffer.from(bytes).toString('utf8'), { logLevel: 'silent' }).toJS()
    if (!isObject(read)) return []
    const { task, dataset_path: path, dataset_kwargs: given } = read
    const named = isObject(given) && isObject(given['data_files']) ? given['data_files'] : {}
    const data = new Map<string, string>()
    for (const [split, value] of Object.entries(named))
      for (const file of [value].flat())
        if (typeof file === 'string') data.set(rowsName(file.replace(/^.*\//, '')), split)
    // A list of tasks is a group of others, which say themselves what their data are.
    if (typeof task !== 'string' && typeof path !== 'string' && data.size === 0) return []
    return [
      {
        file: name,
        folder: folderOf(name),
        name: typeof task === 'string' ? task : undefined,
        source: typeof path === 'string' && !FILE_FORMATS.includes(path) ? path : undefined,
        data,
      },
    ]
  })
}

/** What a file is called when it has been unpacked, and Parquet has become lines. */
function rowsName(file: string): string {
  return file.replace(/\.(?:gz|zst)$/i, '').replace(/\.(?:parquet|pq)$/i, '$&.jsonl')
}

/** The folder of a path, with `/` at the end. */
export function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

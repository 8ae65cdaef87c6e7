import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Store, writeWholeFile } from '../../store/store.ts'
import { sql } from './connect/plans.ts'
import type { SparkSession } from './connect/session.ts'
import { parquet } from './sql/adapters.ts'

/**
 * Where Spark puts what it works out: a folder for each finished step, named by the content of its work, so that a run that was
 * stopped goes on behind the last of them. The store remembers which are finished.
 */
export class WorkFolder {
  readonly #uri: string
  readonly #store: Store
  readonly #session: SparkSession

  /** @param uri a folder that driver and executors can write, such as `s3a://bucket/tilth`; left out: below the store. */
  constructor(uri: string | undefined, store: Store, session: SparkSession) {
    this.#uri = (uri ?? pathToFileURL(store.ensure('cache', 'spark', 'work')).href).replace(/\/+$/, '')
    store.ensure('cache', 'spark', 'done')
    this.#store = store
    this.#session = session
  }

  /** Where a table of some content lies, or will. */
  path(key: string): string {
    return `${this.#uri}/${key}`
  }

  /** A table that an earlier run finished, or the one that `make` writes now. */
  async table(key: string, make: (path: string) => Promise<void>): Promise<string> {
    const path = this.path(key)
    if (await this.#isDone(key, path)) return path
    await make(path)
    await writeWholeFile(this.#note(key), `${JSON.stringify({ path })}\n`)
    return path
  }

  async #isDone(key: string, path: string): Promise<boolean> {
    const note = this.#note(key)
    if (!existsSync(note)) return false
    if ((JSON.parse(readFileSync(note, 'utf8')) as { readonly path: string }).path !== path) return false
    // What was removed since is made again.
    return this.#session.columns(sql(`SELECT * FROM ${parquet(path)}`)).then(
      (columns) => columns.length > 0,
      () => false,
    )
  }

  #note(key: string): string {
    return this.#store.path('cache', 'spark', 'done', `${key}.json`)
  }
}

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { formatNamed } from '../../formats/catalogue.ts'
import { openSource } from '../../formats/source/source.ts'
import type { Split } from '../../model/record.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Store, writeWholeFile } from '../../store/store.ts'
import type { InputFile } from '../inputs.ts'
import { type InputIdentity, SPLIT_BYTES } from './input-tasks.ts'

/** An input file whose content is known. */
export interface KnownFile extends InputIdentity {
  readonly file: InputFile
}

/** What the store remembers of inputs: hashes by URI and ETag, and splits by content. */
export class InputCache {
  readonly #store: Store
  readonly #known = new Map<string, InputIdentity>()

  constructor(store: Store) {
    this.#store = store
    const path = this.#path
    if (!existsSync(path)) return
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const entry = parseEntry(line)
      if (entry !== undefined) this.#known.set(entry.uri, entry)
    }
  }

  /** The identity of a file that has not changed since it was hashed; `undefined` otherwise. */
  async recall(uri: string): Promise<InputIdentity | undefined> {
    const known = this.#known.get(uri)
    if (known === undefined) return undefined
    const source = await openSource(uri)
    return source.etag === known.etag && source.size === known.bytes ? known : undefined
  }

  remember(uri: string, identity: InputIdentity): void {
    this.#known.set(uri, identity)
    this.#store.ensure('cache')
    appendFileSync(this.#path, `${JSON.stringify({ uri, ...identity })}\n`)
  }

  /** Splits of a file's content, if they were made before. */
  recallSplits(known: KnownFile): readonly Split[] | undefined {
    const path = this.#splitsPath(known)
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Split[]) : undefined
  }

  async rememberSplits(known: KnownFile, splits: readonly Split[]): Promise<void> {
    const path = this.#splitsPath(known)
    mkdirSync(this.#store.path('cache', 'splits'), { recursive: true })
    await writeWholeFile(path, JSON.stringify(splits))
  }

  get #path(): string {
    return this.#store.path('cache', 'inputs.jsonl')
  }

  #splitsPath({ hash, file }: KnownFile): string {
    const { name, revision } = formatNamed(file.format)
    const key = contentKey({ hash, name, revision, options: file.options, bytes: SPLIT_BYTES })
    return this.#store.path('cache', 'splits', `${key}.json`)
  }
}

function parseEntry(line: string): (InputIdentity & { readonly uri: string }) | undefined {
  if (line === '') return undefined
  try {
    return JSON.parse(line) as InputIdentity & { readonly uri: string }
  } catch {
    // The last line of a process that was killed; the file is hashed again.
    return undefined
  }
}

import { appendFileSync } from 'node:fs'
import { formatNamed } from '../formats/catalogue.ts'
import { openSource } from '../formats/source/source.ts'
import type { Split } from '../model/record.ts'
import { contentKey } from '../plan/canonical.ts'
import { readEntries } from '../store/entry-lines.ts'
import type { Store } from '../store/store.ts'
import { type InputIdentity, SPLIT_BYTES } from './input-tasks.ts'
import type { InputFile } from './inputs.ts'

/** An input file whose content is known. */
export interface KnownFile extends InputIdentity {
  readonly file: InputFile
}

/** What the store remembers of inputs: hashes by URI and ETag, and splits by content. */
export class InputCache {
  readonly #store: Store
  readonly #known: Map<string, InputIdentity>
  readonly #splits: Map<string, readonly Split[]>

  constructor(store: Store) {
    this.#store = store
    const inputs = readEntries<InputIdentity & { readonly uri: string }>(
      store.path('cache', 'inputs.jsonl'),
      { uri: 'string', hash: 'string', bytes: 'number', etag: 'string' },
    )
    this.#known = new Map(inputs.map((entry) => [entry.uri, entry]))
    const splits = readEntries<{ readonly key: string; readonly splits: readonly Split[] }>(
      store.path('cache', 'splits.jsonl'),
      { key: 'string', splits: 'array' },
    )
    this.#splits = new Map(splits.map((entry) => [entry.key, entry.splits]))
  }

  /** The identity of a file that has not changed since it was hashed; `undefined` otherwise. */
  async recall(uri: string): Promise<InputIdentity | undefined> {
    const known = this.#known.get(uri)
    if (known === undefined) return undefined
    const source = await openSource(uri)
    return source.etag === known.etag && source.size === known.bytes ? known : undefined
  }

  remember(list: readonly (InputIdentity & { readonly uri: string })[]): void {
    for (const { uri, ...identity } of list) this.#known.set(uri, identity)
    this.#append('inputs', list)
  }

  /** Splits of a file's content, if they were made before. */
  recallSplits(known: KnownFile): readonly Split[] | undefined {
    return this.#splits.get(splitsKey(known))
  }

  rememberSplits(known: KnownFile, splits: readonly Split[]): void {
    const key = splitsKey(known)
    this.#splits.set(key, splits)
    this.#append('splits', [{ key, splits }])
  }

  #append(file: 'inputs' | 'splits', entries: readonly object[]): void {
    this.#store.ensure('cache')
    const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`)
    appendFileSync(this.#store.path('cache', `${file}.jsonl`), lines.join(''))
  }
}

function splitsKey({ hash, file }: KnownFile): string {
  const { name, revision } = formatNamed(file.format)
  return contentKey({ hash, name, revision, options: file.options, bytes: SPLIT_BYTES })
}

import { appendFileSync, existsSync } from 'node:fs'
import { readEntries } from './entry-lines.ts'
import { type Store, writeWholeFile } from './store.ts'

/** Where a cached result lies: bytes of a pack in `cache/units`. */
export interface UnitEntry<Summary = unknown> {
  /** Content key of the work. */
  readonly key: string
  /** Name of the pack. */
  readonly pack: string
  readonly start: number
  readonly length: number
  /** What its writer says of it, so that a run need not open it. */
  readonly summary: Summary
}

/**
 * Which results the store has: lines of `cache/units.jsonl`. Small results share a pack, so that a folder
 * of many small files does not become as many files of ours.
 */
export class UnitIndex<Summary> {
  readonly #store: Store
  readonly #entries = new Map<string, UnitEntry<Summary>>()
  readonly #packs = new Map<string, boolean>()

  constructor(store: Store) {
    this.#store = store
    for (const entry of readUnitIndex<Summary>(store)) this.#entries.set(entry.key, entry)
  }

  /** The result of a work, if its pack is there. */
  find(key: string): UnitEntry<Summary> | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    let there = this.#packs.get(entry.pack)
    if (there === undefined) {
      there = existsSync(this.#store.path('cache', 'units', entry.pack))
      this.#packs.set(entry.pack, there)
    }
    return there ? entry : undefined
  }

  /** Notes the results of one pack; it has its name by now. */
  add(entries: readonly UnitEntry<Summary>[]): void {
    for (const entry of entries) {
      this.#entries.set(entry.key, entry)
      this.#packs.set(entry.pack, true)
    }
    appendFileSync(this.#store.path('cache', 'units.jsonl'), linesOf(entries))
  }
}

/** All lines of the index; those that are no entry are passed over. */
export function readUnitIndex<Summary>(store: Store): readonly UnitEntry<Summary>[] {
  return readEntries(store.path('cache', 'units.jsonl'), {
    key: 'string',
    pack: 'string',
    start: 'number',
    length: 'number',
    summary: 'object',
  })
}

/** Replaces the index. Only while nobody writes into the store. */
export async function writeUnitIndex(store: Store, entries: readonly UnitEntry[]): Promise<void> {
  await writeWholeFile(store.path('cache', 'units.jsonl'), linesOf(entries))
}

function linesOf(entries: readonly UnitEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

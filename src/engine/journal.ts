import { appendFileSync } from 'node:fs'
import type { Store } from '../store/store.ts'

/**
 * What a run does, line by line, in `journals/DATASET.jsonl`: which unit was started and done, with
 * the bytes that were read. It outlives a killed run, and shows what was done again.
 */
export class Journal {
  readonly #path: string
  readonly #run: string

  constructor(store: Store, dataset: string) {
    store.ensure('journals')
    this.#path = store.path('journals', `${dataset}.jsonl`)
    this.#run = `${process.pid}-${Date.now().toString(36)}`
  }

  /** Several lines of one kind at once. */
  noteAll(event: string, list: readonly Readonly<Record<string, unknown>>[]): void {
    const head = { run: this.#run, at: new Date().toISOString(), event }
    appendFileSync(this.#path, list.map((fields) => `${JSON.stringify({ ...head, ...fields })}\n`).join(''))
  }

  note(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.noteAll(event, [fields])
  }
}

import { appendFileSync } from 'node:fs'
import type { Store } from '../../store/store.ts'

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

  note(event: string, fields: Readonly<Record<string, unknown>>): void {
    appendFileSync(
      this.#path,
      `${JSON.stringify({ run: this.#run, at: new Date().toISOString(), event, ...fields })}\n`,
    )
  }
}

import { TilthError } from '../../model/error.ts'

/** One line of a section of n-grams. */
export interface ArpaGram {
  /** log10. */
  readonly probability: number
  readonly words: readonly string[]
  /** log10; 0 where the line has none. */
  readonly backoff: number
}

/** The lines of an ARPA file one behind the other, with the number of the last one for errors. */
export class ArpaLines {
  readonly #bytes: Uint8Array
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #at = 0
  #number = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The next line without its end; `undefined` behind the last. */
  next(): string | undefined {
    this.#number++
    if (this.#at >= this.#bytes.length) return undefined
    const feed = this.#bytes.indexOf(10, this.#at)
    const end = feed === -1 ? this.#bytes.length : feed
    const line = this.#bytes.subarray(this.#at, this.#bytes[end - 1] === 13 && end > this.#at ? end - 1 : end)
    this.#at = end + 1
    try {
      return this.#decoder.decode(line)
    } catch {
      throw this.error('it is not UTF-8')
    }
  }

  /** Stands before the next line that holds something. */
  skipBlank(): void {
    for (;;) {
      const [at, number] = [this.#at, this.#number]
      const line = this.next()
      if (line === undefined || line.trim() !== '') {
        this.#at = at
        this.#number = number
        return
      }
    }
  }

  /** Reads a line `PROBABILITY WORD ... [BACKOFF]`. */
  gram(order: number, longest = false): ArpaGram {
    const line = this.next()
    if (line === undefined) throw this.error(`the file ends among the \\${order}-grams:`)
    if (line === '') throw this.error(`the \\${order}-grams: end before as many as \\data\\ says`)
    const fields = line.split(/[\t ]+/)
    if (fields.length !== order + 1 && (longest || fields.length !== order + 2)) {
      throw this.error(
        `expected a probability, ${order} word(s)${longest ? '' : ' and perhaps a back-off'}, got ${fields.length} field(s)`,
      )
    }
    const probability = this.#number32(fields[0] ?? '', 'probability')
    if (probability > 0) throw this.error('the log10 of a probability is above 0')
    const backoff = fields.length === order + 2 ? this.#number32(fields[order + 1] ?? '', 'back-off') : 0
    return { probability, words: fields.slice(1, order + 1), backoff }
  }

  /** A section ends in an empty line. */
  endSection(order: number, count: number): void {
    const line = this.next()
    if (line !== undefined && line.trim() !== '') {
      throw this.error(`there are more \\${order}-grams: than the ${count} that \\data\\ says`)
    }
  }

  error(what: string): TilthError {
    return new TilthError('input', `the model cannot be read, line ${this.#number}: ${what}`, {
      hint: 'an ARPA file is what lmplz writes, or build_binary takes',
    })
  }

  #number32(text: string, what: string): number {
    const number = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isFinite(Math.fround(number))) throw this.error(`expected a number as ${what}`)
    return Math.fround(number)
  }
}

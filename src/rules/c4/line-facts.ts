import { sentencesOfWords } from '../scan/line-sentences.ts'
import { phraseCandidates } from '../scan/phrase-candidates.ts'
import type { TextScan } from '../scan/text-scan.ts'

/** The line holds a word of more than 1,000 characters. */
export const LONG_WORD = 1
/** The line may hold a phrase of C4's rules. */
export const SUSPECT = 2
/** The line holds a `[`, and a `{`. */
export const SQUARE = 4
export const CURLY = 8

/** A line with a longer word is dropped. Characters. */
const MAX_WORD_LENGTH = 1000

/** What all of C4's rule sets ask of the lines of a text, whatever they then make of it. */
export class LineFacts {
  /** {@link LONG_WORD} and the like, by line. */
  readonly marks: Uint8Array
  readonly #scan: TextScan
  /** By line: the first of the words with a mark that can end a sentence which stands in it or behind it. */
  readonly #stops: Int32Array
  /** Sentences by line, at least 1; 0 = not counted yet. */
  readonly #sentences: Int32Array

  private constructor(scan: TextScan) {
    const { text, brokenLines } = scan
    const { count, word } = brokenLines
    const words = scan.words('whitespace')
    const { stops, stopCount } = words.columns
    this.#scan = scan
    this.marks = new Uint8Array(count)
    this.#sentences = new Int32Array(count)
    this.#stops = new Int32Array(count)
    let stop = 0
    for (let line = 0; line < count; line++) {
      while (stop < stopCount && (stops[stop] as number) < (word[line] as number)) stop++
      this.#stops[line] = stop
    }
    this.#mark(SUSPECT, phraseCandidates(scan))
    this.#mark(SQUARE, placesOf(text, '['))
    this.#mark(CURLY, placesOf(text, '{'))
    if (words.tally.longest <= MAX_WORD_LENGTH) return
    const long: number[] = []
    for (let index = 0; index < words.count; index++)
      if (words.length(index) > MAX_WORD_LENGTH) long.push(words.start[index] as number)
    this.#mark(LONG_WORD, long)
  }

  /** Those of the text that a scan holds, worked out once. */
  static of(scan: TextScan): LineFacts {
    return scan.once(LineFacts, () => new LineFacts(scan))
  }

  /** Sentences of the words of a line. */
  sentences(line: number): number {
    const known = this.#sentences[line] as number
    if (known > 0) return known
    const { word } = this.#scan.brokenLines
    const count = sentencesOfWords(
      this.#scan,
      word[line] as number,
      word[line + 1] as number,
      this.#stops[line] as number,
    )
    this.#sentences[line] = count
    return count
  }

  /** Marks the lines in which some units stand, which ascend. */
  #mark(mark: number, units: readonly number[]): void {
    const { trimmedEnd } = this.#scan.brokenLines
    let line = 0
    for (const unit of units) {
      while ((trimmedEnd[line] as number) <= unit) line++
      this.marks[line] = (this.marks[line] as number) | mark
    }
  }
}

function placesOf(text: string, sign: string): readonly number[] {
  const places: number[] = []
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) places.push(at)
  return places
}

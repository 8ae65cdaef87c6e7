import { sentenceCount } from '../../text/english-tokens/sentences.ts'
import { sentencesOfWords } from '../scan/line-sentences.ts'
import { phraseCandidates } from '../scan/phrase-candidates.ts'
import type { TextScan } from '../scan/text-scan.ts'

/** The line holds a word of more than 1,000 characters. */
export const LONG_WORD = 1
/** The line, without citations, holds "lorem ipsum", "javascript", or a phrase of a notice on policies. */
export const LOREM = 2
export const JAVASCRIPT = 4
export const POLICY = 8
/** The line holds a `{`. */
export const CURLY = 16
/** The line holds a citation; {@link LineFacts.changed} is the line without. */
export const CHANGED = 32

/** A line with a longer word is dropped. Characters. */
const MAX_WORD_LENGTH = 1000
const CITATION = /\[\p{Nd}*\]|\[edit\]|\[citation needed\]/gu
export const POLICIES = [
  'terms of use',
  'privacy policy',
  'cookie policy',
  'uses cookies',
  'use of cookies',
  'use cookies',
] as const

/** What all of C4's rule sets ask of the lines of a text, whatever they then make of it. */
export class LineFacts {
  /** {@link LONG_WORD} and the like, by line. */
  readonly marks: Uint8Array
  readonly #changed = new Map<number, string>()
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
    this.#eachLineOf(placesOf(text, '['), (line) => {
      const original = this.#line(line)
      const changed = original.replace(CITATION, '')
      if (changed === original) return
      this.#mark(line, CHANGED)
      this.#changed.set(line, changed)
      // A phrase may stand where a citation was cut out.
      this.#markPhrases(line, changed)
    })
    this.#eachLineOf(phraseCandidates(scan), (line) => {
      if (!this.#changed.has(line)) this.#markPhrases(line, this.#line(line))
    })
    this.#eachLineOf(placesOf(text, '{'), (line) => this.#mark(line, CURLY))
    if (words.tally.longest <= MAX_WORD_LENGTH) return
    const long: number[] = []
    for (let index = 0; index < words.count; index++)
      if (words.length(index) > MAX_WORD_LENGTH) long.push(words.start[index] as number)
    this.#eachLineOf(long, (line) => this.#mark(line, LONG_WORD))
  }

  /** Those of the text that a scan holds, worked out once. */
  static of(scan: TextScan): LineFacts {
    return scan.once(LineFacts, () => new LineFacts(scan))
  }

  /** A line that has {@link CHANGED}, without white space around it and without citations. */
  changed(line: number): string {
    return this.#changed.get(line) ?? this.#line(line)
  }

  /** Sentences of a line without citations. */
  sentences(line: number): number {
    const known = this.#sentences[line] as number
    if (known > 0) return known
    const { word } = this.#scan.brokenLines
    const changed = this.#changed.get(line)
    const count =
      changed === undefined
        ? sentencesOfWords(
            this.#scan,
            word[line] as number,
            word[line + 1] as number,
            this.#stops[line] as number,
          )
        : sentenceCount(changed)
    this.#sentences[line] = count
    return count
  }

  #line(line: number): string {
    const { trimmedStart, trimmedEnd } = this.#scan.brokenLines
    return this.#scan.text.slice(trimmedStart[line], trimmedEnd[line])
  }

  #markPhrases(line: number, content: string): void {
    const small = content.toLowerCase()
    if (small.includes('lorem ipsum')) this.#mark(line, LOREM)
    if (small.includes('javascript')) this.#mark(line, JAVASCRIPT)
    if (POLICIES.some((phrase) => small.includes(phrase))) this.#mark(line, POLICY)
  }

  #mark(line: number, mark: number): void {
    this.marks[line] = (this.marks[line] as number) | mark
  }

  /** Tells of the lines in which some units stand, which ascend, each line once. */
  #eachLineOf(units: readonly number[], each: (line: number) => void): void {
    const { trimmedEnd } = this.#scan.brokenLines
    let line = 0
    let behind = 0
    for (const unit of units) {
      if (unit < behind) continue
      while ((trimmedEnd[line] as number) <= unit) line++
      behind = trimmedEnd[line] as number
      each(line)
    }
  }
}

function placesOf(text: string, sign: string): readonly number[] {
  const places: number[] = []
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) places.push(at)
  return places
}

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkTokens } from '../../text/english-tokens/chunk-tokens.ts'
import { sentenceCount } from '../../text/english-tokens/sentences.ts'
import { trimmedLineRepeats, trimmedParagraphRepeats, wholeLineRepeats } from './line-repeats.ts'
import { sentencesOfWords } from './line-sentences.ts'
import { spokenTokens } from './spoken-tokens.ts'
import { TextScan, type WordKind } from './text-scan.ts'

const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/

/** Few different words, so that they repeat; joined by what parts words and lines. */
const words = fc.constantFrom(
  'a',
  'ab',
  'b',
  'abc',
  'c',
  'bc',
  '𝒳',
  'é',
  '.',
  '!',
  'Mr.',
  'x.',
  '\ud800',
  '(a).',
  "don't",
)
const gaps = fc.constantFrom(
  ' ',
  ' ',
  ' ',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\n \n',
  '\t',
  '\r\n',
  '\u2028',
  '\u00a0',
  '\x1c',
)
const texts = fc
  .tuple(
    fc.constantFrom('', ' ', '\n', '\n\n'),
    fc.array(fc.tuple(words, gaps), { maxLength: 60 }),
    fc.boolean(),
  )
  .map(([start, parts, cut]) => {
    const text = start + parts.map(([word, gap]) => word + gap).join('')
    return cut ? text.trimEnd() : text
  })

/** One scan for all, as it is used: what an earlier text left must not show. */
const scan = new TextScan()

const split = (text: string): string[] => text.split(SPACE).filter((word) => word !== '')
const points = (text: string): number => [...text].length
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

function cut(kind: WordKind): readonly string[] {
  const { count, start, end } = scan.words(kind)
  return Array.from({ length: count }, (_, word) => scan.text.slice(start[word], end[word]))
}

describe('a scan of a text', () => {
  it('cuts words as Python does, and knows which are equal', () => {
    fc.assert(
      fc.property(texts, (text) => {
        scan.read(text)
        const expected = split(text)
        expect(cut('whitespace')).toEqual(expected)
        const table = scan.words('whitespace')
        expect(table.characters).toBe(points(expected.join('')))
        expect(scan.points).toBe(points(text))
        expected.forEach((word, index) => {
          expect(table.length(index)).toBe(points(word))
          expect(table.id[index]).toBe(expected.indexOf(word))
        })
        expect(table.distinct).toBe(new Set(expected).size)
      }),
    )
  })

  it('cuts tokens that are the words, joined', () => {
    fc.assert(
      fc.property(texts, (text) => {
        scan.read(text)
        const tokens = cut('unicode')
        expect(tokens).toEqual(split(text).flatMap((word) => chunkTokens(word)))
        expect(tokens.join('')).toBe(split(text).join(''))
      }),
    )
  })

  it('finds the lines that Python finds', () => {
    fc.assert(
      fc.property(texts, (text) => {
        scan.read(text)
        const shown = ({ count, start, end }: typeof scan.lines) =>
          Array.from({ length: count }, (_, line) => text.slice(start[line], end[line]))
        expect(shown(scan.lines)).toEqual(text.split('\n'))
        const broken = text.split(LINE_END)
        if (broken.at(-1) === '') broken.pop()
        expect(shown(scan.brokenLines)).toEqual(broken)
        const { count, trimmedStart, trimmedEnd } = scan.brokenLines
        const trimmed = Array.from({ length: count }, (_, line) =>
          text.slice(trimmedStart[line], trimmedEnd[line]),
        )
        expect(trimmed).toEqual(broken.map(strip))
      }),
    )
  })

  it('counts repeated lines and paragraphs as counting them one by one does', () => {
    fc.assert(
      fc.property(texts, (text) => {
        scan.read(text)
        expect(wholeLineRepeats(scan, 'all')).toEqual(repeatsOf(text.split('\n')))
        expect(wholeLineRepeats(scan, 'not-blank')).toEqual(
          repeatsOf(text.split('\n').filter((line) => strip(line) !== '')),
        )
        expect(wholeLineRepeats(scan, 'between-runs')).toEqual(repeatsOf(text.split(/\n+/)))
        expect(trimmedLineRepeats(scan)).toEqual(
          repeatsOf(
            text
              .split('\n')
              .map(strip)
              .filter((line) => line !== ''),
          ),
        )
        const paragraphs = strip(text).split(/\n{2,}/)
        expect(trimmedParagraphRepeats(scan)).toEqual(
          repeatsOf(paragraphs.map(strip).filter((each) => each !== '')),
        )
      }),
    )
  })

  it('counts n-grams as counting them one by one does', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom<WordKind>('whitespace', 'unicode', 'boundaries'), (text, kind) => {
        scan.read(text)
        const all = cut(kind)
        for (const level of scan.words(kind).levels) expect(level).toEqual(levelOf(all, level.n))
      }),
    )
  })

  it("counts copies of joined n-grams as datatrove's loop does", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom<WordKind>('whitespace', 'unicode'), (text, kind) => {
        scan.read(text)
        const all = cut(kind)
        for (let n = 5; n <= 10; n++) {
          expect(scan.words(kind).copiedCharacters(n)).toBe(copiedCharacters(all, n))
        }
      }),
    )
  })

  it('takes n-grams for copies that are cut at other places, as datatrove does', () => {
    scan.read('no w he re is it all no where is it al l ok so now here is it all')
    expect(scan.words('whitespace').copiedCharacters(5)).toBe(copiedCharacters(split(scan.text), 5))
    scan.read('abcde fghij klm nop qrs - abc de fghij klmn opqrs')
    expect(scan.words('whitespace').copiedCharacters(5)).toBe(19)
  })

  it('counts the sentences of a line as counting them in the line alone does', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const line = strip(text.split(LINE_END)[0] ?? '')
        scan.read(line)
        expect(sentencesOfWords(scan, 0, scan.words('whitespace').count, 0)).toBe(sentenceCount(line))
      }),
      { numRuns: 500 },
    )
  })

  it('counts no half of a pair as a letter or a number, whatever stands behind it', () => {
    for (const [text, count] of [
      ['\ud800a \ud800', 0],
      ['\ud800a \ud835\udcb3 \udc00 a', 2],
    ] as const) {
      scan.read('aaaa '.repeat(20)).words('whitespace')
      expect(spokenTokens(scan.read(text))).toBe(count)
    }
  })

  it('is the same for the same text, whatever came before', () => {
    fc.assert(
      fc.property(texts, texts, (text, other) => {
        const fresh = new TextScan().read(text)
        expect(scan.read(other).words('whitespace').levels).toHaveLength(9)
        scan.read(text)
        expect(scan.words('whitespace').levels).toEqual(fresh.words('whitespace').levels)
        expect(wholeLineRepeats(scan, 'all')).toEqual(wholeLineRepeats(fresh, 'all'))
      }),
    )
  })

  it('takes time in proportion to length for what repeats without end', () => {
    for (const unit of ['a ', '. ', '((', '*', '=-', 'a.b@', 'a:', '....', '\n', 'x.y/', "'"]) {
      const start = process.cpuUsage()
      scan.read(unit.repeat(200_000))
      for (const kind of ['whitespace', 'unicode'] as const) {
        expect(scan.words(kind).levels).toHaveLength(9)
        scan.words(kind).copiedCharacters(5)
      }
      sentencesOfWords(scan, 0, scan.words('whitespace').count, 0)
      const { user, system } = process.cpuUsage(start)
      expect((user + system) / 1e6, JSON.stringify(unit)).toBeLessThan(8)
    }
  })
})

function strip(text: string): string {
  return text.replace(new RegExp(`^${SPACE.source}`), '').replace(new RegExp(`${SPACE.source}$`), '')
}

function repeatsOf(elements: readonly string[]) {
  const copies = new Map<string, number>()
  for (const element of elements) copies.set(element, (copies.get(element) ?? 0) + 1)
  const later = elements.filter((element, index) => elements.indexOf(element) < index)
  const all = elements.filter((element) => (copies.get(element) ?? 0) > 1)
  const characters = (list: readonly string[]): number => sum(list.map(points))
  return {
    elements: elements.length,
    characters: characters(elements),
    laterElements: later.length,
    laterCharacters: characters(later),
    allElements: all.length,
    allCharacters: characters(all),
  }
}

function levelOf(all: readonly string[], n: number) {
  const grams = Array.from({ length: Math.max(0, all.length - n + 1) }, (_, word) =>
    all.slice(word, word + n),
  )
  const keys = grams.map((gram) => gram.join(' '))
  const copies = new Map<string, number>()
  for (const key of keys) copies.set(key, (copies.get(key) ?? 0) + 1)
  const maxCopies = Math.max(0, ...copies.values())
  const top = Math.max(
    0,
    keys.findIndex((key) => copies.get(key) === maxCopies),
  )
  const length = (gram: readonly string[] | undefined): number => points((gram ?? []).join(''))
  const repeated = keys.flatMap((key, word) => ((copies.get(key) ?? 0) > 1 ? [word] : []))
  const covered = new Set(repeated.flatMap((word) => Array.from({ length: n }, (_, offset) => word + offset)))
  const tops =
    maxCopies === 1 ? [top] : keys.flatMap((key, word) => (copies.get(key) === maxCopies ? [word] : []))
  return {
    n,
    grams: grams.length,
    maxCopies,
    top,
    longestTop: grams.length === 0 ? 0 : Math.max(...tops.map((word) => length(grams[word]))),
    repeatedCharacters: sum(repeated.map((word) => length(grams[word]))),
    coveredCharacters: sum([...covered].map((word) => points(all[word] ?? ''))),
  }
}

function copiedCharacters(all: readonly string[], n: number): number {
  const seen = new Set<string>()
  let characters = 0
  let word = 0
  while (word + n <= all.length) {
    const gram = all.slice(word, word + n).join('')
    if (seen.has(gram)) {
      characters += points(gram)
      word += n
    } else {
      seen.add(gram)
      word++
    }
  }
  return characters
}

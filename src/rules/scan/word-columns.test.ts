import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KernelWords } from '../../kernels/words/kernel-words.ts'
import { ScalarWords } from '../../kernels/words/scalar-words.ts'
import type { WordColumns } from '../../kernels/words/word-columns.ts'
import { eachBoundedWord } from '../../text/word-boundaries.ts'
import { characterFlags, pairFlags } from './character-flags.ts'
import { TextScan } from './text-scan.ts'
import { WordTable } from './word-table.ts'

const BITS = { units: characterFlags(), pair: pairFlags }

/** One kernel for all texts, as it is used: what an earlier text left must not show. */
const kernel = new KernelWords(BITS)

/** Pieces that words, spaces and vectors of 8, 16 and 64 units have trouble with. */
const PIECES = [
  'a,ab,abc,no,now,where,w,the,The,THAT,with,of,#,...,....,…,x.,Mr.,!?,。,\u2047,é,\u00ff,\u0130,\u212a,coo\u212aie,Cookie',
  'javascript,private,term,LOREM,\ufeff,\0,\x01,\x7f,\u{10a56},𝒳,😀,\ud800,\udc00,\ud83d,twelveletter,eightlet,nineletter',
  'sixteen-letters!, , , , , ,  ,\n,\n\n,\r\n,\t,\x1c,\x1f,\x85,\u00a0,\u2028,\u3000',
].flatMap((list) => list.split(','))
const pieces = fc.oneof(
  fc.constantFrom(...PIECES, 'x'.repeat(17), 'y'.repeat(63), 'z'.repeat(130)),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 200 }).map((parts) => parts.join('')),
  // Few pieces, many times: n-grams that repeat, some cut at other places.
  fc
    .tuple(fc.array(pieces, { minLength: 1, maxLength: 12 }), fc.integer({ min: 2, max: 12 }), pieces)
    .map(([parts, times, gap]) => Array.from({ length: times }, () => parts.join(' ')).join(gap)),
)

/** All that columns tell of a text, as plain values. */
function told(columns: WordColumns, length: number) {
  const { count, gapCount, stopCount } = columns
  const distinct = columns.numberWords()
  const some = (array: Iterable<number>, size: number): readonly number[] => [...array].slice(0, size)
  const phrases: number[] = []
  for (let at = columns.nextPhrase(0); at >= 0; at = columns.nextPhrase(at + 1)) phrases.push(at)
  return {
    codes: some(columns.codes.subarray(0, length), length),
    count,
    hasPairs: columns.hasPairs,
    start: some(columns.start, count),
    end: some(columns.end, count),
    points: some(columns.points, count + 1),
    flags: some(columns.flags, count),
    gaps: some(columns.gaps, gapCount),
    stops: some(columns.stops, stopCount),
    distinct,
    id: some(columns.id, count),
    copies: some(columns.id, count).map((number) => columns.copies[number]),
    tally: columns.tally(),
    signs: columns.signs(),
    stopWords: columns.stopWords(),
    levels: columns.gramLevels(),
    copied: columns.copiedCharacters(),
    phrases,
  }
}

function scalar(): ScalarWords {
  return new ScalarWords(BITS)
}

describe('the kernel for words', () => {
  it('tells of words between white space what its scalar twin tells', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const twin = scalar()
        twin.cutAtSpaces(text)
        kernel.cutAtSpaces(text)
        expect(told(kernel, text.length)).toEqual(told(twin, text.length))
      }),
      { numRuns: 300 },
    )
  })

  it('tells the same of words that were cut elsewhere', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const edges: number[] = []
        eachBoundedWord(text, (start, end) => edges.push(start, end))
        const twin = scalar()
        twin.take(text, Int32Array.from(edges), edges.length / 2)
        kernel.take(text, Int32Array.from(edges), edges.length / 2)
        expect(told(kernel, text.length)).toEqual(told(twin, text.length))
      }),
    )
  })

  it('gives equal hashes for equal ranges', () => {
    fc.assert(
      fc.property(texts, fc.nat({ max: 40 }), (text, before) => {
        kernel.cutAtSpaces(`${' '.repeat(before)}${text}${text}`)
        const { length } = text
        expect(kernel.rangeHash(before, before + length)).toBe(
          kernel.rangeHash(before + length, before + 2 * length),
        )
      }),
    )
  })

  it.each([
    { what: 'one word without end', text: 'x'.repeat(1_000_000) },
    { what: 'words of one letter', text: 'a '.repeat(300_000) },
    { what: 'white space alone', text: ' \n'.repeat(300_000) },
    { what: 'phrases without end', text: 'ook'.repeat(20_000) },
    { what: 'a text that ends at the end of a vector', text: 'abcdefgh'.repeat(8) },
  ])('takes $what', ({ text }) => {
    const twin = scalar()
    twin.cutAtSpaces(text)
    kernel.cutAtSpaces(text)
    expect(kernel.count).toBe(twin.count)
    expect(kernel.tally()).toEqual(twin.tally())
    expect(kernel.numberWords()).toBe(twin.numberWords())
    expect(kernel.points[kernel.count]).toBe(twin.points[twin.count])
  })
})

describe('a table of words', () => {
  it('gives up the memory of a long text when the next one comes', () => {
    const made: KernelWords[] = []
    const table = new WordTable((bits) => {
      const columns = new KernelWords(bits)
      made.push(columns)
      return columns
    })
    table.splitAtSpaces('some words of a long text '.repeat(400_000))
    expect(table.count).toBe(2_400_000)
    expect(table.levels).toHaveLength(9)
    expect(made[0]?.bytes).toBeGreaterThan(64 << 20)
    table.splitAtSpaces('a short one')
    expect(table.count).toBe(3)
    expect(table.columns).toBe(made[1])
    expect(made[1]?.bytes).toBeLessThan(2 << 20)
  })
})

describe('a scan', () => {
  it('measures with the kernel what it measures with the twin', () => {
    const [fast, slow] = [new TextScan(), new TextScan((bits) => new ScalarWords(bits))]
    fc.assert(
      fc.property(texts, (text) => {
        const shown = (scan: TextScan) => {
          const { lines, brokenLines, content, points } = scan.read(text)
          const ends = [lines, brokenLines].map(({ count, trimmedEnd }) => [...trimmedEnd].slice(0, count))
          const tokens = scan.words('unicode')
          return { ends, content, points, tokens: tokens.levels, copied: tokens.copiedCharacters(5) }
        }
        expect(shown(fast)).toEqual(shown(slow))
      }),
    )
  })
})

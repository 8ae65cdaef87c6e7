import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keysFor, type SketchSpec } from './sketch-spec.ts'
import { sketchTwin } from './sketch-twin.ts'
import { Sketcher } from './sketcher.ts'

const WORDS: SketchSpec = { unit: 'word', ngram: 3, bands: 3, rows: 2 }
const CHARACTERS: SketchSpec = { unit: 'character', ngram: 2, bands: 2, rows: 9 }
const TURNED: SketchSpec = { unit: 'word', ngram: 2, bands: 5, rows: 3, turned: true }
const HASHED: SketchSpec = { unit: 'hashed-word', ngram: 1, bands: 10, rows: 1 }

/** Upper case whose lower case is shorter, longer, two characters or the neighbours' choice; marks; no characters at all. */
const HOSTILE =
  'a B z Z 0 9 _ @ [ ` { / : \0 \t \n é É ß ẞ Σ İ Ⱥ Ⱦ K ǅ Ⅷ ² ٣ 中 文 ア カ ก ี လ ខ \u0301 \ud800 \udc00 😀 𐐀 𝟘 𠀀 ’ \ufeff \u200d \ufffd \u2028'
    .split(' ')
    .concat(' ', ' ', ' ')

const piece = fc.constantFrom(...HOSTILE)
const short = fc.array(piece, { maxLength: 60, size: 'max' }).map((pieces) => pieces.join(''))
const ascii = fc
  .array(fc.constantFrom(...HOSTILE.filter((each) => each.charCodeAt(0) < 0x80)), {
    maxLength: 200,
    size: 'max',
  })
  .map((pieces) => pieces.join(''))

/** Texts that reach past the end of a chunk, where it falls on any byte of a word. */
const long = fc.tuple(
  short,
  fc.constantFrom('a', 'Foo1 ', 'ab', 'é', '中', '𠀀', 'x ', 'ี'),
  fc.integer({ min: -70, max: 70 }),
  short,
)

function longText([head, filler, shift, tail]: readonly [string, string, number, string]): string {
  const room = 32_768 - Buffer.byteLength(head) + shift
  return head + filler.repeat(Math.ceil(room / Buffer.byteLength(filler))) + tail
}

const TWICE = new TextDecoder('utf-8', { ignoreBOM: true })

function bigints(words: Uint32Array): bigint[] {
  return Array.from(
    { length: words.length / 2 },
    (_, index) => (BigInt(words[2 * index + 1] as number) << 32n) | BigInt(words[2 * index] as number),
  )
}

function expectTwin(sketcher: Sketcher, text: string | Uint8Array): number {
  const twin = sketchTwin(sketcher.spec, typeof text === 'string' ? text : TWICE.decode(text))
  expect(bigints(sketcher.bandKeys(text))).toEqual(twin.keys)
  const set = [...new Set(twin.hashes.map((hash) => Number(hash >> 11n)))].sort((a, b) => a - b)
  expect([...sketcher.shingles(text)]).toEqual(set)
  return set.length
}

function expectBatch(sketcher: Sketcher, texts: readonly string[]): void {
  const bytes = texts.map((text) => Buffer.from(text))
  const width = 2 * keysFor(sketcher.spec)
  let end = 0
  const ends = Float64Array.from(bytes, ({ length }) => {
    end += length
    return end
  })
  const { keys, hasKeys } = sketcher.batch(Buffer.concat(bytes), ends)
  for (const [index, text] of texts.entries()) {
    const single = sketcher.bandKeys(text)
    expect(hasKeys[index]).toBe(single.length === 0 ? 0 : 1)
    const own = keys.subarray(index * width, (index + 1) * width)
    expect(own.every((word, at) => word === (single[at] ?? 0))).toBe(true)
  }
}

describe('Sketcher', () => {
  it.each([WORDS, CHARACTERS, HASHED, TURNED])('gives what its twin gives for $unit, to the bit', (spec) => {
    const sketcher = new Sketcher(spec)
    let shingles = 0
    fc.assert(
      fc.property(fc.oneof(short, ascii, fc.string({ unit: 'binary' })), (text) => {
        shingles += expectTwin(sketcher, text)
      }),
    )
    expect(shingles).toBeGreaterThan(500)
  })

  it('gives what its twin gives for bytes that are not UTF-8', () => {
    const sketcher = new Sketcher(WORDS)
    const byte = fc.oneof(
      fc.constantFrom(
        0x61,
        0x20,
        0x80,
        0xbf,
        0xc3,
        0xa9,
        0xe4,
        0xb8,
        0xad,
        0xed,
        0xa0,
        0xf0,
        0x9f,
        0xf4,
        0x90,
      ),
      fc.nat(255),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.array(byte, { maxLength: 80 }), (any, likely) => {
        expectTwin(sketcher, any)
        expectTwin(sketcher, Uint8Array.from(likely))
      }),
    )
  })

  it('gives what its twin gives where a text goes on past a chunk', () => {
    const sketcher = new Sketcher({ ...WORDS, bands: 1 })
    const encoder = new TextEncoder()
    let shingles = 0
    fc.assert(
      fc.property(long, (parts) => {
        const text = longText(parts)
        shingles += expectTwin(sketcher, text)
        expect([...sketcher.bandKeys(encoder.encode(text))]).toEqual([...sketcher.bandKeys(text)])
      }),
      { numRuns: 30 },
    )
    expect(shingles).toBeGreaterThan(20)
  })

  it('gives the same for its first text', () => {
    fc.assert(
      fc.property(short, ascii, (text, letters) => {
        expectTwin(new Sketcher(WORDS), letters + text)
      }),
      { numRuns: 40 },
    )
  })

  it('knows the characters of ASCII from the first text on', () => {
    // ASCII alone in sixteen bytes goes past the table, until the text is taken as characters.
    expect(
      expectTwin(new Sketcher(WORDS), `abcdefghijklmnop${'\u4e2d\u6587\u5206\u8bcd'.repeat(8)}`),
    ).toBeGreaterThan(10)
  })

  it('gives ASCII the same keys by the table of characters', () => {
    // A letter of another script at the end sends its last bytes, or with its neighbours all of them, through the table.
    const sketcher = new Sketcher(WORDS)
    fc.assert(
      fc.property(ascii, (text) => {
        const every = text.replaceAll(/[^A-Za-z0-9_]/g, '\u2014')
        expect([...sketcher.shingles(every)]).toEqual([...sketcher.shingles(text)])
      }),
    )
  })

  it.each([
    { text: '', why: 'an empty text' },
    { text: 'one two', why: 'fewer words than a shingle has' },
    { text: ' .,; — ', why: 'no words' },
  ])('gives no keys and no shingles to $why', ({ text }) => {
    const sketcher = new Sketcher(WORDS)
    expect(sketcher.bandKeys(text).length).toBe(0)
    expect(sketcher.shingles(text).length).toBe(0)
  })

  it.each([
    { one: 'Stra\u00dfe und \u00c4PFEL', two: 'stra\u00dfe, und \u00e4pfel!', why: 'case and punctuation' },
    { one: 'a_b c\u0301d e', two: 'a_b c d e', why: 'marks, which part words as in Python' },
    {
      one: '\u039f\u0394\u039f\u03a3 \u039f\u0394\u039f\u03a3 \u039f\u0394\u039f\u03a3',
      two: '\u03bf\u03b4\u03bf\u03c2 '.repeat(3),
      why: 'a sigma that ends a word',
    },
    {
      one: '\u4eca\u65e5\u306f\u3001\u826f\u3044\u5929\u6c17 ok',
      two: '\u4eca\u65e5\u306f\u826f\u3044 \u5929\u6c17ok',
      why: 'spaces in scripts without spaces',
    },
  ])('finds the same shingles whatever the $why', ({ one, two }) => {
    const sketcher = new Sketcher(WORDS)
    expect(sketcher.shingles(one).length).toBeGreaterThan(0)
    expect([...sketcher.shingles(one)]).toEqual([...sketcher.shingles(two)])
  })

  it('takes many texts at once', () => {
    const sketcher = new Sketcher(WORDS)
    let texts = 0
    fc.assert(
      fc.property(fc.array(fc.oneof(short, ascii), { maxLength: 30, size: 'max' }), (some) => {
        expectBatch(sketcher, some)
        texts += some.length
      }),
    )
    expect(texts).toBeGreaterThan(500)
  })

  it.each([WORDS, CHARACTERS, HASHED, TURNED, { ...WORDS, bands: 3000 }])(
    'takes more texts at once than fit a call, long ones among them ($unit, $bands bands)',
    (spec) => {
      const texts = Array.from({ length: 1500 }, (_, index) => `text number ${index} of some`)
      texts[0] = 'a longer one '.repeat(30_000)
      texts[700] = '\u4e2d\u6587'.repeat(20_000)
      texts[1200] = '\u4e2d\u6587\u5206\u8bcd\u3068\u65e5\u672c'
      texts[1499] = 'word '.repeat(8000)
      expectBatch(new Sketcher(spec), texts)
    },
  )

  it('does not grow with a text', () => {
    const sketcher = new Sketcher(WORDS)
    const set = sketcher.shingles('x'.repeat(3_000_000) + ' a b '.repeat(2))
    expect(set.length).toBe(3)
  })

  it.each([
    { spec: { ...WORDS, ngram: 0 }, why: 'no units' },
    { spec: { ...WORDS, ngram: 257 }, why: 'more units than the kernel keeps' },
    { spec: { ...WORDS, rows: 1.5 }, why: 'parts of a row' },
    { spec: { ...WORDS, bands: 70_000 }, why: 'too many values' },
  ])('refuses $why', ({ spec }) => {
    expect(() => new Sketcher(spec)).toThrow(expect.objectContaining({ code: 'recipe' }))
  })
})

describe('sets of shingles', () => {
  const sketcher = new Sketcher({ unit: 'word', ngram: 1, bands: 1, rows: 1 })
  const textOf = (count: number, kinds: number): string =>
    Array.from({ length: count }, (_, at) => `w${(at * 7919) % kinds}`).join(' ')

  it.each([
    [5000, 5000],
    [300, 300],
    [1, 1],
    [4000, 37],
    [200, 1],
    [300, 299],
  ])('of %d words of %d kinds are sorted and distinct, whatever came before', (count, kinds) => {
    const set = sketcher.shingles(textOf(count, kinds))
    expect(set.length).toBe(Math.min(count, kinds))
    expect([...set]).toEqual([...new Set(set)].sort((a, b) => a - b))
    const words = [...new Set(textOf(count, kinds).split(' '))]
    expect([...set]).toEqual(words.map((word) => sketcher.shingles(word)[0] ?? 0).sort((a, b) => a - b))
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decontaminatedByHand, gramsByHand, usedGrams } from '../../../test/decontaminated-by-hand.ts'
import { documentOf } from '../../../test/webtext-documents.ts'
import type { StageFiles } from '../../model/stage.ts'
import { decontaminate } from './decontaminate.ts'

type Given = Parameters<typeof decontaminate.repeats>[0]

const filesOf = (examples: readonly unknown[], path = 'evals/set.jsonl'): StageFiles =>
  new Map([
    [path, [{ name: '', bytes: Buffer.from(examples.map((each) => `${JSON.stringify(each)}\n`).join('')) }]],
  ])
const optionsOf = (given: object = {}): Given =>
  decontaminate.options.parse({ sets: ['evals/set.jsonl'], ...given })

/** What becomes of documents, decided as the exchange does: by how many documents have the key of a part. */
function outcomes(texts: readonly string[], files: StageFiles, given: Given) {
  const parts = decontaminate.parts(given, files)
  const without = decontaminate.without(given, files)
  const { most = Number.POSITIVE_INFINITY } = decontaminate.repeats(given)
  const counts = new Map<string, number>()
  const brought = texts.map((text) => {
    const { keys, numbers } = parts(documentOf(text), Uint32Array.of())
    const named = Array.from(numbers, (number, at) => ({
      number,
      key: `${keys[2 * at]} ${keys[2 * at + 1]}`,
    }))
    for (const key of new Set(named.map((each) => each.key))) counts.set(key, (counts.get(key) ?? 0) + 1)
    return named
  })
  return texts.map((text, at) => {
    const used = (brought[at] ?? []).filter(({ key }) => (counts.get(key) ?? 0) <= most)
    return without(
      documentOf(text, { url: 'u' }),
      Uint32Array.from(used, ({ number }) => number),
    )
  })
}

const piecesOf = (outcome: ReturnType<typeof outcomes>[number]): readonly string[] =>
  'drop' in outcome ? [] : outcome.map(({ text }) => text)

const words = (count: number, word: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => word(at)).join(' ')
const filler = (count: number, name = 'f'): string => words(count, (at) => `${name}${at}`)
const QUESTION = words(23, (at) => `q${at}`)

describe('decontaminate', () => {
  it('takes a quote of 23 words out with its margins, and keeps the page', () => {
    // By the count of single 13-grams these are eleven overlaps, which would drop the page.
    const page = `${filler(150, 'a')} “${QUESTION.toUpperCase()}!” ${filler(150, 'b')}`
    const [outcome] = outcomes([page], filesOf([{ id: 'x-7', question: QUESTION }]), optionsOf())
    expect(outcome).toMatchObject([
      { signals: { overlaps: 1, pieces: 2 }, meta: { url: 'u' } },
      { text: expect.stringMatching(/ b149$/) },
    ])
    const [first = '', second = ''] = piecesOf(outcome ?? [])
    expect(page.startsWith(first) && page.endsWith(second)).toBe(true)
    const [before, behind] = page.split(/“.*”/)
    expect((before ?? '').length - first.length).toBeGreaterThanOrEqual(200)
    expect((before ?? '').length - first.length).toBeLessThan(205)
    expect((behind ?? '').length - second.length).toBeGreaterThanOrEqual(200)
    expect((behind ?? '').length - second.length).toBeLessThan(205)
  })

  it('says which example, and keeps its words out of what is kept', () => {
    const files = filesOf([
      { id: 'x-1', question: 'too short' },
      { id: 'x-7', choices: ['no', QUESTION] },
    ])
    const page = `${filler(150, 'a')} ${QUESTION} ${filler(150, 'b')}`
    const [outcome = []] = outcomes([page], files, optionsOf())
    if ('drop' in outcome) throw new Error('dropped')
    const meta = outcome[0]?.meta ?? {}
    expect(meta['decontaminated']).toEqual([{ set: 'set', item: 'x-7', number: 2, text: 2, word: 0 }])
    expect(JSON.stringify(outcome)).not.toContain('q3 q4')
    expect(decontaminate.removals?.(optionsOf())(meta, () => files)).toEqual([
      `set, x-7 (example 2): "${words(13, (at) => `q${at}`)}"`,
    ])
    const [dropped] = outcomes([`a ${QUESTION} b`], files, optionsOf())
    expect(dropped).toMatchObject({
      drop: 'contaminated-whole',
      detail: expect.stringContaining('x-7 (example 2): "q0 q1'),
    })
  })

  it.each([
    { documents: 10, cut: true, why: 'uses a gram that ten documents have' },
    { documents: 11, cut: false, why: 'ignores a gram that eleven documents have' },
  ])('$why', ({ documents, cut }) => {
    const page = (name: string): string => `${filler(90, `${name}a`)} ${QUESTION} ${filler(90, `${name}b`)}`
    // Twice in one document is one document.
    const texts = Array.from({ length: documents }, (_, at) => page(`d${at}`))
    texts[0] = `${texts[0]} ${page('e')}`
    const made = outcomes(texts, filesOf([{ question: QUESTION }]), optionsOf())
    for (const each of made.slice(1)) expect(piecesOf(each).length).toBe(cut ? 2 : 1)
    expect(piecesOf(made[0] ?? []).length).toBe(cut ? 3 : 1)
  })

  it.each([
    { cuts: 9, left: 10, why: 'keeps ten pieces' },
    { cuts: 10, left: 0, why: 'drops a document of eleven pieces' },
  ])('$why', ({ cuts, left }) => {
    const page = Array.from({ length: cuts + 1 }, (_, at) => filler(120, `p${at}x`)).join(` ${QUESTION} `)
    const [outcome = []] = outcomes([page], filesOf([{ question: QUESTION }]), optionsOf())
    expect(piecesOf(outcome).length).toBe(left)
    if (left === 0)
      expect(outcome).toMatchObject({
        drop: 'contaminated',
        signals: { overlaps: 10, pieces: 11 },
        over: { signal: 'pieces', most: 10 },
      })
  })

  it('counts short pieces before it drops them', () => {
    const page = Array.from({ length: 11 }, (_, at) => filler(120, `p${at}x`)).join(` ${QUESTION} `)
    const files = filesOf([{ question: QUESTION }])
    const [outcome] = outcomes([page], files, optionsOf({ minPiece: 10_000 }))
    expect(outcome).toMatchObject({ drop: 'contaminated', signals: { pieces: 11 } })
  })

  it.each([
    { length: 200, left: 2, why: 'keeps a piece of 200 characters' },
    { length: 199, left: 1, why: 'drops a piece of 199 characters' },
  ])('$why', ({ length, left }) => {
    // Characters are code points: each of these is two units.
    const piece = '𝒂'.repeat(length)
    const margin = 'm'.repeat(198)
    const page = `${piece} ${margin} ${QUESTION} ${margin} ${filler(100)}`
    const [outcome = []] = outcomes([page], filesOf([{ question: QUESTION }]), optionsOf())
    expect(piecesOf(outcome).length).toBe(left)
    expect(piecesOf(outcome).at(-1)).toBe(filler(100))
    if (left === 2) expect(piecesOf(outcome)[0]).toBe(piece)
  })

  it('does not take words over from one text of an example into the next', () => {
    const files = filesOf([{ question: words(8, (at) => `q${at}`), answer: words(20, (at) => `q${at + 8}`) }])
    const page = `${filler(100)} ${words(14, (at) => `q${at}`)} ${filler(100, 'g')}`
    expect(outcomes([page], files, optionsOf())).toMatchObject([[{ text: page, signals: { overlaps: 0 } }]])
  })

  it('brings grams together that touch, and only those', () => {
    const files = filesOf([{ a: words(4, (at) => `q${at}`) }, { a: words(4, (at) => `r${at}`) }])
    const given = optionsOf({ n: 4, margin: 0, minPiece: 0 })
    const both = (between: string): string => `x q0 q1 q2 q3 ${between} r0 r1 r2 r3 y`
    const overlaps = ['-', 'z'].map((between) => outcomes([both(between)], files, given)[0])
    expect(overlaps).toMatchObject([
      [{ text: 'x', signals: { overlaps: 1, pieces: 2 } }, { text: 'y' }],
      [{ text: 'x', signals: { overlaps: 2, pieces: 3 } }, { text: 'z' }, { text: 'y' }],
    ])
  })

  it('refuses sets that could never be found', () => {
    const run = (files: StageFiles): unknown => outcomes(['x'], files, optionsOf())
    expect(() => run(filesOf([{ question: 'a b c' }]))).toThrow(/no example of set has 13 words/)
    expect(() => run(filesOf([]))).toThrow(/evals\/set.jsonl: no example/)
    expect(() => decontaminate.files?.(decontaminate.options.parse({}))).toThrow(/expected the path/)
  })

  // Few words, so that they meet; of several scripts and lengths, with what is no part of a word around them.
  const word = fc.constantFrom(
    'a',
    'B',
    'b.',
    '«a»',
    'Σ',
    'ΑΣ',
    'ας.',
    'e\u0301',
    'É',
    '𝒂',
    '漢',
    '…',
    'lo\u00adng'.repeat(9),
  )
  const gap = fc.constantFrom(' ', '\n', '  ', '\u3000')
  const text = (most: number) =>
    fc
      .array(fc.tuple(word, gap), { maxLength: most })
      .map((parts) => parts.map(([each, between]) => each + between).join(''))

  it('does to any documents what is worked out by hand', () => {
    let [cut, dropped] = [0, 0]
    fc.assert(
      fc.property(
        fc.array(text(60), { minLength: 1, maxLength: 6 }),
        fc.array(text(8), { minLength: 1, maxLength: 4 }),
        fc.record({
          n: fc.integer({ min: 1, max: 4 }),
          margin: fc.integer({ min: 0, max: 12 }),
          minPiece: fc.integer({ min: 0, max: 10 }),
          maxPieces: fc.integer({ min: 1, max: 4 }),
          maxDocuments: fc.integer({ min: 1, max: 3 }),
        }),
        (texts, examples, limits) => {
          fc.pre(examples.some((each) => gramsByHand(each, limits.n).length > 0))
          const given = optionsOf(limits)
          const made = outcomes(texts, filesOf(examples), given).map(piecesOf)
          expect(made).toEqual(decontaminatedByHand(texts, examples, limits))
          const used = usedGrams(texts, examples, limits)
          for (const [at, pieces] of made.entries()) {
            if (pieces.length === 0) dropped++
            if (pieces[0] !== texts[at]) cut++
            for (const piece of pieces)
              for (const gram of gramsByHand(piece, limits.n)) expect(used.has(gram)).toBe(false)
          }
        },
      ),
    )
    expect(Math.min(cut, dropped)).toBeGreaterThan(10)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { buckets } from '../../dedup/buckets.ts'
import { clusters } from '../../dedup/clusters.ts'
import { cosine, unitVector } from '../../dedup/embedding.ts'
import { setDigest } from '../../dedup/set-digest.ts'
import type { Meta } from '../../model/document.ts'
import { dedupSemantic } from './dedup-semantic.ts'

const sketch = (meta: Meta, given: object = {}) =>
  dedupSemantic.sketched(dedupSemantic.options.parse(given))(documentOf('text', meta))
const embedded = (meta: Meta, given: object = {}) =>
  dedupSemantic.measure?.(dedupSemantic.options.parse(given))(documentOf('text', meta))['embedded']

/** Which vector stands for each one that is dropped: as the stage and the engine find it, all in memory. */
function decided(vectors: readonly (readonly number[])[], given: object): Record<number, number> {
  const parsed = dedupSemantic.options.parse(given)
  const documents = vectors.map((embedding) => documentOf('text', { embedding: [...embedding] }))
  const sketched = dedupSemantic.sketched(parsed)
  const shingles = dedupSemantic.shingles(parsed)
  const keys = documents.map((document) => sketched(document)?.keys.slice() ?? new Uint32Array(0))
  const halves = keys.flatMap((own, row) =>
    Array.from({ length: own.length / 2 }, (_, at) => ({ own, row, at })),
  )
  const candidates = buckets({
    low: Uint32Array.from(halves, ({ own, at }) => own[2 * at] ?? 0),
    high: Uint32Array.from(halves, ({ own, at }) => own[2 * at + 1] ?? 0),
    rows: Uint32Array.from(halves, ({ row }) => row),
  })
  const members = vectors.map((_, at) => ({ id: String(at).padStart(4, '0'), rank: 0, level: 0, scope: '' }))
  const { copies } = clusters(members, candidates, {
    threshold: dedupSemantic.threshold(parsed),
    compare: cosine,
    shingles: (member) => shingles(documents[member] ?? documentOf('')),
    digest: (member) => setDigest(shingles(documents[member] ?? documentOf(''))),
  })
  return Object.fromEntries(copies.map(({ member, of }) => [member, of]))
}

/** Every pair compared, chains followed, the first of each kept. */
function expected(vectors: readonly (readonly number[])[], threshold: number): Record<number, number> {
  const units = vectors.map((vector) => unitVector([...vector]))
  const first = units.map((_, at) => at)
  for (const [a, x] of units.entries())
    for (const [b, y] of units.entries()) {
      if (x === undefined || y === undefined || cosine(x, y) < threshold) continue
      const [from = a, to = b] = [first[a], first[b]].toSorted((p, q) => (q ?? 0) - (p ?? 0))
      for (const [at, each] of first.entries()) if (each === from) first[at] = to
    }
  return Object.fromEntries([...first.entries()].filter(([at, of]) => at !== of))
}

describe('dedup-semantic', () => {
  it('gives what a comparison of all pairs gives', () => {
    const vector = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 4 })
    let dropped = 0
    fc.assert(
      fc.property(
        fc.array(vector, { minLength: 8, maxLength: 30 }),
        fc.constantFrom(0.7, 0.9, 0.99, 1),
        (vectors, threshold) => {
          const result = decided(vectors, { threshold, bits: 4, recall: 0.9999 })
          dropped += Object.keys(result).length
          expect(result).toEqual(expected(vectors, threshold))
        },
      ),
    )
    expect(dropped).toBeGreaterThan(50)
  })

  it('goes by direction, whatever the length of a vector', () => {
    expect(
      decided(
        [
          [1, 2, 3],
          [3, 2, 1],
          [0.001, 0.002, 0.003],
          [-1, -2, -3],
        ],
        {},
      ),
    ).toEqual({ 2: 0 })
  })

  it.each<readonly [Meta, object, string]>([
    [{}, {}, 'no embedding'],
    [{ embedding: [] }, {}, 'an empty one'],
    [{ embedding: [0, 0] }, {}, 'no direction'],
    [{ embedding: [1, null] }, {}, 'a gap'],
    [{ embedding: '[1, 2]' }, {}, 'a text'],
    [{ embedding: [1, 2] }, { dimensions: 3 }, 'another length than it must have'],
    [{ embedding: [1, 2] }, { field: 'vector' }, 'another field'],
  ])('leaves a document alone that has none to compare, and counts it: %j %j (%s)', (meta, given) => {
    expect(sketch(meta, given)).toBeUndefined()
    expect(embedded(meta, given)).toBe(0)
  })

  it('counts those that have one', () => {
    expect(embedded({ embedding: [1, 2] }, { dimensions: 2 })).toBe(1)
  })

  it('keeps scopes apart', () => {
    const keys = (dump: string) => String(sketch({ embedding: [1, 2], dump }, { within: 'dump' })?.keys)
    expect(keys('1')).toBe(keys('1'))
    expect(keys('1')).not.toBe(keys('2'))
  })

  it('names what keys are made of, so that no others are compared with an index', () => {
    const name = (given: object) => dedupSemantic.specification(dedupSemantic.options.parse(given))
    expect(name({})).toBe('hyperplanes-1/37x20/embedding/dimensions=0/within=')
    expect(name({ threshold: 0.9 })).not.toBe(name({}))
    expect(name({ field: 'vector' })).not.toBe(name({}))
  })

  it.each([
    [{ threshold: 0.5 }, /needs \d+ keys of 20 signs/],
    [{ threshold: 2 }, /threshold/],
    [{ epsilon: 0.1 }, /epsilon/],
  ])('refuses options %j', (given, message) => {
    expect(() => dedupSemantic.options.parse(given)).toThrow(message)
  })
})

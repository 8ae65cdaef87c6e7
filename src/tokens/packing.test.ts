import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packBestFit, piecesOf } from './packing.ts'

describe('packBestFit', () => {
  it('puts each piece where the least room is left', () => {
    // 7 and 6 open sequences; 4 fits with 6 alone, 3 with 7; 2 opens another.
    expect(packBestFit([4, 7, 2, 3, 6], 10)).toEqual([[1, 3], [4, 0], [2]])
  })

  it('loses no piece, cuts none, and wastes little', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 400 }),
        fc.integer({ min: 300, max: 3000 }),
        (lengths, capacity) => {
          const packed = packBestFit(lengths, capacity)
          expect(packed.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, at) => at))
          const sums = packed.map((pieces) => pieces.reduce((sum, piece) => sum + (lengths[piece] ?? 0), 0))
          for (const sum of sums) expect(sum).toBeLessThanOrEqual(capacity)
          // First and best fit decreasing: at most 11/9 of the best, and one.
          const least = Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / capacity)
          expect(packed.length).toBeLessThanOrEqual(Math.ceil((11 / 9) * least) + 1)
        },
      ),
    )
  })

  it('is best fit as it is defined', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 97 }), { maxLength: 120 }), (lengths) => {
        const rooms: number[] = []
        const plain: number[][] = []
        const order = lengths
          .map((_, at) => at)
          .sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b)
        for (const piece of order) {
          const length = lengths[piece] ?? 0
          const fitting = rooms.filter((room) => room >= length && room > 0)
          const least = Math.min(...fitting)
          const at = fitting.length === 0 ? rooms.push(97) - 1 : rooms.indexOf(least)
          rooms[at] = (rooms[at] ?? 0) - length
          plain[at] = [...(plain[at] ?? []), piece]
        }
        // Of sequences with the same room any may be taken: sums are equal, not what makes them up.
        const count = (packed: readonly (readonly number[])[]) =>
          packed.map((pieces) => pieces.reduce((sum, piece) => sum + (lengths[piece] ?? 0), 0)).sort()
        expect(count(packBestFit(lengths, 97))).toEqual(count(plain))
      }),
    )
  })

  it('refuses what cannot fit', () => {
    expect(() => packBestFit([11], 10)).toThrow('a piece of 11 tokens')
    expect(() => packBestFit([0], 10)).toThrow('a piece of 0 tokens')
    expect(piecesOf(25, 10)).toEqual([10, 10, 5])
    expect(piecesOf(20, 10)).toEqual([10, 10])
    expect(piecesOf(0, 10)).toEqual([])
  })
})

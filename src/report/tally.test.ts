import { describe, expect, it } from 'vitest'
import { Tally } from './tally.ts'

describe('Tally', () => {
  it('orders by documents, bytes and name, and sums the rest', () => {
    const tally = new Tally()
    for (const [name, bytes] of [
      ['b', 1],
      ['a', 1],
      ['c', 5],
      ['c', 5],
      ['d', 2],
    ] as const)
      tally.add(name, bytes)
    expect(tally.top(2)).toEqual({
      top: [
        { name: 'c', documents: 2, bytes: 10 },
        { name: 'd', documents: 1, bytes: 2 },
      ],
      others: { names: 2, documents: 2, bytes: 2 },
      exact: true,
    })
  })

  it('holds a bounded number of names, keeps the large ones and says that it is not exact', () => {
    const tally = new Tally(100)
    for (let n = 0; n < 5000; n++) {
      tally.add('large', 10)
      tally.add(`small-${n}`, 1)
    }
    const { top, others, exact } = tally.top(1)
    expect(top).toEqual([{ name: 'large', documents: 5000, bytes: 50_000 }])
    expect(others.documents).toBe(5000)
    expect(exact).toBe(false)
  })

  it.each(['__proto__', 'constructor', ''])('counts the name %j like any other', (name) => {
    const tally = new Tally()
    tally.add(name, 3)
    expect(tally.top(1).top).toEqual([{ name, documents: 1, bytes: 3 }])
  })
})

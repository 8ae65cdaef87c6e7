import { describe, expect, it } from 'vitest'
import type { Rule } from '../model/stage.ts'
import { histogramDrawing, ticks } from './histogram-drawing.ts'

describe('ticks', () => {
  it.each([
    { scale: 'linear', edges: [0, 165], values: [0, 50, 100, 150] },
    { scale: 'linear', edges: [-0.1, 0.4], values: [-0.1, 0, 0.1, 0.2, 0.3, 0.4] },
    { scale: 'linear', edges: [3, 4], values: [3, 3.2, 3.4, 3.6, 3.8, 4] },
    { scale: 'whole', edges: [0, 2], values: [0, 1] },
    { scale: 'whole', edges: [3, 33], values: [10, 20, 30] },
    { scale: 'log', edges: [0, 5000], values: [0, 1, 10, 100, 1000] },
    { scale: 'log', edges: [4, 6464], values: [10, 100, 1000] },
  ] as const)('$scale from $edges.0 to $edges.1', ({ scale, edges, values }) => {
    const given = ticks({ scale, edges })
    expect(given.length).toBe(values.length)
    for (const [index, value] of given.entries()) {
      expect(value).toBeCloseTo(values[index] ?? Number.NaN, 9)
      expect(Object.is(value, -0)).toBe(false)
    }
  })
})

describe('histogramDrawing', () => {
  const histogram = {
    scale: 'linear',
    edges: [0, 10, 20],
    before: [4, 1_000_000],
    after: [0, 500_000],
    outside: { below: 0, above: 0 },
  } as const
  const rule = (limit: number, keep: Rule['keep']): Rule => ({
    signal: 's',
    keep,
    limit,
    reason: 'r',
    source: '',
  })

  it('draws no bar for nothing, and one pixel for little', () => {
    const { markup } = histogramDrawing('s', histogram, [])
    expect(markup.match(/<rect class="before"/g)?.length).toBe(2)
    expect(markup.match(/<rect class="after"/g)?.length).toBe(1)
    expect(markup).toContain('height="1.0"')
    expect(markup).toContain('10 to below 20: 1,000,000 measured, 500,000 kept')
  })

  it.each([
    { keep: 'at-most', x: '50.000%' },
    { keep: 'at-least', x: '0.000%' },
  ] as const)('puts the limit of a whole number where $keep 0 keeps its bar', ({ keep, x }) => {
    const bins = {
      scale: 'whole',
      edges: [0, 1, 2],
      before: [1, 1],
      after: [1, 0],
      outside: { below: 0, above: 0 },
    } as const
    expect(histogramDrawing('s', bins, [rule(0, keep)]).markup).toContain(`x1="${x}"`)
  })

  it('draws a limit inside as a line, and points to one outside', () => {
    const { markup } = histogramDrawing('s', histogram, [
      rule(10, 'at-least'),
      rule(500, 'at-most'),
      rule(-1, 'at-least'),
    ])
    expect(markup.match(/<line class="limit"/g)?.length).toBe(1)
    expect(markup).toContain('x1="50.000%"')
    expect(markup).toContain('keep ≤ 500 →')
    expect(markup).toContain('← keep ≥ -1')
  })
})

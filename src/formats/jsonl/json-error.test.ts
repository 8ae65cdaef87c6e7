import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonErrorOffset } from './json-error.ts'

describe('jsonErrorOffset', () => {
  it.each([
    ['{"a": 1,}', 8],
    ['{"a": }', 6],
    ['{"a" 1}', 5],
    ['{a: 1}', 1],
    ['{"a": 1} x', 9],
    ['{"a": [1 2]}', 9],
    ['{"a": tru}', 6],
    ['{"a": 01}', 7],
    ['{"a": "b\\x"}', 9],
    ['{"a": "b\\u12"}', 10],
    ['{"a": "b\tc"}', 8],
    ['{"a": "b', 8],
    ['{"a": [', 7],
    ['', 0],
    ['}', 0],
    ['[}', 1],
  ])('%s goes wrong at %i', (text, offset) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(jsonErrorOffset(text)).toBe(offset)
  })

  it('finds no fault in JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonErrorOffset(text)).toBe(text.length)
      }),
    )
  })

  it('finds a fault in whatever JSON.parse refuses, and keeps what is before it', () => {
    let refused = 0
    const unit = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '1', '-', 'null', 'e', '\\', ' ', 'x')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        const offset = jsonErrorOffset(text)
        try {
          JSON.parse(text)
          expect(offset).toBe(text.length)
        } catch {
          refused++
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(offset).toBeLessThanOrEqual(text.length)
        }
      }),
    )
    expect(refused).toBeGreaterThan(50)
  })

  it('does not mind depth', () => {
    expect(jsonErrorOffset('['.repeat(1_000_000))).toBe(1_000_000)
  })
})

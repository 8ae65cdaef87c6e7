import { describe, expect, it } from 'vitest'
import { sideBySide } from './side-by-side.ts'

const words = (count: number, letter = 'w') =>
  Array.from({ length: count }, (_, at) => `${letter}${at}`).join(' ')
const size = (parts: ReturnType<typeof sideBySide>, side: 'left' | 'right') =>
  parts.reduce((sum, part) => sum + (part.kind === 'left-out' ? 0 : part[side].length), 0)

describe('sideBySide', () => {
  it('shows a difference with the words around it, however far behind it stands', () => {
    const parts = sideBySide(`${words(900)} old ${words(900, 'v')}`, `${words(900)} new ${words(900, 'v')}`)
    expect(parts.map(({ kind }) => kind)).toEqual(['same', 'left-out', 'same', 'differs', 'same', 'left-out'])
    expect(parts[3]).toEqual({ kind: 'differs', left: ' old', right: ' new' })
    expect(parts[0]).toMatchObject({ left: expect.stringMatching(/^w0 w1/) })
    expect(size(parts, 'left')).toBeLessThan(700)
  })

  it('accounts for every character', () => {
    const left = `${words(300)} old ${words(300, 'v')}`
    const hidden = sideBySide(left, left.replace('old', 'new')).reduce(
      (sum, part) => sum + (part.kind === 'left-out' ? part.characters : part.left.length),
      0,
    )
    expect(hidden).toBe(left.length)
  })

  it.each([
    ['one word', 'x'.repeat(8000), 'y'.repeat(8000)],
    ['every word', words(1000), words(1000, 'v')],
    ['every second word', words(1000), words(1000).replaceAll(/w(\d*[02468])\b/g, 'v$1')],
  ])('is bounded where texts differ in %s', (_, left, right) => {
    const parts = sideBySide(left, right)
    for (const side of ['left', 'right'] as const) {
      expect(size(parts, side)).toBeGreaterThan(100)
      expect(size(parts, side)).toBeLessThan(3000)
    }
  })

  it('never shows half of a surrogate pair', () => {
    const farm = '👩‍🌾'.repeat(400)
    for (const part of sideBySide(`a${farm} b`, `${farm} c`)) {
      if (part.kind !== 'left-out') expect(part.left.isWellFormed() && part.right.isWellFormed()).toBe(true)
    }
  })
})

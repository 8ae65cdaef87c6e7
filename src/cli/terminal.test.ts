import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bar, count, cut, displayWidth, PLAIN, paint, shortPath, styleOf, table } from './terminal.ts'

describe('bar', () => {
  it('draws a bar of constant width', () => {
    expect(bar(0.575, 20)).toBe('███████████▌        ')
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (ratio) => {
        expect(displayWidth(bar(ratio, 20))).toBe(20)
      }),
    )
  })
})

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['語', 2],
    ['한국', 4],
    ['e\u0301', 1],
    ['👩‍🌾', 2],
    ['❤️', 2],
    ['\x1b[31mred\x1b[39m', 3],
    ['שלום', 4],
    ['', 0],
  ])('%s takes %d', (text, width) => expect(displayWidth(text)).toBe(width))

  it('bounds what is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
        expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('table', () => {
  const rows = [
    { name: 'links', n: 37_621 },
    { name: '言語', n: 8 },
    { name: 'e\x1b[31mvil\n', n: 0 },
  ]
  const columns = [
    { title: 'step', cell: (row: (typeof rows)[number]) => row.name },
    { title: 'in', align: 'right', cell: (row: (typeof rows)[number]) => count(row.n) },
    { title: 'why', cell: () => 'reason' },
  ] as const

  it('aligns by display width and disarms cells', () => {
    expect(table(rows, columns)).toBe(
      [
        'step             in   why',
        'links        37,621   reason',
        '言語              8   reason',
        'e␛[31mvil␊        0   reason',
        '',
      ].join('\n'),
    )
  })

  it('has only its titles when there are no rows', () => {
    expect(table([], columns)).toBe('step   in   why\n')
  })

  it('cuts lines to the terminal', () => {
    const lines = table(rows, columns, { colour: true, width: 24 }).split('\n')
    expect(lines.length).toBe(5)
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(24)
  })
})

describe('styleOf', () => {
  it.each([
    { stream: { isTTY: true, columns: 80 }, env: {}, style: { colour: true, width: 80 }, why: 'a terminal' },
    {
      stream: { isTTY: true, columns: 80 },
      env: { NO_COLOR: '1' },
      style: { colour: false, width: 80 },
      why: 'NO_COLOR',
    },
    {
      stream: { isTTY: true, columns: 80 },
      env: { TERM: 'dumb' },
      style: { colour: false, width: 80 },
      why: 'dumb',
    },
    { stream: { columns: 80 }, env: {}, style: PLAIN, why: 'a pipe' },
  ])('$why', ({ stream, env, style }) => expect(styleOf(stream, env)).toEqual(style))

  it('paints only in colour', () => {
    expect(paint('x', 'bad', PLAIN)).toBe('x')
    expect(paint('x', 'bad', { colour: true, width: 80 })).toBe('\x1b[31mx\x1b[39m')
  })
})

it.each([
  ['/work/store/a@1', '/work', 'store/a@1'],
  ['/elsewhere/a@1', '/work', '/elsewhere/a@1'],
  ['/work', '/work', '/work'],
  ['/work-2/a', '/work', '/work-2/a'],
])('%s from %s is %s', (path, from, shown) => expect(shortPath(path, from)).toBe(shown))

import { describe, expect, it } from 'vitest'
import { bytes, count, counted, duration, measured, percent, scaled } from './numbers.ts'

describe('numbers for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [88_400_000, '88.4 MB'],
    [6.1e9, '6.10 GB'],
    [-2048, '-2.05 kB'],
    [Number.NaN, '-'],
  ])('bytes(%d) is %s', (n, shown) => expect(bytes(n)).toBe(shown))

  it.each([
    [0, '0'],
    [9999, '9,999'],
    [37_621, '37.6 k'],
    [999_499, '999 k'],
    [999_500, '1.00 M'],
    [21_300_000, '21.3 M'],
    [4e9, '4.00 G'],
  ])('scaled(%d) is %s', (n, shown) => expect(scaled(n)).toBe(shown))

  it.each([
    [0, '0 files'],
    [1, '1 file'],
    [37_621, '37,621 files'],
  ])('counted(%d) is %s', (n, shown) => expect(counted(n, 'file')).toBe(shown))

  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.6, '1 min 00 s'],
    [232, '3 min 52 s'],
    [3599.7, '1 h 00 min'],
    [7500, '2 h 05 min'],
    [-1, '-'],
  ])('duration(%d) is %s', (seconds, shown) => expect(duration(seconds)).toBe(shown))

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.999_99, '> 99 %'],
    [0.58, '58 %'],
    [0.051, '5.1 %'],
    [0.000_4, '0.04 %'],
    [0.000_001, '< 0.01 %'],
    [-0.000_001, '> -0.01 %'],
    [Number.NaN, '-'],
  ])('percent(%d) is %s', (ratio, shown) => expect(percent(ratio)).toBe(shown))

  it('separates thousands', () => expect(count(1_234_567)).toBe('1,234,567'))

  it.each([
    [212, '212'],
    [0.340_01, '0.34'],
    [1204.4, '1,204'],
    [1.5e-7, '1.50e-7'],
    [0, '0'],
    [-0.14, '-0.14'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('measured(%d) is %s', (value, shown) => expect(measured(value)).toBe(shown))
})

/**
 * A number from 0 on as Python's `round(value, 8)` gives it, which is what RedPajama stores.
 *
 * Of two equally near ones it takes the even, where `toFixed` takes the greater. Only odd multiples of 1/512 lie between two.
 */
export function eightDigits(value: number): number {
  const digits = value.toFixed(8)
  const isBetween = (value * 512) % 2 === 1
  const last = Number(digits.at(-1))
  return Number(isBetween && last % 2 === 1 ? `${digits.slice(0, -1)}${last - 1}` : digits)
}

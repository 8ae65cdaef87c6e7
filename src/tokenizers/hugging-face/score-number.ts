const MAX_U64 = 2n ** 64n - 1n
const MAX_POWER = 308

/**
 * A number of a JSON text as `tokenizers` reads it.
 *
 * Its parser takes the digits as one whole number, rounds that to a double and then multiplies or divides it by a power of ten, which
 * is at times a unit in the last place beside the nearest double. Scores of Unigram that would be equal are then not, and decide.
 */
export function scoreNumber(source: string): number {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source)
  const [, sign = '', whole = '', fraction = '', power = '0'] = parts ?? []
  if (parts === null || (fraction === '' && parts[4] === undefined)) return Number(source)
  let digits = BigInt(whole)
  let exponent = Number(power)
  for (const digit of fraction) {
    const next = digits * 10n + BigInt(digit)
    // What has no room in 64 bits is left out.
    if (next > MAX_U64) break
    digits = next
    exponent--
  }
  if (digits > MAX_U64 || Math.abs(exponent) > MAX_POWER) return Number(source)
  const scale = Number(`1e${Math.abs(exponent)}`)
  const value = exponent < 0 ? Number(digits) / scale : Number(digits) * scale
  return sign === '' ? value : -value
}

/** Number of characters above U+FFFF in a range of units. */
export function pairsIn(codes: Uint16Array, from: number, to: number): number {
  let pairs = 0
  for (let index = from; index + 1 < to; index++) {
    if (!isPair(codes[index] as number, codes[index + 1] as number)) continue
    pairs++
    index++
  }
  return pairs
}

/** First units of the characters above U+FFFF in a text, ascending. */
export function pairPlaces(codes: Uint16Array, length: number): readonly number[] {
  const places: number[] = []
  for (let index = 0; index + 1 < length; index++) {
    if (isPair(codes[index] as number, codes[index + 1] as number)) places.push(index)
  }
  return places
}

/** How many of ascending numbers are below a limit. O(log numbers). */
export function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether two units are one character. */
export function isPair(lead: number, trail: number): boolean {
  return (lead & 0xfc00) === 0xd800 && (trail & 0xfc00) === 0xdc00
}

/** The code point of a pair of halves. */
export function pointOf(lead: number, trail: number): number {
  return 0x10000 + ((lead - 0xd800) << 10) + (trail - 0xdc00)
}

/** Bits of the characters of a range, together, where some are pairs. */
export function pairedBits(
  codes: Uint16Array,
  from: number,
  to: number,
  bits: { readonly units: Uint16Array; pair(point: number): number },
): number {
  let all = 0
  for (let index = from; index < to; index++) {
    const code = codes[index] as number
    const next = index + 1 < to ? (codes[index + 1] as number) : 0
    if (isPair(code, next)) {
      all |= bits.pair(pointOf(code, next))
      index++
    } else all |= bits.units[code] as number
  }
  return all
}

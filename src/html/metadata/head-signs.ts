/**
 * Cheap tests of bytes, for what stands around a heading: most classes and texts there are neither of an author nor of a
 * date, and need not be decoded. Each passes whatever the patterns behind it may match.
 */

const AUTHOR = pairTable('au by ve wr')
const AUTHOR_OR_DATE = pairTable('au by ve wr da pu po ti fe up mo la')
const BY = pairTable('by wr po re pu wo st ar vo pa di do av af au ve ge')

/** By the last five bits of two letters: whether words begin with them. */
function pairTable(pairs: string): Uint8Array {
  const table = new Uint8Array(1024)
  for (const pair of pairs.split(' ')) table[pairOf(pair.charCodeAt(0), pair.charCodeAt(1))] = 1
  return table
}

function pairOf(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31)
}

/** Whether a class between two bytes may hold a word for an author or, where asked for, a date. */
export function mayNameSource(bytes: Uint8Array, from: number, to: number, withDates: boolean): boolean {
  const pairs = withDates ? AUTHOR_OR_DATE : AUTHOR
  let isStart = true
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number
    if (isEncoded(byte)) return true
    if (isStart && pairs[pairOf(byte, bytes[at + 1] as number)] === 1) return true
    isStart = byte <= 32 || byte === 0x2d || byte === 0x5f
  }
  return false
}

/** Whether a text between two bytes may begin with a word for `by` or, where asked for, hold a year. */
export function mayBeByline(bytes: Uint8Array, from: number, to: number, withDates: boolean): boolean {
  let at = from
  while (at < to && (bytes[at] as number) <= 32) at++
  if (at === to) return false
  const first = bytes[at] as number
  if (BY[pairOf(first, bytes[at + 1] as number)] === 1) return true
  let digits = 0
  let longest = 0
  let isPlain = true
  for (; at < to; at++) {
    const byte = bytes[at] as number
    digits = byte >= 0x30 && byte <= 0x39 ? digits + 1 : 0
    if (digits > longest) longest = digits
    if (isEncoded(byte)) isPlain = false
  }
  if (isPlain) return withDates && longest >= 4
  return longest >= 2 || first >= 0x80 || BY_INITIALS.includes(String.fromCharCode(first | 32))
}

const BY_INITIALS = 'abdegprsvwn'

/** Whether a byte belongs to a character beyond ASCII, or begins a reference or markup, or is left out of values. */
function isEncoded(byte: number): boolean {
  return byte >= 0x7f || byte === 0x26 || byte === 0x3c || byte === 0
}

import { isAlphanumeric, isCapital, isDigit } from './characters.ts'
import { remainder } from './checksums.ts'
import type { Finding } from './finding.ts'
import { IBAN_LENGTHS } from './iban-lengths.ts'

/**
 * The IBAN whose check digits are at `at`, behind the two capital letters of its country: as many letters and
 * digits as the country's have, perhaps in groups parted by single spaces or hyphens, with remainder 1 by 97.
 *
 * O(1).
 *
 * @see ISO 13616-1, section 6.
 */
export function ibanAt(text: string, at: number): Finding | undefined {
  const start = at - 2
  if (start < 0 || !isCapital(text.charCodeAt(start)) || !isCapital(text.charCodeAt(start + 1)))
    return undefined
  if (!isDigit(text.charCodeAt(at + 1))) return undefined
  const before = text.charCodeAt(start - 1)
  if (isAlphanumeric(before) || before === 0x5f) return undefined
  const length = IBAN_LENGTHS.get(text.slice(start, at))
  if (length === undefined) return undefined
  let compact = ''
  let end = start
  for (; compact.length < length; end++) {
    const code = text.charCodeAt(end)
    if (isCapital(code) || isDigit(code)) compact += text[end]
    else if (!isSeparator(code) || !isAlphanumeric(text.charCodeAt(end - 1))) return undefined
  }
  if (isAlphanumeric(text.charCodeAt(end)) || text.charCodeAt(end) === 0x5f) return undefined
  return remainder(compact.slice(4) + compact.slice(0, 4), 97) === 1
    ? { type: 'iban', start, end }
    : undefined
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x2d || code === 0xa0 || code === 0x202f
}

/** Code of an ASCII digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Code of an ASCII letter. */
export function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
}

/** Code of an ASCII capital letter. */
export function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a
}

/** Code of an ASCII letter or digit. */
export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code)
}

/** Code of an ASCII letter, digit or `_`, or of a letter beyond ASCII: what makes a longer word of its neighbour. */
export function isWordCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f || (code >= 0xaa && WORD.test(String.fromCharCode(code)))
}

const WORD = /[\p{L}\p{N}\p{M}]/u

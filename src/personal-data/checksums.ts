/**
 * Luhn's check over a string of digits: every second digit from the right is doubled, the digits of all
 * are summed, and 10 divides the sum.
 *
 * @see ISO/IEC 7812-1, annex B.
 */
export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 0x30
    const value = place % 2 === 0 ? digit : digit * 2
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/**
 * Remainder of a number of any length by `modulus`. Letters count as two digits, A = 10 to Z = 35, as in
 * ISO 13616. Capital letters and digits alone.
 */
export function remainder(text: string, modulus: number): number {
  let rest = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    rest = code <= 0x39 ? (rest * 10 + code - 0x30) % modulus : (rest * 100 + code - 0x37) % modulus
  }
  return rest
}

/** Sum of digits times weights, one weight a digit. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < weights.length; index++) {
    sum += (digits.charCodeAt(index) - 0x30) * (weights[index] ?? 0)
  }
  return sum
}

/** ISO/IEC 7064 MOD 11,10 over a string of digits, the last of them the check digit. */
export function isMod1110(digits: string): boolean {
  let product = 10
  for (let index = 0; index < digits.length - 1; index++) {
    const sum = (digits.charCodeAt(index) - 0x30 + product) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return (product + digits.charCodeAt(digits.length - 1) - 0x30) % 10 === 1
}

/**
 * Verhoeff's check over a string of digits, the last of them the check digit.
 *
 * @see Verhoeff 1969, "Error detecting decimal codes": multiplication in the dihedral group D5.
 */
export function isVerhoeff(digits: string): boolean {
  let check = 0
  for (let place = 0; place < digits.length; place++) {
    let digit = digits.charCodeAt(digits.length - 1 - place) - 0x30
    for (let times = place % 8; times > 0; times--) digit = VERHOEFF_PERMUTATION.charCodeAt(digit) - 0x30
    check = dihedral(check, digit)
  }
  return check === 0
}

const VERHOEFF_PERMUTATION = '1576283094'

/** Product in D5: 0 to 4 are rotations, 5 to 9 reflections. */
function dihedral(left: number, right: number): number {
  const isTurn = left < 5
  const turn = isTurn ? (left + right) % 5 : (left - right + 10) % 5
  return isTurn === right < 5 ? turn : turn + 5
}

/** Whether all digits are the same, which passes many checks and is nobody's. */
export function isUniform(digits: string): boolean {
  for (let index = 1; index < digits.length; index++) if (digits[index] !== digits[0]) return false
  return true
}

/** Whether a day of a month stands in a calendar. Two-digit years are of either century, so 29 February stands. */
export function isDay(day: number, month: number, year?: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const isLeap = year === undefined || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return day <= days
}

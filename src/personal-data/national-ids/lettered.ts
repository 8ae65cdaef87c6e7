import { isDay } from '../checksums.ts'
import { isResidentId } from './asia-africa.ts'
import type { LetteredId } from './national-id.ts'

/** Letters by the remainder of the number by 23 (Ministerio del Interior); NIE have X, Y or Z for 0, 1 or 2 before. */
const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'

const dni: LetteredId = {
  country: 'ES',
  name: 'DNI, NIE',
  length: 9,
  labels: [],
  isValid: (token) => {
    if (!/^[\dXYZ]\d{7}[A-Z]$/.test(token)) return false
    const number = Number(token.slice(0, 8).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))))
    return DNI_LETTERS[number % 23] === token[8]
  },
}

/** Two letters, six digits, a suffix A to D; the letters that HMRC does not use are left out. */
const nino: LetteredId = {
  country: 'GB',
  name: 'National Insurance number',
  length: 9,
  labels: [],
  isValid: (token) => /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(token),
}

/** Name, date with letters for months, place and a check letter (D.M. 23/12/1976). Digits may be letters, for twins. */
const codiceFiscale: LetteredId = {
  country: 'IT',
  name: 'codice fiscale',
  length: 16,
  labels: [],
  isValid: (token) => {
    if (!/^[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPRST][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]$/.test(token)) return false
    let sum = 0
    for (let index = 0; index < 15; index++) {
      const code = token.charCodeAt(index)
      const value = code <= 0x39 ? code - 0x30 : code - 0x41
      sum += index % 2 === 0 ? (ODD_VALUES[value] ?? 0) : value
    }
    return sum % 26 === token.charCodeAt(15) - 0x41
  },
}

/** Values of characters at odd places, 0 or A first. */
const ODD_VALUES = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
]

/** Name, date, sex, state, consonants, a sign for the century and a check digit modulo 10 (RENAPO). */
const curp: LetteredId = {
  country: 'MX',
  name: 'CURP',
  length: 18,
  labels: [],
  isValid: (token) => {
    if (!/^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z\d]\d$/.test(token)) return false
    if (!isDay(Number(token.slice(8, 10)), Number(token.slice(6, 8)))) return false
    let sum = 0
    for (let index = 0; index < 17; index++) sum += CURP_ALPHABET.indexOf(token[index] ?? '') * (18 - index)
    return (10 - (sum % 10)) % 10 === Number(token[17])
  },
}

const CURP_ALPHABET = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'

const residentIdX: LetteredId = {
  country: 'CN',
  name: '居民身份证',
  length: 18,
  labels: [],
  isValid: isResidentId,
}

/** Letter for the region, sex, order; the letter is two digits, weights 1, 9, 8 ... 1, 1 and modulo 10. */
const taiwan: LetteredId = {
  country: 'TW',
  name: '身分證字號',
  length: 10,
  labels: ['身分證', '身分證字號', '身份證', '身份證字號', 'national id', 'id no', 'id number'],
  isValid: (token) => {
    if (!/^[A-Z][1289]\d{8}$/.test(token)) return false
    const region = TAIWAN_REGIONS.indexOf(token[0] ?? '') + 10
    let sum = Math.floor(region / 10) + (region % 10) * 9 + Number(token[9])
    for (let index = 1; index < 9; index++) sum += Number(token[index]) * (9 - index)
    return sum % 10 === 0
  },
}

const TAIWAN_REGIONS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'

/** Ids that hold letters, by their length. */
export const LETTERED_IDS: ReadonlyMap<number, readonly LetteredId[]> = Map.groupBy(
  [dni, nino, codiceFiscale, curp, residentIdX, taiwan],
  (id) => id.length,
)

/**
 * Finland's: date of birth, a sign for the century, order and a check character by the remainder by 31
 * (Digi- ja väestötietovirasto). The sign parts it, so it is no run of letters and digits like the others.
 */
export function isHetu(id: string): boolean {
  if (!/^\d{6}[-+YXWVUABCDEF]\d{3}[0-9A-FHJ-NPR-Y]$/.test(id)) return false
  if (!isDay(Number(id.slice(0, 2)), Number(id.slice(2, 4)))) return false
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(id.slice(0, 6) + id.slice(7, 10)) % 31] === id[10]
}

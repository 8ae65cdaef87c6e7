import { isDay, isLuhn, isMod1110, isUniform, weightedSum } from '../checksums.ts'
import type { NationalId } from './national-id.ts'

const part = (digits: string, from: number, to: number): number => Number(digits.slice(from, to))

/** Sex, year, month, department, commune, order and a key: 97 less the remainder of the rest (INSEE). */
const nir: NationalId = {
  country: 'FR',
  name: 'numéro de sécurité sociale',
  forms: ['1 2 2 2 3 3 2', '1.2.2.2.3.3.2', '1-2-2-2-3-3-2', '13 2', '15'],
  labelledForms: [],
  labels: ['nir', 'sécurité sociale', 'insee'],
  isValid: (digits) => {
    if (!/^[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)/.test(digits)) return false
    const body = BigInt(digits.slice(0, 13))
    return 97 - Number(body % 97n) === part(digits, 13, 15)
  },
}

/** Of the first ten digits one stands twice or thrice and no other more than once (BZSt); ISO 7064 MOD 11,10. */
const steuerId: NationalId = {
  country: 'DE',
  name: 'Steuer-Identifikationsnummer',
  forms: ['2 3 3 3'],
  labelledForms: ['11'],
  labels: [
    'steuer-id',
    'steuer-identifikationsnummer',
    'steueridentifikationsnummer',
    'idnr',
    'idnr.',
    'steuer-idnr',
    'tin',
    'tax id',
  ],
  isValid: (digits) => {
    if (digits.startsWith('0') || !isMod1110(digits)) return false
    const counts = Array.from({ length: 10 }, () => 0)
    for (const digit of digits.slice(0, 10)) counts[Number(digit)] = (counts[Number(digit)] ?? 0) + 1
    const repeated = counts.filter((count) => count > 1)
    return repeated.length === 1 && (repeated[0] ?? 0) <= 3
  },
}

/** The "eleven test": weights 9 to 2, and -1 for the last. */
const bsn: NationalId = {
  country: 'NL',
  name: 'burgerservicenummer',
  forms: [],
  labelledForms: ['9', '4.2.3', '4 2 3', '3 3 3', '3.3.3'],
  labels: ['bsn', 'burgerservicenummer', 'sofinummer', 'sofi-nummer'],
  isValid: (digits) => !isUniform(digits) && weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
}

/** Date of birth and order; 97 less the remainder, with a 2 before the number for those born since 2000. */
const rijksregister: NationalId = {
  country: 'BE',
  name: 'rijksregisternummer',
  forms: ['2.2.2-3.2'],
  labelledForms: ['11', '6-3-2', '6 3 2'],
  labels: [
    'rijksregisternummer',
    'rijksregister',
    'registre national',
    'numéro national',
    'insz',
    'niss',
    'nationalregister',
  ],
  isValid: (digits) => {
    const month = part(digits, 2, 4)
    if (month > 12 || part(digits, 4, 6) > 31) return false
    const body = part(digits, 0, 9)
    const check = part(digits, 9, 11)
    return 97 - (body % 97) === check || 97 - ((2_000_000_000 + body) % 97) === check
  },
}

/** Century is added to the month: 80, 0, 20, 40, 60. Weights 1, 3, 7, 9. */
const pesel: NationalId = {
  country: 'PL',
  name: 'PESEL',
  forms: [],
  labelledForms: ['11'],
  labels: ['pesel', 'nr pesel'],
  isValid: (digits) =>
    isDay(part(digits, 4, 6), part(digits, 2, 4) % 20) &&
    weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
}

/** Luhn over date of birth and serial; a coordination number has 60 added to its day (Skatteverket). */
const personnummer: NationalId = {
  country: 'SE',
  name: 'personnummer',
  forms: ['6-4', '8-4'],
  labelledForms: ['10', '12'],
  labels: ['personnummer', 'personnr', 'pnr', 'samordningsnummer'],
  isValid: (digits) => {
    const short = digits.slice(-10)
    if (digits.length === 12 && !/^(?:19|20)/.test(digits)) return false
    const day = part(short, 4, 6)
    return isDay(day > 60 ? day - 60 : day, part(short, 2, 4)) && isLuhn(short)
  },
}

/** Two check digits modulo 11; a D-number has 40 added to its day (Skatteetaten). */
const fodselsnummer: NationalId = {
  country: 'NO',
  name: 'fødselsnummer',
  forms: ['6 5'],
  labelledForms: ['11'],
  labels: ['fødselsnummer', 'fnr', 'personnummer', 'fødselsnr', 'd-nummer'],
  isValid: (digits) => {
    const day = part(digits, 0, 2)
    return (
      isDay(day > 40 ? day - 40 : day, part(digits, 2, 4)) &&
      weightedSum(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
      weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
    )
  },
}

/** Date of birth, with 50 (20, 70) added to the month, and a number that 11 divides. */
const rodneCislo: NationalId = {
  country: 'CZ',
  name: 'rodné číslo',
  forms: ['6/4'],
  labelledForms: ['10'],
  labels: ['rodné číslo', 'rodne cislo', 'r.č.', 'rč'],
  isValid: (digits) => {
    const month = part(digits, 2, 4)
    const calendar = [70, 50, 20, 0].map((added) => month - added).find((each) => each >= 1 && each <= 12)
    return calendar !== undefined && isDay(part(digits, 4, 6), calendar) && Number(digits) % 11 === 0
  },
}

/** 756, the number and EAN-13's check digit. */
const ahv: NationalId = {
  country: 'CH',
  name: 'AHV-Nummer',
  forms: ['3.4.4.2'],
  labelledForms: ['13'],
  labels: ['ahv', 'ahv-nummer', 'ahv-nr', 'avs', 'numéro avs', 'sozialversicherungsnummer'],
  isValid: (digits) =>
    digits.startsWith('756') && weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
}

/** Modulo 11, weights 10 to 2; a remainder that gives 10 is never issued. */
const nhs: NationalId = {
  country: 'GB',
  name: 'NHS number',
  forms: [],
  labelledForms: ['3 3 4', '3-3-4', '10'],
  labels: ['nhs', 'nhs number', 'nhs no', 'nhs no.', 'nhs number is'],
  isValid: (digits) => !isUniform(digits) && weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
}

/** Modulo 11, weights 9 to 2; 10 and 11 give 0. */
const nif: NationalId = {
  country: 'PT',
  name: 'NIF',
  forms: [],
  labelledForms: ['9', '3 3 3'],
  labels: ['nif', 'contribuinte', 'número de contribuinte', 'n.º contribuinte'],
  isValid: (digits) => {
    if (!/^[1-35689]/.test(digits)) return false
    const rest = weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
    return (rest < 2 ? 0 : 11 - rest) === Number(digits[8])
  },
}

/** Sex and century, date, county, order; weights 279146358279, and 10 gives 1. */
const cnp: NationalId = {
  country: 'RO',
  name: 'CNP',
  forms: [],
  labelledForms: ['13'],
  labels: ['cnp', 'cod numeric personal'],
  isValid: (digits) => {
    if (!/^[1-9]/.test(digits) || !isDay(part(digits, 5, 7), part(digits, 3, 5))) return false
    const rest = weightedSum(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return (rest === 10 ? 1 : rest) === Number(digits[12])
  },
}

export const EUROPE: readonly NationalId[] = [
  nir,
  steuerId,
  bsn,
  rijksregister,
  pesel,
  personnummer,
  fodselsnummer,
  rodneCislo,
  ahv,
  nhs,
  nif,
  cnp,
]

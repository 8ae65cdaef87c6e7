import { isDay, isLuhn, isUniform, isVerhoeff, weightedSum } from '../checksums.ts'
import type { NationalId } from './national-id.ts'

const part = (digits: string, from: number, to: number): number => Number(digits.slice(from, to))

/** Twelve digits, the last by Verhoeff; the first is no 0 or 1 (UIDAI). */
const aadhaar: NationalId = {
  country: 'IN',
  name: 'Aadhaar',
  forms: [],
  labelledForms: ['4 4 4', '4-4-4', '12'],
  labels: ['aadhaar', 'aadhar', 'uid', 'uidai', 'आधार'],
  isValid: (digits) => /^[2-9]/.test(digits) && !isUniform(digits) && isVerhoeff(digits),
}

/** Date of birth, sex and century, place, order, check digit modulo 11. Those issued since October 2020 have no place. */
const jumin: NationalId = {
  country: 'KR',
  name: '주민등록번호',
  forms: ['6-7'],
  labelledForms: ['13'],
  labels: ['주민등록번호', '주민번호', 'rrn', 'resident registration number'],
  isValid: (digits) => {
    if (!isDay(part(digits, 4, 6), part(digits, 2, 4)) || !/^.{6}[1-8]/.test(digits)) return false
    const rest = (11 - (weightedSum(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10
    return rest === Number(digits[12])
  },
}

/** The tenth digit is of the odd and even ones, the eleventh the last of the sum of ten (NVİ). */
const kimlik: NationalId = {
  country: 'TR',
  name: 'T.C. kimlik numarası',
  forms: [],
  labelledForms: ['11'],
  labels: ['kimlik', 'kimlik no', 'tc', 't.c.', 'tckn', 'tc kimlik no', 'tc no'],
  isValid: (digits) => {
    if (digits.startsWith('0')) return false
    const tenth = weightedSum(digits, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10
    const sum = weightedSum(digits, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    return (tenth + 10) % 10 === Number(digits[9]) && sum % 10 === Number(digits[10])
  },
}

/** Date of birth, sex, citizenship 0 or 1, Luhn. */
const southAfrica: NationalId = {
  country: 'ZA',
  name: 'identity number',
  forms: ['6 4 3', '6 4 2 1'],
  labelledForms: ['13'],
  labels: ['id number', 'identity number', 'id no', 'rsa id', 'sa id', 'said', 'id'],
  isValid: (digits) =>
    isDay(part(digits, 4, 6), part(digits, 2, 4)) && /^.{10}[01]/.test(digits) && isLuhn(digits),
}

/** Place, date of birth, order; modulo 11,2 of ISO 7064. Those whose check is X are lettered. */
const residentId: NationalId = {
  country: 'CN',
  name: '居民身份证',
  forms: ['18'],
  labelledForms: [],
  labels: ['身份证', '身份证号', '身分證'],
  isValid: isResidentId,
}

/** Whether 17 digits and a digit or X are a resident's number of China. @see GB 11643-1999. */
export function isResidentId(id: string): boolean {
  if (!/^[1-8]\d{5}(?:18|19|20)\d{9}[\dX]$/.test(id)) return false
  if (!isDay(part(id, 12, 14), part(id, 10, 12), part(id, 6, 10))) return false
  const sum = weightedSum(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
  return '10X98765432'[sum % 11] === id[17]
}

/** Weights 1, 4, 3, 7, 5, 8, 6, 9, 10 and 11. */
const taxFile: NationalId = {
  country: 'AU',
  name: 'Tax File Number',
  forms: [],
  labelledForms: ['3 3 3', '3-3-3', '9'],
  labels: ['tfn', 'tax file number'],
  isValid: (digits) => !isUniform(digits) && weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
}

export const ASIA_AFRICA: readonly NationalId[] = [aadhaar, jumin, kimlik, southAfrica, residentId, taxFile]

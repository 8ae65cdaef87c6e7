import { isLuhn, isUniform, weightedSum } from '../checksums.ts'
import type { NationalId } from './national-id.ts'

/** @see 42 U.S.C. 405 and the Social Security Administration: no area 000, 666 or 9xx, no group 00, no serial 0000. */
const socialSecurity: NationalId = {
  country: 'US',
  name: 'Social Security number',
  forms: ['3-2-4'],
  labelledForms: ['9', '3 2 4'],
  labels: ['ssn', 'social security', 'social security number', 'soc sec', 'social security no'],
  isValid: (digits) => /^(?!000|666|9)\d{3}(?!00)\d\d(?!0000)\d{4}$/.test(digits),
}

/** Luhn; the first digit is the province, and 0 and 8 are no province's. */
const socialInsurance: NationalId = {
  country: 'CA',
  name: 'Social Insurance Number',
  forms: [],
  labelledForms: ['3-3-3', '3 3 3', '9'],
  labels: ['sin', 'social insurance', 'social insurance number', 'nas', "numéro d'assurance sociale"],
  isValid: (digits) => /^[1-79]/.test(digits) && isLuhn(digits),
}

/** Two check digits modulo 11, over weights from 10 and from 11 down. */
const cpf: NationalId = {
  country: 'BR',
  name: 'CPF',
  forms: ['3.3.3-2'],
  labelledForms: ['11', '3 3 3 2'],
  labels: ['cpf'],
  isValid: (digits) => {
    if (isUniform(digits)) return false
    const check = (length: number): number => {
      const weights = Array.from({ length }, (_, index) => length + 1 - index)
      return ((weightedSum(digits, weights) * 10) % 11) % 10
    }
    return check(9) === Number(digits[9]) && check(10) === Number(digits[10])
  },
}

/** One check character modulo 11, often K, which the lettered form holds; here the all-digit numbers. */
const rut: NationalId = {
  country: 'CL',
  name: 'RUT',
  forms: ['2.3.3-1', '1.3.3-1'],
  labelledForms: ['8-1', '7-1'],
  labels: ['rut', 'run', 'r.u.t.'],
  isValid: (digits) => {
    let sum = 0
    for (let place = 0; place < digits.length - 1; place++) {
      sum += Number(digits[digits.length - 2 - place]) * ((place % 6) + 2)
    }
    return (11 - (sum % 11)) % 11 === Number(digits.at(-1))
  },
}

export const AMERICAS: readonly NationalId[] = [socialSecurity, socialInsurance, cpf, rut]

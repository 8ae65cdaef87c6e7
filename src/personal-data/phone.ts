import { isInternationalNumber, isNorthAmerican } from './calling-codes.ts'
import { isWordCharacter } from './characters.ts'
import { isUniform } from './checksums.ts'
import {
  type DigitChain,
  digitsOf,
  endOf,
  gapBefore,
  groupCount,
  groupLength,
  shapeOf,
  standsAlone,
  startOf,
} from './digit-chain.ts'
import type { Finding } from './finding.ts'
import { type Labels, label, OTHER_NUMBER } from './label.ts'

/** Groups that a number is written in, at most: `+33 (0) 1 23 45 67 89`. */
const MAX_GROUPS = 7
const MAX_DIGITS = 16

const PHONE = label(
  'phone,phones,phone number,telephone,tel,tel.,ph,ph.,mobile,mob,mob.,cell,cellphone,call,fax,whatsapp,sms,hotline,dial,' +
    'handy,telefon,telefonnummer,rufnummer,mobil,tél,tél.,téléphone,portable,appelez,teléfono,tfno,móvil,llame,celular,' +
    'telefone,telefono,cellulare,telefoon,puhelin,телефон,тел,тел.,звоните,電話,电话,手机,전화,전화번호,هاتف,फोन,फ़ोन',
)

/** North American numbers with their area code in brackets or hyphens; spaces alone need a label. */
const NORTH_AMERICAN = /^(?:1[-. ]{1,2}\(?)?3(?:-3-4|\.3\.4|\)[ -]?3[-. ]4)$/

/**
 * The telephone number whose first digits are group `index` of a chain.
 *
 * In order: behind `+`, a calling code with as many digits as its country has (E.164); a North American number
 * in its own form; a number with trunk prefix 0 in two to five groups, 9 to 11 digits in all; any 7 to 12 digits
 * behind a word such as "phone". Not: what a word such as "order" or "ISBN" stands before, and dates.
 */
export function phoneAt(chain: DigitChain, index: number, labels: Labels): Finding | undefined {
  const { text } = chain
  const start = startOf(chain, index)
  const before = text.charCodeAt(start - 1)
  // `+` or the full-width one.
  if (before === 0x2b || before === 0xff0b) return internationalAt(chain, index, start - 1)
  // An area code in brackets begins with the bracket; a number in brackets does not.
  const bracket = before === 0x28 && gapBefore(chain, index + 1).startsWith(')') ? start - 1 : start
  if (bracket < start && text.charCodeAt(bracket - 1) === 0x2b)
    return internationalAt(chain, index, bracket - 1)
  let digits = 0
  let best = -1
  for (let last = index; last < Math.min(groupCount(chain), index + MAX_GROUPS); last++) {
    if (last > index && gapBefore(chain, last).length > 2) break
    digits += groupLength(chain, last)
    if (digits > MAX_DIGITS) break
    if (digits < 7 || !standsAlone(chain, index, last) || isDateLike(chain, index, last)) continue
    const isTold = hasOwnForm(chain, index, last, bracket < start)
    const isPhone = isTold
      ? !labels.standsBefore(OTHER_NUMBER, bracket) || labels.standsBefore(PHONE, bracket)
      : isPlain(chain, index, last) && labels.standsRightBefore(PHONE, bracket)
    if (isPhone) best = last
  }
  return best === -1 ? undefined : { type: 'phone', start: bracket, end: endOf(chain, best) }
}

function internationalAt(chain: DigitChain, index: number, plus: number): Finding | undefined {
  const before = chain.text.charCodeAt(plus - 1)
  if (isWordCharacter(before) || before === 0x2b || before === 0x29) return undefined
  let digits = ''
  let best: Finding | undefined
  for (let last = index; last < Math.min(groupCount(chain), index + MAX_GROUPS); last++) {
    const gap = gapBefore(chain, last)
    if (gap.length > 3) break
    // A trunk prefix in brackets is not dialled from abroad: `+44 (0)20 ...`.
    const isTrunk =
      last === index + 1 &&
      gap.endsWith('(') &&
      groupLength(chain, last) === 1 &&
      digitAt(chain, last) === '0'
    if (!isTrunk) {
      if (digits.length + groupLength(chain, last) > MAX_DIGITS) break
      digits += digitsOf(chain, last, last)
    }
    if (digits.length < 7 || !isInternationalNumber(digits) || !endsHere(chain, last)) continue
    best = { type: 'phone', start: plus, end: endOf(chain, last) }
  }
  return best
}

function digitAt(chain: DigitChain, index: number): string {
  return chain.text.charAt(startOf(chain, index))
}

/** Whether nothing ties the group to what follows. */
function endsHere(chain: DigitChain, last: number): boolean {
  const gap = gapBefore(chain, last + 1)
  if (gap !== '') return /[ ()]/.test(gap)
  const { text } = chain
  const end = endOf(chain, last)
  const after = text.charCodeAt(end)
  return !isWordCharacter(after) && !(after === 0x2c && /^\d/.test(text.slice(end + 1, end + 2)))
}

/** Whether the written form alone says that it is a telephone number. */
function hasOwnForm(chain: DigitChain, first: number, last: number, inBracket: boolean): boolean {
  const shape = shapeOf(chain, first, last)
  const digits = digitsOf(chain, first, last)
  const subscriber = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits
  if (NORTH_AMERICAN.test(shape) && isNorthAmerican(subscriber)) return true
  if (hasTrunkPrefix(chain, first, last, digits)) return true
  return inBracket && AREA_IN_BRACKETS.test(shape) && digits.length >= 9 && digits.length <= 11
}

/** `(11) 91234-5678`. */
const AREA_IN_BRACKETS = /^\d\)[ -]?\d[-. ]\d$/

/** Whether digits can be a number where a word says that they are: groups of two or more, not all the same digit. */
function isPlain(chain: DigitChain, first: number, last: number): boolean {
  const digits = digitsOf(chain, first, last)
  if (digits.length > 12 || isUniform(digits) || isYears(chain, first, last)) return false
  for (let group = first; group <= last; group++) {
    if (groupLength(chain, group) < 2 && !(group === first && digits.startsWith('1'))) return false
  }
  return true
}

/** `1998-2004`. */
function isYears(chain: DigitChain, first: number, last: number): boolean {
  return last === first + 1 && /^(?:1\d|20)\d\d(?:1\d|20)\d\d$/.test(digitsOf(chain, first, last))
}

/** `020 7946 0958`, `01 23 45 67 89`, `(030) 123456`: the form of most of the world inside its own borders. */
function hasTrunkPrefix(chain: DigitChain, first: number, last: number, digits: string): boolean {
  const groups = last - first + 1
  if (!digits.startsWith('0') || digits.startsWith('00') || digits.length < 9 || digits.length > 11)
    return false
  if (groups < 2 || groups > 5 || groupLength(chain, first) < 2 || groupLength(chain, first) > 5) return false
  for (let group = first + 1; group <= last; group++) if (groupLength(chain, group) < 2) return false
  // One kind of separator all through, but for the first.
  const gaps = new Set<string>()
  for (let group = first + 2; group <= last; group++) gaps.add(gapBefore(chain, group))
  return gaps.size <= 1
}

/** `2024-01-02 10`, `01.02.2024 10`: a date, perhaps with the start of a time. */
function isDateLike(chain: DigitChain, first: number, last: number): boolean {
  if (last - first < 2) return false
  const [a, b, c] = [0, 1, 2].map((step) => Number(digitsOf(chain, first + step, first + step))) as [
    number,
    number,
    number,
  ]
  const isYear = (year: number, group: number): boolean =>
    groupLength(chain, group) === 4 && year >= 1000 && year < 2200
  const isDayMonth = (x: number, y: number): boolean =>
    x >= 1 && y >= 1 && Math.min(x, y) <= 12 && Math.max(x, y) <= 31
  return (isYear(a, first) && isDayMonth(b, c)) || (isYear(c, first + 2) && isDayMonth(a, b))
}

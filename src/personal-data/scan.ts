import { isCapital, isDigit, isLetter } from './characters.ts'
import { coordinatesAt } from './coordinates.ts'
import { type DigitChain, endOf, groupCount, groupLength, readChain, startOf } from './digit-chain.ts'
import { emailAt } from './email.ts'
import { type Finding, PERSONAL_DATA_TYPES, type PersonalDataType, withoutOverlaps } from './finding.ts'
import { ibanAt } from './iban.ts'
import { ipv4At, ipv6At } from './ip-address.ts'
import { Labels } from './label.ts'
import { letteredIdAt, nationalIdAt } from './national-id.ts'
import { paymentCardAt } from './payment-card.ts'
import { phoneAt } from './phone.ts'
import { secretKeys } from './secret-key.ts'

/** Finds personal data in one text after another. */
export type Scanner = (text: string) => readonly Finding[]

/**
 * Makes a scanner of the types given, of all by default.
 *
 * Its findings do not overlap and stand in order of the text. Text that others wrote is hostile, so nothing here
 * backtracks without bound: one pass looks for `@`, `:` and digits, and what they begin is read within a bound.
 * O(length); no text throws. What is found is where, never what: nothing here puts a value in a message.
 */
export function personalDataScanner(types: readonly PersonalDataType[] = PERSONAL_DATA_TYPES): Scanner {
  const wanted = new Set(types)
  const wantsDigits = types.some((type) => type !== 'email' && type !== 'secret-key')
  return (text) => {
    const findings: Finding[] = []
    const labels = new Labels(text)
    if (wanted.has('secret-key')) findings.push(...secretKeys(text))
    const take = (finding: Finding | undefined): void => {
      if (finding !== undefined && wanted.has(finding.type)) findings.push(finding)
    }
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code > 0x40) continue
      if (code === 0x40) {
        if (wanted.has('email')) take(emailAt(text, at, labels))
      } else if (code === 0x3a) {
        if (wanted.has('ip-address')) take(ipv6At(text, at))
      } else if (wantsDigits && isDigit(code)) {
        const chain = readChain(text, at)
        for (let index = 0; index < groupCount(chain); index++) scanGroup(chain, index, labels, wanted, take)
        at = endOf(chain, groupCount(chain) - 1) - 1
      }
    }
    return findings.length < 2 ? findings : withoutOverlaps(findings)
  }
}

/** Holds a group of digits, as the first of what it may begin, against each kind of number. */
function scanGroup(
  chain: DigitChain,
  index: number,
  labels: Labels,
  wanted: ReadonlySet<PersonalDataType>,
  take: (finding: Finding | undefined) => void,
): void {
  const { text } = chain
  const start = startOf(chain, index)
  const length = groupLength(chain, index)
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(start + length)
  if (wanted.has('coordinates') && length <= 3) take(coordinatesAt(text, start, length, labels))
  const isLettered = isLetter(before) || isLetter(after)
  if (isCapital(before) && length >= 2 && wanted.has('iban')) take(ibanAt(text, start))
  if (wanted.has('national-id')) {
    if (isLettered || after === 0x2d || after === 0x2b) take(letteredIdAt(text, start, labels))
    take(nationalIdAt(chain, index, labels))
  }
  if (length <= 3 && wanted.has('ip-address')) take(ipv4At(chain, index, labels))
  if (wanted.has('payment-card')) take(paymentCardAt(chain, index, labels))
  if (wanted.has('phone')) take(phoneAt(chain, index, labels))
}

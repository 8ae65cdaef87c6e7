import { isLuhn } from './checksums.ts'
import {
  type DigitChain,
  digitsOf,
  endOf,
  groupCount,
  groupLength,
  shapeOf,
  standsAlone,
  startOf,
} from './digit-chain.ts'
import type { Finding } from './finding.ts'
import { type Labels, label, OTHER_NUMBER } from './label.ts'

/** Forms in which cards are printed and typed, as lengths of groups. */
const FORMS = new Set(
  ['4 4 4 4', '4 6 5', '4 6 4', '4 4 4 4 3', '13', '14', '15', '16', '17', '18', '19'].flatMap((form) => [
    form,
    form.replaceAll(' ', '-'),
    form.replaceAll(' ', '.'),
  ]),
)
const CARD = label(
  'card,cards,credit card,debit card,visa,mastercard,amex,american express,discover,jcb,maestro,cc,pan,karte,kreditkarte,carte,tarjeta,carta,cartão,карта,卡号',
)

/**
 * The payment card whose first digits are group `index` of a chain: 13 to 19 digits in a form in which cards are
 * written, of a network that issues them, with Luhn's check digit.
 *
 * @see ISO/IEC 7812-1; the networks' ranges are those of their public lists.
 */
export function paymentCardAt(chain: DigitChain, index: number, labels: Labels): Finding | undefined {
  const first = groupLength(chain, index)
  if (first !== 4 && (first < 13 || first > 19)) return undefined
  const most = first === 4 ? Math.min(index + 4, groupCount(chain) - 1) : index
  for (let last = most; last >= index; last--) {
    if (last !== index && last < index + 2) return undefined
    if (!FORMS.has(shapeOf(chain, index, last)) || !standsAlone(chain, index, last)) continue
    const digits = digitsOf(chain, index, last)
    if (!isIssued(digits) || !isLuhn(digits)) continue
    const start = startOf(chain, index)
    if (labels.standsBefore(OTHER_NUMBER, start) && !labels.standsBefore(CARD, start)) continue
    return { type: 'payment-card', start, end: endOf(chain, last) }
  }
  return undefined
}

/** Whether a network issues numbers of this length that begin so. */
function isIssued(digits: string): boolean {
  const { length } = digits
  const two = Number(digits.slice(0, 2))
  const three = Number(digits.slice(0, 3))
  const four = Number(digits.slice(0, 4))
  // Visa.
  if (two >= 40 && two <= 49) return length === 16 || length === 13 || length === 19
  // Mastercard, Mir.
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720) || (four >= 2200 && four <= 2204))
    return length === 16
  // American Express.
  if (two === 34 || two === 37) return length === 15
  // Diners Club.
  if ((three >= 300 && three <= 305) || three === 309 || two === 36 || two === 38 || two === 39)
    return length === 14 || length === 16
  // JCB.
  if (four >= 3528 && four <= 3589) return length >= 16
  // Discover, UnionPay, RuPay.
  if (four === 6011 || (three >= 644 && three <= 649) || two === 65 || two === 62 || two === 81 || two === 60)
    return length >= 16
  // Maestro.
  return (two === 50 || (two >= 56 && two <= 58) || two === 63 || two === 67) && length >= 16
}

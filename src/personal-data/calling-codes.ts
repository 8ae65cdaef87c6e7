/**
 * Least and greatest number of digits behind a country's calling code, for the codes of countries with fixed
 * plans; other codes take {@link OTHER_LENGTHS}.
 *
 * @see ITU-T E.164 and the national numbering plans that the ITU publishes.
 */
const LENGTHS: ReadonlyMap<string, readonly [number, number]> = new Map(
  (
    '1:10 7:10 20:8-10 27:9 30:10 31:9 32:8-9 33:9 34:9 36:8-9 39:6-11 40:9 41:9 43:7-12 44:9-10 45:8 46:7-10 47:8 48:9 ' +
    '49:7-12 51:8-9 52:10-11 53:8 54:10-11 55:10-11 56:9 57:10 58:10 60:8-10 61:9 62:8-12 63:8-10 64:8-10 65:8 66:8-9 ' +
    '81:9-10 82:8-10 84:9-10 86:10-11 90:10 91:10 92:9-10 93:9 94:9 95:7-10 98:10 212:9 213:8-9 216:8 234:8-10 254:9 ' +
    '351:9 352:6-11 353:7-9 354:7 356:8 357:8 358:6-11 359:8-9 370:8 371:8 372:7-8 380:9 385:8-9 386:8 420:9 421:9 ' +
    '852:8 886:8-9 961:7-8 966:9 971:8-9 972:8-9'
  )
    .split(' ')
    .map((entry) => {
      const [code = '', range = ''] = entry.split(':')
      const [least = '', most = least] = range.split('-')
      return [code, [Number(least), Number(most)] as const]
    }),
)

const OTHER_LENGTHS = [6, 11] as const

/** Three-digit codes in use, as ranges. One- and two-digit codes are all in {@link LENGTHS}. */
const THREE_DIGITS: readonly (readonly [number, number])[] = [
  [211, 213],
  [216, 216],
  [218, 218],
  [220, 269],
  [290, 291],
  [297, 299],
  [350, 359],
  [370, 383],
  [385, 387],
  [389, 389],
  [420, 421],
  [423, 423],
  [500, 509],
  [590, 599],
  [670, 670],
  [672, 683],
  [685, 692],
  [850, 850],
  [852, 853],
  [855, 856],
  [880, 880],
  [886, 886],
  [960, 968],
  [970, 977],
  [992, 996],
  [998, 998],
]

/** Whether digits, without `+`, are a calling code and as many more as its country's numbers have; 15 at most. */
export function isInternationalNumber(digits: string): boolean {
  if (digits.length > 15) return false
  for (let length = 1; length <= 2; length++) {
    const range = LENGTHS.get(digits.slice(0, length))
    if (range !== undefined) return fits(digits, length, range)
  }
  const code = digits.slice(0, 3)
  if (!THREE_DIGITS.some(([from, to]) => Number(code) >= from && Number(code) <= to)) return false
  return fits(digits, 3, LENGTHS.get(code) ?? OTHER_LENGTHS)
}

function fits(digits: string, code: number, [least, most]: readonly [number, number]): boolean {
  const rest = digits.length - code
  if (rest < least || rest > most) return false
  return code !== 1 || digits[0] !== '1' || isNorthAmerican(digits.slice(1))
}

/**
 * Whether ten digits are a number of the North American plan: area and exchange begin with 2 to 9, and neither
 * is a service code such as 911.
 */
export function isNorthAmerican(digits: string): boolean {
  return /^[2-9](?!11)\d\d[2-9](?!11)\d{6}$/.test(digits)
}

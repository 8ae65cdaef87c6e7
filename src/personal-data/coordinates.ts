import { isDigit } from './characters.ts'
import type { Finding } from './finding.ts'
import { type Labels, label, textBefore } from './label.ts'

/** Longest pair of coordinates looked at, in UTF-16 units. */
const MAX_LENGTH = 96

/**
 * Two decimal numbers of degrees with four or more decimals each (0.0001° of latitude is 11 m). Every repetition
 * is bounded, so the time is too.
 */
const DECIMAL =
  /^(\d{1,3})\.(\d{4,16})(?:\s?°)?(?:\s?([NSEW])\b)?(?:["']?\s{0,2}[,;/|]\s{0,2}|\s{1,3}|&)(?:and |["']?(?:lng|lon|long|longitude|lat|latitude)["']?\s?[:=]\s?["']?)?([-+−]?)(\d{1,3})\.(\d{4,16})(?:\s?°)?(?:\s?([NSEW])\b)?/i

/** Degrees, minutes and seconds, or minutes with two or more decimals (0.01′ is 18 m), with the side of the globe. */
const SEXAGESIMAL =
  /^(\d{1,3})\s?[°º]\s?(\d{1,2})(?:\.(\d{2,8}))?\s?['′’](?:\s?(\d{1,2})(?:[.,]\d{1,6})?\s?(?:["″”]|''|′′))?\s?([NS])[\s,;/]{1,3}(\d{1,3})\s?[°º]\s?(\d{1,2})(?:\.(\d{2,8}))?\s?['′’](?:\s?(\d{1,2})(?:[.,]\d{1,6})?\s?(?:["″”]|''|′′))?\s?([EWO])\b/

const PLACE = label(
  'lat,latitude,lng,lon,long,longitude,coordinates,coordinate,coords,gps,location,located,geo,position,koordinaten,coordonnées,coordenadas,coordinate,координаты,坐标,座標',
)

/**
 * The pair of coordinates that begins with the digit at `start`, as near as a street: two numbers of degrees
 * with four or more decimals, or with seconds. `digits` is how many digits stand together there.
 *
 * Latitude comes first, or longitude where only that fits. A pair without a degree sign, a side, a label or a sign
 * of a map's URL must have as many decimals in both numbers as a device writes, stand in no longer list of
 * numbers, and not lie within a degree of 0, 0, where there is sea and where other numbers mostly lie. O(1).
 */
export function coordinatesAt(
  text: string,
  start: number,
  digits: number,
  labels: Labels,
): Finding | undefined {
  if (digits > 3) return undefined
  const mark = text.charCodeAt(start + digits)
  if (mark === 0x2e && isDigit(text.charCodeAt(start + digits + 4))) return decimalAt(text, start, labels)
  if (mark === 0xb0 || mark === 0xba || mark === 0x20) return sexagesimalAt(text, start)
  return undefined
}

function decimalAt(text: string, start: number, labels: Labels): Finding | undefined {
  const found = DECIMAL.exec(text.slice(start, start + MAX_LENGTH))
  if (found === null) return undefined
  const [all, degrees = '', decimals = '', side = '', sign = '', degrees2 = '', decimals2 = '', side2 = ''] =
    found
  const signed = isSign(text.charCodeAt(start - 1))
  const from = signed ? start - 1 : start
  const end = start + all.length
  if (/[\p{L}\p{N}_]/u.test(text.charAt(from - 1)) || /[\p{L}\p{N}_]/u.test(text.charAt(end)))
    return undefined
  const first = Number(`${degrees}.${decimals}`)
  const second = Number(`${degrees2}.${decimals2}`)
  if (!isPair(first, second) || (side !== '') !== (side2 !== '')) return undefined
  const found_ = { type: 'coordinates', start: from, end } as const
  if (side !== '') return /^[NS][EWO]$|^[EWO][NS]$/i.test(side + side2) ? found_ : undefined
  const before = textBefore(text, from)
  const isTold =
    all.includes('°') ||
    /lat|l[on]n?g/i.test(all) ||
    /(?:@|geo:|[?&](?:q|ll|sll|center|query|daddr)=)$/.test(before)
  if (isTold || labels.standsBefore(PLACE, from)) return found_
  if (
    /[\d)\]][,;|\t ]\s?$/.test(before) ||
    /^\s?[,;|\t]\s?[-+]?\d/.test(text.slice(end, end + 4)) ||
    /^ \d/.test(text.slice(end, end + 2))
  )
    return undefined
  if (first < 1 && second < 1) return undefined
  if (Math.abs(decimals.length - decimals2.length) > 1) return undefined
  // Without a label: a comma between, and degrees that nobody writes with four decimals for anything else.
  return /,/.test(all) &&
    (degrees.length > 1 || degrees2.length > 1 || sign !== '' || signed) &&
    decimals.length >= 5
    ? found_
    : undefined
}

function sexagesimalAt(text: string, start: number): Finding | undefined {
  const found = SEXAGESIMAL.exec(text.slice(start, start + MAX_LENGTH))
  if (found === null) return undefined
  const [all, degrees, minutes, decimals, seconds, , degrees2, minutes2, decimals2, seconds2] = found
  // Minutes alone are 1.9 km.
  const isNear =
    (seconds !== undefined || decimals !== undefined) && (seconds2 !== undefined || decimals2 !== undefined)
  if (!isNear || [minutes, minutes2, seconds, seconds2].some((part) => Number(part ?? 0) >= 60))
    return undefined
  if (Number(degrees) > 90 || Number(degrees2) > 180) return undefined
  return { type: 'coordinates', start, end: start + all.length }
}

/** Whether two numbers can be latitude and longitude, in either order. */
function isPair(first: number, second: number): boolean {
  return (first <= 90 && second <= 180) || (first <= 180 && second <= 90)
}

/** `-`, `+` and the minus of typesetters. */
function isSign(code: number): boolean {
  return code === 0x2d || code === 0x2b || code === 0x2212
}

/**
 * Time of a date as crawls write it, in milliseconds since 1970 UTC; `undefined` for what is none of these, which is never guessed:
 *
 * - ISO 8601: `2013` (1500 to 2999), `2013-05`, `2013-05-01`, `2013-W18`, `2013-05-01T10:20[:30[.5]][zone]`, also with a blank for the `T`, and without
 *   separators (`20130501`, `20130501102030`);
 * - RFC 2822 and 1123, RFC 850, and asctime: `Wed, 01 May 2013 10:20:30 GMT`, the day of the week and the time being optional;
 * - seconds (9 or 10 digits) and milliseconds (12 or 13) since 1970, as numbers or text.
 *
 * Without a zone it is UTC, on every machine; a year or month is its first moment.
 */
export function timeOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  return epochOf(text) ?? isoOf(text) ?? weekOf(text) ?? messageOf(text)
}

const ZONE = '(Z|UTC?|GMT|[ECMP][SD]T|[+-]\\d\\d(?::?\\d\\d)?)'
const ISO = new RegExp(
  `^(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?\\s?${ZONE}?)?)?)?$`,
  'i',
)
const BASIC = new RegExp(
  `^(\\d{4})(\\d\\d)(\\d\\d)(?:T?(\\d\\d)(\\d\\d)(\\d\\d)(?:[.,](\\d{1,9}))?${ZONE}?)?$`,
  'i',
)
const MESSAGE = new RegExp(
  `^(?:[a-z]{3,9},?\\s+)?(\\d{1,2})[\\s-]([a-z]{3,9})[\\s-](\\d{4}|\\d\\d)(?:\\s+(\\d\\d):(\\d\\d)(?::(\\d\\d))?(?:\\s+${ZONE})?)?(?:\\s*\\(.*\\))?$`,
  'i',
)
const ASCTIME = /^[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d\d):(\d\d):(\d\d)\s+(\d{4})$/i
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const NAMES =
  'january february march april may june july august september october november december sept'.split(' ')
const HOURS_WEST: Readonly<Record<string, number>> = { E: 5, C: 6, M: 7, P: 8 }
const DAY_MS = 86_400_000

function epochOf(text: string): number | undefined {
  if (/^\d{9,10}(?:\.\d+)?$/.test(text)) return Number(text) * 1000
  return /^\d{12,13}$/.test(text) ? Number(text) : undefined
}

function isoOf(text: string): number | undefined {
  const [, year, month = '1', day = '1', ...clock] = ISO.exec(text) ?? BASIC.exec(text) ?? []
  // Four digits alone are many things.
  if (year === undefined || (text.length === 4 && (year < '1500' || year > '2999'))) return undefined
  return moment(Number(year), Number(month), Number(day), clock)
}

/** The Monday of a week, or one of its days. */
function weekOf(text: string): number | undefined {
  const [, year, week, day = '1'] = /^(\d{4})-W(\d\d)(?:-([1-7]))?$/i.exec(text) ?? []
  if (year === undefined || Number(week) < 1 || Number(week) > 53) return undefined
  // 4 January lies in the first week.
  const fourth = utc(Number(year), 1, 4)
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS
  return monday + (7 * (Number(week) - 1) + Number(day) - 1) * DAY_MS
}

function messageOf(text: string): number | undefined {
  const [, day, name, year, ...clock] = MESSAGE.exec(text) ?? []
  if (day !== undefined) return moment(fullYear(year), monthOf(name), Number(day), fractionless(clock))
  const [, month, date, hour, minute, second, full] = ASCTIME.exec(text) ?? []
  if (month === undefined) return undefined
  return moment(Number(full), monthOf(month), Number(date), [hour, minute, second])
}

/** RFC 2822, 4.3: two digits below 50 are of this century. */
function fullYear(year = ''): number {
  const number = Number(year)
  return year.length > 2 ? number : number + (number < 50 ? 2000 : 1900)
}

function monthOf(name = ''): number {
  const small = name.toLowerCase()
  return MONTHS.includes(small) || NAMES.includes(small) ? MONTHS.indexOf(small.slice(0, 3)) + 1 : 0
}

type Clock = readonly (string | undefined)[]

function fractionless([hour, minute, second, zone]: Clock): Clock {
  return [hour, minute, second, undefined, zone]
}

/** `undefined` where a part is out of its range. */
function moment(
  year: number,
  month: number,
  day: number,
  [hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z']: Clock,
): number | undefined {
  const midnight = utc(year, month, day)
  const date = new Date(midnight)
  if (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day) return undefined
  const offset = minutesEast(zone.toUpperCase())
  // A leap second is the moment behind it; 24:00 is the next midnight.
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60 || offset === undefined)
    return undefined
  if (hour === '24' && Number(minute) + Number(second) + Number(fraction) > 0) return undefined
  const minutes = Number(hour) * 60 + Number(minute) - offset
  return midnight + minutes * 60_000 + Number(second) * 1000 + Math.trunc(Number(`0.${fraction}`) * 1000)
}

function utc(year: number, month: number, day: number): number {
  // `Date.UTC` takes years below 100 for others.
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

function minutesEast(zone: string): number | undefined {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  if (hours !== undefined) {
    if (Number(hours) > 23 || Number(minutes) > 59) return undefined
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  }
  const west = zone.length === 3 && zone.endsWith('T') ? HOURS_WEST[zone[0] ?? ''] : undefined
  return west === undefined ? 0 : 60 * ((zone[1] === 'D' ? 1 : 0) - west)
}

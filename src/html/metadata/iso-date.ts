import { monthOf } from './month-names.ts'
import { zoneOffset } from './time-zones.ts'

export interface DateContext {
  /** BCP 47. Decides what 03/04/2019 means, and the names of months that languages dispute. */
  readonly language?: string | undefined
  /** A number of ten or thirteen digits is seconds or milliseconds since 1970. */
  readonly isUnixTime?: boolean
}

/** Years that a page on the web can date itself with. The last is far off, because there is no clock here. */
const MIN_YEAR = 1600
const MAX_YEAR = 2040
/** How much of a value is looked at, in UTF-16 units. */
const MAX_LENGTH = 160

/**
 * The first date in a value, as `2019-11-18`, or as `2019-11-18T20:33:16+01:00` where a time and its zone
 * stand behind it.
 *
 * Reads ISO 8601, RFC 2822, the dates of Java and JavaScript, `20191118`, dates with the name of a month in some twenty
 * languages, `2019年11月18日`, and numbers as 18.11.2019. A time without a zone is left out, as are months without a day,
 * years of two digits, days that do not exist and years before 1600 or after 2040. 03/04/2019 is a date only where the
 * language says which of the two is the month. O(1): no more than 160 characters are read.
 */
export function isoDate(value: string, context: DateContext = {}): string | undefined {
  const text = asciiDigits(value.slice(0, MAX_LENGTH).trim())
  if (!/\d/.test(text)) return undefined
  return (
    (context.isUnixTime === true ? fromUnixTime(text) : undefined) ??
    fromYearFirst(text) ??
    fromDigitsAlone(text) ??
    fromMonthName(text, context.language) ??
    fromYearLast(text, context.language)
  )
}

/** Digits of Arabic, Persian and of full width have decimal values of their own; dates are written in them. */
function asciiDigits(text: string): string {
  if (!/[٠-٩۰-۹０-９]/.test(text)) return text
  return text.replace(/[٠-٩۰-۹０-９]/g, (digit) => String((digit.charCodeAt(0) & 0xf) % 10))
}

function fromUnixTime(text: string): string | undefined {
  if (!/^\d{10}(?:\d{3})?$/.test(text)) return undefined
  const date = new Date(text.length === 10 ? Number(text) * 1000 : Number(text))
  return date.getUTCFullYear() > MAX_YEAR ? undefined : `${date.toISOString().slice(0, 19)}Z`
}

const YEAR_FIRST =
  /(?<![\d.,/-])(\d{4})(?:\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})|\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]|\s(\d\d)\s(\d\d))(?!\d)/u

function fromYearFirst(text: string): string | undefined {
  const found = YEAR_FIRST.exec(text)
  if (found === null) return undefined
  const month = found[3] ?? found[5] ?? found[7]
  const day = found[4] ?? found[6] ?? found[8]
  return dated(found[1], month, day, text.slice(found.index + found[0].length))
}

/** `20191118`, `201911182033`, `20191118T203316Z`. */
function fromDigitsAlone(text: string): string | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d\d:?\d\d)?$/i.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second = '00', zone] = found
  const time = hour === undefined || zone === undefined ? '' : ` ${hour}:${minute}:${second}${zone}`
  return dated(year, month, day, time)
}

const DAY_BEFORE =
  /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|re|[.ºª°])?,?\s{0,3}[-/]?\s?(?:(?:de|del|di|of|da)\s)?\s?$/i
const YEAR_AFTER = /^\.?\s{0,3}[-/,]?\s{0,3}(?:(?:de|del|of)\s{1,3})?(\d{4})(?![\d:])/i
const DAY_AFTER = /^\.?\s{0,3}(\d{1,2})(?:st|nd|rd|th)?\s{0,3},?\s{0,3}(\d{4})(?![\d:])/i
const YEAR_BEFORE = /(?<!\d)(\d{4})[\s,./-]{1,3}$/
const LAST_DAY = /^\.?[\s,./-]{1,3}(\d{1,2})(?!\d)/
/** What C, Java and Ruby print: `Mon Aug 22 16:45:24 PDT 2022`. */
const YEAR_BEHIND_TIME =
  /^\s{1,2}(\d{1,2}),?\s(\d\d:\d\d:\d\d(?:\s[A-Z]{1,5})?(?:\s?[+-]\d{4})?)\s(\d{4})(?!\d)/

function fromMonthName(text: string, language: string | undefined): string | undefined {
  for (const { 0: word, index } of text.matchAll(/\p{L}[\p{L}\p{M}]{2,13}/gu)) {
    const month = monthOf(word, language)
    if (month === undefined) continue
    const before = text.slice(0, index)
    const after = text.slice(index + word.length)
    const date = aroundMonth(before, String(month), after)
    if (date !== undefined) return date
  }
  return undefined
}

function aroundMonth(before: string, month: string, after: string): string | undefined {
  const day = DAY_BEFORE.exec(before)
  const year = YEAR_AFTER.exec(after)
  if (day !== null && year !== null) return dated(year[1], month, day[1], after.slice(year[0].length))
  const both = DAY_AFTER.exec(after)
  if (both !== null) return dated(both[2], month, both[1], after.slice(both[0].length))
  const behind = YEAR_BEHIND_TIME.exec(after)
  if (behind !== null) return dated(behind[3], month, behind[1], ` ${behind[2]}`)
  const yearBefore = YEAR_BEFORE.exec(before)
  const last = LAST_DAY.exec(after)
  if (yearBefore === null || last === null) return undefined
  return dated(yearBefore[1], month, last[1], after.slice(last[0].length))
}

const YEAR_LAST = /(?<![\d.,/-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d|\.\d)/

function fromYearLast(text: string, language: string | undefined): string | undefined {
  const found = YEAR_LAST.exec(text)
  if (found === null) return undefined
  const [whole, first, sign, second, year] = found
  const rest = text.slice(found.index + whole.length)
  const dayFirst = dated(year, second, first, rest)
  const monthFirst = dated(year, first, second, rest)
  if (dayFirst === undefined || monthFirst === undefined || dayFirst === monthFirst) {
    return dayFirst ?? monthFirst
  }
  const isDayFirst = sign === '.' || hasDayFirst(language)
  return isDayFirst === undefined ? undefined : isDayFirst ? dayFirst : monthFirst
}

/** Languages whose readers write the year first, or both ways: they decide nothing about 03/04/2019. */
const UNDECIDED = /^(?:en|en-ca|es-us|es-pr|fr-ca|zh|ja|ko|hu|lt|mn|fa|tl|fil)$/

/** Whether 03/04/2019 is in April for who writes this language; `undefined` where both are usual. */
function hasDayFirst(language: string | undefined): boolean | undefined {
  const tag = language?.toLowerCase() ?? 'en'
  if (tag === 'en-us') return false
  if (UNDECIDED.test(tag) || /^(?:zh|ja|ko|hu|lt|mn|fa|tl|fil)-/.test(tag)) return undefined
  return true
}

const TIME =
  /^(?:[^\d+-]|[-–](?=\s)){0,14}(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?!\d)\s?(?:([ap])\.?m\b\.?)?(?:\s?uhr\b)?\s?((?:[a-z]{2,4}\s?)?[+\u2212-]\d\d?(?::?\d\d)?(?!\d)|[a-z]{1,4}\b)?/i

/** The date, if it exists, and the time at the front of what stands behind it, if that has a zone. */
function dated(
  yearText: string | undefined,
  monthText: string | undefined,
  dayText: string | undefined,
  behind: string,
): string | undefined {
  const year = Number(yearText)
  const month = Number(monthText)
  const day = Number(dayText)
  if (year < MIN_YEAR || year > MAX_YEAR || month < 1 || month > 12 || day < 1) return undefined
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined
  return `${year}-${pad(month)}-${pad(day)}${timeOf(behind)}`
}

function timeOf(behind: string): string {
  const found = behind === '' ? null : TIME.exec(behind)
  if (found === null) return ''
  const [, hourText, minute = '', second, half, zone] = found
  const offset = zone === undefined ? undefined : zoneOffset(zone)
  let hour = Number(hourText)
  if (half !== undefined && (hour < 1 || hour > 12)) return ''
  if (half !== undefined) hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  if (offset === undefined || hour > 23 || Number(minute) > 59 || Number(second ?? '0') > 59) return ''
  return `T${pad(hour)}:${minute}${second === undefined ? '' : `:${second}`}${offset}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

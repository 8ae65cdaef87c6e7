const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/**
 * A date, of which the time of day is midnight, as Python's `strftime` writes it in English: `%Y %y %m %d %e %j %B %b %A %a %H %M %S %%`. What else
 * follows a percent sign stays as it is.
 */
export function dateText(date: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const name = MONTHS[month] ?? ''
  const weekday = DAYS[date.getUTCDay()] ?? ''
  const texts: Readonly<Record<string, string>> = {
    Y: String(year),
    y: two(year % 100),
    m: two(month + 1),
    d: two(day),
    e: String(day).padStart(2, ' '),
    j: String((Date.UTC(year, month, day) - Date.UTC(year, 0, 0)) / 86_400_000).padStart(3, '0'),
    B: name,
    b: name.slice(0, 3),
    A: weekday,
    a: weekday.slice(0, 3),
    H: '00',
    M: '00',
    S: '00',
    '%': '%',
  }
  return format.replace(/%([a-zA-Z%])/g, (found, letter: string) => texts[letter] ?? found)
}

/**
 * Offsets of time zones by the short names that stand for one offset only: those of RFC 2822, section 4.3, and the ones of
 * Central Europe. `IST`, `BST` and their like name several and are not here.
 */
const OFFSETS: Readonly<Record<string, string>> = {
  Z: 'Z',
  UT: 'Z',
  UTC: 'Z',
  GMT: 'Z',
  EST: '-05:00',
  EDT: '-04:00',
  CST: '-06:00',
  CDT: '-05:00',
  MST: '-07:00',
  MDT: '-06:00',
  PST: '-08:00',
  PDT: '-07:00',
  CET: '+01:00',
  CEST: '+02:00',
  MEZ: '+01:00',
  MESZ: '+02:00',
}

/** The zone of an ISO 8601 time, `Z` or `+hh:mm`, from `Z`, `+0100`, `GMT-5`, `CET+0100` or `PDT`. */
export function zoneOffset(zone: string): string | undefined {
  const numeric = /([+\u2212-])(\d{1,2}):?(\d{2})?$/.exec(zone)
  if (numeric === null) return OFFSETS[zone.toUpperCase()]
  const hours = Number(numeric[2])
  const minutes = Number(numeric[3] ?? '0')
  if (hours > 14 || minutes > 59) return undefined
  if (hours === 0 && minutes === 0) return numeric[1] === '+' ? '+00:00' : 'Z'
  const sign = numeric[1] === '+' ? '+' : '-'
  return `${sign}${pad(hours)}:${pad(minutes)}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

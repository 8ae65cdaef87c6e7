/** A count with thousands separators: `37,621`. */
export function count(n: number): string {
  // The first format that is made costs 30 ms, which is as long as a small command takes.
  if (Number.isSafeInteger(n)) return String(n).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
  return n.toLocaleString('en', { maximumFractionDigits: 0 })
}

/** A count and what is counted: `1 file`, `2 files`. For nouns that take an s. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** A size in decimal units and three digits: `88.4 MB`. */
export function bytes(n: number): string {
  if (!Number.isFinite(n)) return '-'
  let value = Math.abs(n)
  let unit = 0
  // 999.5 would be shown as 1000, so the next unit starts there.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${n < 0 ? '-' : ''}${unit === 0 ? value.toFixed(0) : threeDigits(value)} ${UNITS[unit]}`
}

/** A count in words of scale: `21.3 M`; below 10,000 all of it. */
export function scaled(n: number): string {
  if (!Number.isFinite(n)) return '-'
  if (Math.abs(n) < 10_000) return count(n)
  const step =
    Math.abs(n) >= 999.5e9 ? 1e12 : Math.abs(n) >= 999.5e6 ? 1e9 : Math.abs(n) >= 999.5e3 ? 1e6 : 1e3
  const name = { [1e3]: 'k', [1e6]: 'M', [1e9]: 'G', [1e12]: 'T' }[step] ?? ''
  return `${threeDigits(n / step)} ${name}`
}

function threeDigits(value: number): string {
  const size = Math.abs(value)
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
}

/** A duration from seconds: `0.4 s`, `52 s`, `3 min 52 s`, `2 h 05 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '-'
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  const minutes = Math.round(seconds / 60)
  return `${count(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** A share from 0 to 1: `58 %`, `0.04 %`, and never `0 %` or `100 %` for what is not. */
export function percent(ratio: number): string {
  if (!Number.isFinite(ratio)) return '-'
  const value = ratio * 100
  if (value === 0 || Math.abs(value) >= 9.95) {
    const whole = value.toFixed(0)
    if (whole === '100' && ratio < 1) return '> 99 %'
    return `${whole} %`
  }
  if (Math.abs(value) < 0.01) return `${value < 0 ? '> -' : '< '}0.01 %`
  return `${value.toFixed(Math.abs(value) >= 0.995 ? 1 : 2)} %`
}

/** A measured value in at most four digits: `0.34`, `212`, `1,204`, `1.5e-7`. */
export function measured(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1e12 || (size > 0 && size < 1e-4)) return value.toExponential(2)
  if (Number.isInteger(value) || size >= 1000) return count(value)
  return String(Number(value.toPrecision(4)))
}

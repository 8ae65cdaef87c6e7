import { type Draw, grouped, LOWER, two, UPPER } from './draw.ts'

/** A made-up national id as it is written, and the word before it. */
export interface MadeId {
  readonly value: string
  readonly label: string
}

const sum = (digits: string, weights: string): number =>
  weights.split(' ').reduce((total, weight, index) => total + Number(weight) * Number(digits[index]), 0)

const luhnDigit = (body: string): number =>
  [...Array(10).keys()].find((digit) => {
    const all = [...body, String(digit)].map(Number).reverse()
    const doubled = all.map((each, place) => (place % 2 === 0 ? each : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][each]))
    return doubled.reduce<number>((total, each) => total + (each ?? 0), 0) % 10 === 0
  }) ?? 0

const date = (draw: Draw): { readonly day: string; readonly month: string; readonly year: string } => ({
  day: two(draw.between(1, 28)),
  month: two(draw.between(1, 12)),
  year: two(draw.int(100)),
})

/** Ways to make an id that its country could have given, with check digits by the rules as their authorities word them. */
export const MAKE_ID: Readonly<Record<string, (draw: Draw) => MadeId>> = {
  'US SSN': (draw) => {
    const area = draw.until(
      () => draw.digits(3),
      (value) => !['000', '666'].includes(value) && value < '900',
    )
    return {
      value: `${area}-${two(draw.between(1, 99))}-${String(draw.between(1, 9999)).padStart(4, '0')}`,
      label: 'SSN',
    }
  },
  'CA SIN': (draw) => {
    const body = draw.pick([...'1234567']) + draw.digits(7)
    return { value: grouped(body + luhnDigit(body), [3, 3, 3], draw.pick([' ', '-'])), label: 'SIN' }
  },
  'BR CPF': (draw) => {
    const body = draw.digits(9)
    const first = 11 - (sum(body, '10 9 8 7 6 5 4 3 2') % 11)
    const nine = `${body}${first > 9 ? 0 : first}`
    const second = 11 - (sum(nine, '11 10 9 8 7 6 5 4 3 2') % 11)
    const all = `${nine}${second > 9 ? 0 : second}`
    return { value: `${grouped(all.slice(0, 9), [3, 3, 3], '.')}-${all.slice(9)}`, label: 'CPF' }
  },
  'FR NIR': (draw) => {
    const born = date(draw)
    const body = `${draw.between(1, 2)}${born.year}${born.month}${two(draw.between(1, 95))}${String(draw.between(1, 990)).padStart(3, '0')}${String(draw.between(1, 999)).padStart(3, '0')}`
    const all = body + two(97 - Number(BigInt(body) % 97n))
    return { value: draw.pick([all, grouped(all, [1, 2, 2, 2, 3, 3, 2], ' ')]), label: 'NIR' }
  },
  'DE Steuer-ID': (draw) => {
    const places = [...'0123456789']
    const digits = draw.until(
      () => {
        const pool = places.filter((digit) => digit !== draw.pick(places))
        const chosen = [...pool].slice(0, 9)
        chosen.push(draw.pick(chosen))
        return chosen
          .map((each) => [draw.int(1e6), each] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, each]) => each)
          .join('')
      },
      (value) => !value.startsWith('0') && new Set(value).size === 9,
    )
    const check = [...Array(10).keys()].find((last) => {
      let product = 10
      for (const digit of digits) {
        const step = (Number(digit) + product) % 10 || 10
        product = (2 * step) % 11
      }
      return (11 - product) % 10 === last
    })
    return {
      value: draw.pick([grouped(`${digits}${check}`, [2, 3, 3, 3], ' '), `${digits}${check}`]),
      label: 'Steuer-ID',
    }
  },
  'NL BSN': (draw) => ({
    value: draw.until(
      () => draw.pick([...'12345']) + draw.digits(8),
      (value) => (sum(value, '9 8 7 6 5 4 3 2 -1') + 1100) % 11 === 0,
    ),
    label: 'BSN',
  }),
  'BE rijksregisternummer': (draw) => {
    const born = date(draw)
    const body = born.year + born.month + born.day + String(draw.between(1, 997)).padStart(3, '0')
    const check = two(97 - (Number(draw.int(2) === 0 ? body : `2${body}`) % 97))
    return {
      value: `${born.year}.${born.month}.${born.day}-${body.slice(6)}.${check}`,
      label: 'Rijksregisternummer',
    }
  },
  'PL PESEL': (draw) => {
    const born = date(draw)
    const body = born.year + two(Number(born.month) + draw.pick([0, 20])) + born.day + draw.digits(4)
    return { value: `${body}${(10 - (sum(body, '1 3 7 9 1 3 7 9 1 3') % 10)) % 10}`, label: 'PESEL' }
  },
  'SE personnummer': (draw) => {
    const born = date(draw)
    const body = born.year + born.month + born.day + draw.digits(3)
    const all = `${body}${luhnDigit(body)}`
    return { value: `${draw.pick(['', '19'])}${all.slice(0, 6)}-${all.slice(6)}`, label: 'Personnummer' }
  },
  'NO fødselsnummer': (draw) => {
    const value = draw.until(
      () => {
        const born = date(draw)
        const body = born.day + born.month + born.year + draw.digits(3)
        const first = (11 - (sum(body, '3 7 6 1 8 9 4 5 2') % 11)) % 11
        const second = (11 - (sum(`${body}${first}`, '5 4 3 2 7 6 5 4 3 2') % 11)) % 11
        return first > 9 || second > 9 ? '' : `${body}${first}${second}`
      },
      (made) => made !== '',
    )
    return { value: draw.pick([value, grouped(value, [6, 5], ' ')]), label: 'Fødselsnummer' }
  },
  'CZ rodné číslo': (draw) => {
    const value = draw.until(
      () => {
        const born = date(draw)
        return born.year + two(Number(born.month) + draw.pick([0, 50])) + born.day + draw.digits(4)
      },
      (made) => BigInt(made) % 11n === 0n,
    )
    return { value: grouped(value, [6, 4], '/'), label: 'Rodné číslo' }
  },
  'CH AHV': (draw) => {
    const body = `756${draw.digits(9)}`
    const check = (10 - (sum(body, '1 3 1 3 1 3 1 3 1 3 1 3') % 10)) % 10
    return { value: grouped(`${body}${check}`, [3, 4, 4, 2], '.'), label: 'AHV-Nr.' }
  },
  'GB NHS': (draw) => {
    const value = draw.until(
      () => {
        const body = draw.pick([...'4679']) + draw.digits(8)
        const check = 11 - (sum(body, '10 9 8 7 6 5 4 3 2') % 11)
        return check === 10 ? '' : `${body}${check === 11 ? 0 : check}`
      },
      (made) => made !== '',
    )
    return { value: grouped(value, [3, 3, 4], ' '), label: 'NHS number' }
  },
  'RO CNP': (draw) => {
    const born = date(draw)
    const body =
      draw.pick([...'1256']) + born.year + born.month + born.day + two(draw.between(1, 46)) + draw.digits(3)
    const rest = sum(body, '2 7 9 1 4 6 3 5 8 2 7 9') % 11
    return { value: `${body}${rest === 10 ? 1 : rest}`, label: 'CNP' }
  },
  'IN Aadhaar': (draw) => {
    // Verhoeff by its tables, written out.
    const multiply =
      '0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210'.split(
        ' ',
      )
    const permute =
      '0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258'.split(' ')
    const value = draw.until(
      () => draw.pick([...'23456789']) + draw.digits(11),
      (made) =>
        [...made]
          .reverse()
          .reduce(
            (check, digit, place) => Number(multiply[check]?.[Number(permute[place % 8]?.[Number(digit)])]),
            0,
          ) === 0,
    )
    return { value: grouped(value, [4, 4, 4], ' '), label: 'Aadhaar' }
  },
  'KR RRN': (draw) => {
    const born = date(draw)
    const body = born.year + born.month + born.day + draw.pick([...'1234']) + draw.digits(5)
    const check = (11 - (sum(body, '2 3 4 5 6 7 8 9 2 3 4 5') % 11)) % 10
    return { value: `${body.slice(0, 6)}-${body.slice(6)}${check}`, label: '주민등록번호' }
  },
  'TR kimlik': (draw) => {
    const body = draw.pick([...'123456789']) + draw.digits(8)
    const odd = sum(body, '1 0 1 0 1 0 1 0 1')
    const even = sum(body, '0 1 0 1 0 1 0 1 0')
    const tenth = (((odd * 7 - even) % 10) + 10) % 10
    return { value: `${body}${tenth}${(odd + even + tenth) % 10}`, label: 'TC Kimlik No' }
  },
  'ZA ID': (draw) => {
    const born = date(draw)
    const body = `${born.year}${born.month}${born.day}${draw.digits(4)}${draw.int(2)}8`
    return { value: `${body}${luhnDigit(body)}`, label: 'ID number' }
  },
  'CN 居民身份证': (draw) => {
    const born = date(draw)
    const body = `${draw.pick(['110101', '310104', '440305', '510107'])}19${born.year}${born.month}${born.day}${draw.digits(3)}`
    // ISO 7064 MOD 11-2: the number with its check is 1 modulo 11, as powers of two.
    const check = [...'0123456789X'].find((last) => {
      const values = [...body, last].map((each) => (each === 'X' ? 10 : Number(each)))
      return values.reduce((total, value, index) => total + value * 2 ** (17 - index), 0) % 11 === 1
    })
    return { value: `${body}${check}`, label: '身份证号' }
  },
  'ES DNI': (draw) => {
    const number = draw.digits(8)
    return { value: `${number}${'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23]}`, label: 'DNI' }
  },
  'ES NIE': (draw) => {
    const number = draw.digits(7)
    const first = draw.int(3)
    return {
      value: `${'XYZ'[first]}${number}${'TRWAGMYFPDXBNJZSQVHLCKE'[Number(`${first}${number}`) % 23]}`,
      label: 'NIE',
    }
  },
  'GB NINO': (draw) => ({
    value: `${draw.pick(['AB', 'JG', 'PK', 'SH', 'WE', 'YL'])}${draw.digits(6)}${draw.pick([...'ABCD'])}`,
    label: 'NI number',
  }),
  'IT codice fiscale': (draw) => {
    const body = `${draw.text('BCDFGLMNPRSTVZ', 6)}${two(draw.int(100))}${draw.pick([...'ABCDEHLMPRST'])}${two(draw.between(1, 28))}${draw.pick(['H501', 'F205', 'L219'])}`
    const odd: Readonly<Record<string, number>> = Object.fromEntries(
      [...'BAKPLCQDREVOSFTGUHMINJWZYX'].map((letter, value) => [letter, value]),
    )
    let total = 0
    for (const [index, character] of [...body].entries()) {
      const letter = /\d/.test(character) ? (UPPER[Number(character)] ?? '') : character
      total += index % 2 === 0 ? (odd[letter] ?? 0) : UPPER.indexOf(letter)
    }
    return { value: `${body}${UPPER[total % 26]}`, label: 'Codice fiscale' }
  },
  'FI HETU': (draw) => {
    const born = date(draw)
    const body = `${born.day}${born.month}${born.year}${String(draw.between(2, 899)).padStart(3, '0')}`
    const check = '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(body) % 31]
    return {
      value: `${body.slice(0, 6)}${draw.pick(['-', 'A'])}${body.slice(6)}${check}`,
      label: 'Henkilötunnus',
    }
  },
  'MX CURP': (draw) => {
    const born = date(draw)
    const body = `${draw.pick(['GOMC', 'HEGG', 'LORE', 'PAXM'])}${born.year}${born.month}${born.day}${draw.pick(['H', 'M'])}${draw.pick(['DF', 'JC', 'NL'])}${draw.text('BCDFGHJKLMNPQRST', 3)}${draw.pick([...'0', ...'A'])}`
    const alphabet = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
    const total = [...body].reduce((all, each, index) => all + alphabet.indexOf(each) * (18 - index), 0)
    return { value: `${body}${(10 - (total % 10)) % 10}`, label: 'CURP' }
  },
}

/** Numbers that look like an id and are none: a check digit is wrong, or the date is no date. */
export const ALMOST_ID: readonly ((draw: Draw) => string)[] = [
  (draw) =>
    `${draw.pick(['000', '666', '9' + draw.digits(2)])}-${two(draw.between(1, 99))}-${draw.digits(4)}`,
  (draw) => changedDigit(draw, MAKE_ID['BR CPF']?.(draw).value ?? ''),
  (draw) => changedDigit(draw, MAKE_ID['CH AHV']?.(draw).value ?? ''),
  (draw) => changedDigit(draw, MAKE_ID['SE personnummer']?.(draw).value ?? ''),
  (draw) => {
    const number = draw.digits(8)
    return `${number}${'TRWAGMYFPDXBNJZSQVHLCKE'[(Number(number) + 1) % 23]}`
  },
  (draw) => `${draw.text(UPPER, 2)}${draw.digits(6)}${draw.pick([...'EFGH'])}`,
  (draw) => `${draw.text(LOWER, 3)}-${draw.digits(8)}`,
  (draw) => draw.digits(11),
  (draw) => draw.digits(9),
]

/** A number with its last digit another; the checks of all of these see that. */
function changedDigit(draw: Draw, value: string): string {
  return value.slice(0, -1) + ((Number(value.at(-1)) + draw.between(1, 9)) % 10)
}

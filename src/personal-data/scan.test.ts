import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PERSONAL_DATA_TYPES } from './finding.ts'
import { masked } from './mask.ts'
import { personalDataScanner } from './scan.ts'

const scan = personalDataScanner()

/** What stands in a text, as `type: value`. */
const foundIn = (text: string): readonly string[] =>
  scan(text).map(({ type, start, end }) => `${type}: ${text.slice(start, end)}`)

describe('values that authorities and vendors publish as examples', () => {
  it.each([
    ['4111 1111 1111 1111', 'payment-card', 'Visa'],
    ['5555555555554444', 'payment-card', 'Mastercard'],
    ['3782 822463 10005', 'payment-card', 'American Express'],
    ['3056 930902 5904', 'payment-card', 'Diners Club'],
    ['6011-1111-1111-1117', 'payment-card', 'Discover'],
    ['GB82 WEST 1234 5698 7654 32', 'iban', 'ISO 13616'],
    ['DE89370400440532013000', 'iban', 'SWIFT'],
    ['FR14 2004 1010 0505 0001 3M02 606', 'iban', 'SWIFT'],
    ['NO93 8601 1117 947', 'iban', 'SWIFT'],
    ['MT84MALT011000012345MTLCAST001S', 'iban', 'SWIFT'],
    ['12345678Z', 'national-id', 'ES DNI'],
    ['X1234567L', 'national-id', 'ES NIE'],
    ['RSSMRA85T10A562S', 'national-id', 'IT codice fiscale'],
    ['131052-308T', 'national-id', 'FI henkilötunnus'],
    ['756.9217.0769.85', 'national-id', 'CH AHV'],
    ['2 55 08 14 168 025 38', 'national-id', 'FR NIR'],
    ['811228-9874', 'national-id', 'SE personnummer'],
    ['529.982.247-25', 'national-id', 'BR CPF'],
    ['11010519491231002X', 'national-id', 'CN resident id'],
    ['BOXW310820HNERXN09', 'national-id', 'MX CURP'],
    ['85.07.30-033.28', 'national-id', 'BE rijksregisternummer'],
    ['736028/5163', 'national-id', 'CZ rodné číslo'],
    ['+442079460958', 'phone', 'Ofcom, drama'],
    ['(212) 555-0123', 'phone', 'NANPA, fiction'],
    ['2606:2800:220:1:248:1893:25c8:1946', 'ip-address', 'IPv6'],
    ['93.184.216.34', 'ip-address', 'IPv4'],
    ['51.47789, -0.00147', 'coordinates', 'Greenwich'],
    [`48°51'29.6"N 2°17'40.2"E`, 'coordinates', 'a tower in Paris'],
  ])('%s is of the type %s (%s)', (value, type) => {
    for (const text of [
      value,
      `It is ${value}.`,
      `(${value})`,
      `a: ${value}; b`,
      `<b>${value}</b>`,
      `「${value}」`,
    ]) {
      expect(foundIn(text), text).toEqual([`${type}: ${value}`])
    }
  })

  it.each([
    ['PESEL 44051401458', '44051401458'],
    ['BSN: 111222333', '111222333'],
    ['NHS number 943 476 5919', '943 476 5919'],
    ['SIN 193-456-787', '193-456-787'],
    ['TC Kimlik No: 10000000146', '10000000146'],
    ['Aadhaar 2341 2341 2346', '2341 2341 2346'],
    ['ID number 8001015009087', '8001015009087'],
    ['Steuer-ID 86095742719', '86095742719'],
    ['TFN 123 456 782', '123 456 782'],
    ['身分證字號 A123456789', 'A123456789'],
  ])('%s names its number', (text, value) => {
    expect(foundIn(text)).toEqual([`national-id: ${value}`])
    expect(foundIn(`No. ${value}.`)).toEqual([])
  })

  it.each([
    ['4111 1111 1111 1112', 'a wrong check digit'],
    ['GB82 WEST 1234 5698 7654 33', 'wrong check digits'],
    ['12345678A', 'a wrong letter'],
    ['RSSMRA85T10A562T', 'a wrong letter'],
    ['131052-308U', 'a wrong letter'],
    ['529.982.247-26', 'a wrong check digit'],
    ['990230-9876', 'no day of a calendar'],
    ['192.168.0.12', 'private'],
    ['8.8.8.8', 'a resolver that manuals name'],
    ['2001:db8::ff00:42:8329', 'kept for documentation'],
    ['Chrome 114.0.5735.198', 'no octet'],
    ['v91.0.44.124', 'a version'],
    ['1.2.3.4.5.6', 'more than four numbers'],
    ['std::vector<face::cafe>', 'code'],
    ['12:34:56', 'a time'],
    ['jane@example.com', 'a domain for examples'],
    ['icon@2x.png', 'a file'],
    ['git@github.com:a/b.git', 'a remote'],
    ['left-pad@1.3.0', 'a package'],
    ['ISBN 978-3-16-148410-0', 'a book'],
    ['0-306-40615-2', 'a book'],
    ['2024-01-02 10:11', 'a date'],
    ['Order 415-555-2671', 'an order'],
    ['0.4111111111111111', 'a fraction'],
    ['d41d8cd98f00b204e9800998ecf8427e', 'a hash'],
    ['123e4567-e89b-12d3-a456-426614174000', 'a UUID'],
    ['0.8123, 0.7345', 'scores'],
    ['AKIAIOSFODNN7EXAMPLE', "a manual's stand-in"],
    ['Tel. 01507 529529 | Company No. 3676192', 'the second number', ['phone: 01507 529529']],
  ])('%s is nothing: %s', (text, _, found: readonly string[] = []) => {
    expect(foundIn(text)).toEqual(found)
  })
})

describe('private keys', () => {
  const body = Array.from({ length: 6 }, (_, line) => `MIIEpAIBAAKCAQEA${line}`.padEnd(64, 'x9Yz')).join('\n')

  it('are one finding from the first line to the last', () => {
    const block = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`
    expect(foundIn(`key:\n${block}\nend`)).toEqual([`secret-key: ${block}`])
  })

  it('are found where their end is cut off, and are not where they are only spoken of', () => {
    const cut = `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}`
    expect(foundIn(cut)).toEqual([`secret-key: ${cut}`])
    expect(foundIn('It begins with -----BEGIN RSA PRIVATE KEY----- and so on.')).toEqual([])
    expect(foundIn(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`)).toEqual([])
  })
})

describe('the scanner', () => {
  const pieces = fc.constantFrom(
    'jane@mail.org',
    '+44 20 7946 0958',
    '4111 1111 1111 1111',
    '93.184.216.34',
    'DE89370400440532013000',
    '811228-9874',
    '51.47789, -0.00147',
    ' ',
    '\n',
    ' and ',
    '1',
    '.',
    '-',
    '@',
    ':',
    'ghp_',
    'tel ',
    '٣',
    '😀',
    '\ud800',
  )
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''))

  it('gives places in order that do not overlap, inside the text', () => {
    fc.assert(
      fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), (text) => {
        let last = 0
        for (const { start, end } of scan(text)) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          last = end
        }
        expect(last).toBeLessThanOrEqual(text.length)
      }),
    )
  })

  it('finds nothing again in a text it masked', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let once = text
        // What a value had kept apart may be one behind it; two rounds are enough for any text of these pieces.
        for (let round = 0; round < 3; round++) once = masked(once, scan(once), '[{TYPE}]')
        expect(scan(once)).toEqual([])
      }),
    )
  })

  it('finds of the types asked for what it finds with all of them, where nothing overlaps', () => {
    const text =
      'jane@mail.org\n+44 20 7946 0958\n4111 1111 1111 1111\n93.184.216.34\n811228-9874\n51.47789, -0.00147'
    for (const type of PERSONAL_DATA_TYPES) {
      expect(personalDataScanner([type])(text)).toEqual(scan(text).filter((finding) => finding.type === type))
    }
  })
})

import type { PersonalDataType } from '../../src/personal-data/finding.ts'
import { ALPHANUMERIC, Draw, grouped, LOWER, two, UPPER } from './draw.ts'
import { ALMOST_ID, MAKE_ID } from './national-ids.ts'

/** A text with one value in it. */
export interface Case {
  readonly text: string
  /** What the value is; of a look-alike, what it looks like. */
  readonly type: PersonalDataType
  /** What sort of its type it is, for the table of what was missed. */
  readonly kind: string
  /** Where it stands. */
  readonly start: number
  readonly end: number
}

type Make = (draw: Draw) => { readonly value: string; readonly label?: string | undefined }

const FIRST =
  'anna jean.luc maria kofi li.wei ivan priya tom.baker sofia ahmed john_doe mia-lee o.neill j.r.r.t x42'.split(
    ' ',
  )
const HOSTS =
  'gmail.com web.de mail.ru posteo.net uni-bonn.de cam.ac.uk yahoo.co.jp acme-corp.io firma.com.br müller.de'.split(
    ' ',
  )
const number = (draw: Draw, length: number): string => draw.digits(length)
const northAmerican = (draw: Draw): readonly [string, string, string] => [
  `${draw.between(2, 9)}${draw.pick(['02', '12', '05', '47', '63'])}`,
  `${draw.between(2, 9)}${draw.pick(['02', '55', '34', '78'])}`,
  number(draw, 4),
]

const luhn = (digits: string): boolean =>
  [...digits]
    .reverse()
    .reduce(
      (total, digit, place) =>
        total + (place % 2 === 0 ? Number(digit) : ([0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)] ?? 0)),
      0,
    ) %
    10 ===
  0

function card(draw: Draw, isRight: boolean): string {
  const [start, length, form] = draw.pick([
    [draw.pick(['4', '4929', '4532']), 16, [4, 4, 4, 4]],
    [`5${draw.between(1, 5)}`, 16, [4, 4, 4, 4]],
    ['2221', 16, [4, 4, 4, 4]],
    [draw.pick(['34', '37']), 15, [4, 6, 5]],
    ['6011', 16, [4, 4, 4, 4]],
    ['3540', 16, [4, 4, 4, 4]],
    ['3012', 14, [4, 6, 4]],
    ['6221', 16, [4, 4, 4, 4]],
  ] as const)
  const digits = draw.until(
    () => start + number(draw, length - start.length),
    (value) => luhn(value) === isRight,
  )
  return draw.pick([digits, grouped(digits, form, ' '), grouped(digits, form, '-')])
}

const IBAN_FORMS =
  'DE99 18d,GB99 4u14d,FR99 10d11u2d,ES99 20d,IT99 1u22d,NL99 4u10d,PL99 24d,CH99 5d12u,BE99 12d,SE99 20d,AT99 16d,NO99 11d,TR99 22d,SA99 2d18u,BR99 23d2u'.split(
    ',',
  )

/** Modulo 97 over the number with letters as 10 to 35. */
const mod97 = (iban: string): bigint =>
  BigInt(
    [...iban.slice(4), ...iban.slice(0, 4)]
      .map((each) => (/\d/.test(each) ? each : String(each.charCodeAt(0) - 55)))
      .join(''),
  ) % 97n

function iban(draw: Draw, isRight: boolean): string {
  const [start = '', form = ''] = draw.pick(IBAN_FORMS).split(' ')
  const body = [...form.matchAll(/(\d+)([du])/g)]
    .map(([, count, kind]) => (kind === 'd' ? number(draw, Number(count)) : draw.text(UPPER, Number(count))))
    .join('')
  const zero = `${start.slice(0, 2)}00${body}`
  const check = 98 - Number(mod97(zero))
  const whole = `${start.slice(0, 2)}${two(isRight ? check : (check + draw.between(1, 90)) % 97)}${body}`
  return draw.int(2) === 0 ? whole : (whole.match(/.{1,4}/g) ?? []).join(' ')
}

const publicAddress = (draw: Draw): string =>
  draw.until(
    () => [draw.between(11, 223), draw.int(256), draw.int(256), draw.between(1, 254)].join('.'),
    (value) => !/^(?:100|127|169|172|192|198|203)\./.test(value),
  )

function ipv6(draw: Draw): string {
  const group = (): string => draw.between(1, 0xffff).toString(16)
  const first = draw.pick(['2a01', '2600', '2607', '2409', '2003', '2a00'])
  return draw.int(2) === 0
    ? [first, ...Array.from({ length: 7 }, group)].join(':')
    : `${[first, ...Array.from({ length: draw.between(1, 3) }, group)].join(':')}::${Array.from({ length: draw.between(1, 2) }, group).join(':')}`
}

const HEX = '0123456789abcdef'
const BASE64URL = `${ALPHANUMERIC}-_`
const withDigit = (draw: Draw, alphabet: string, length: number): string =>
  draw.until(
    () => draw.text(alphabet, length),
    (value) => /\d/.test(value),
  )

const KEYS: Readonly<Record<string, (draw: Draw) => string>> = {
  'AWS access key': (draw) => `AKIA${withDigit(draw, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`,
  'GitHub token': (draw) => `${draw.pick(['ghp', 'gho', 'ghs'])}_${withDigit(draw, ALPHANUMERIC, 36)}`,
  'GitHub fine-grained': (draw) =>
    `github_pat_${withDigit(draw, ALPHANUMERIC, 22)}_${draw.text(ALPHANUMERIC, 59)}`,
  'GitLab token': (draw) => `glpat-${withDigit(draw, BASE64URL.slice(0, -2), 20)}`,
  'Slack token': (draw) => `xoxb-${number(draw, 12)}-${number(draw, 12)}-${draw.text(ALPHANUMERIC, 24)}`,
  'Stripe key': (draw) => `sk_live_${withDigit(draw, ALPHANUMERIC, 24)}`,
  'Google key': (draw) => `AIza${withDigit(draw, ALPHANUMERIC, 35)}`,
  'OpenAI key': (draw) => `sk-proj-${withDigit(draw, ALPHANUMERIC, 48)}`,
  'Anthropic key': (draw) => `sk-ant-api03-${withDigit(draw, BASE64URL, 92)}A`,
  'Hugging Face token': (draw) =>
    `hf_${draw.until(
      () => draw.text(ALPHANUMERIC, 34),
      (value) => /\d/.test(value),
    )}`,
  'npm token': (draw) => `npm_${withDigit(draw, ALPHANUMERIC, 36)}`,
  'SendGrid key': (draw) => `SG.${draw.text(ALPHANUMERIC, 22)}.${draw.text(ALPHANUMERIC, 43)}`,
  'DigitalOcean token': (draw) => `dop_v1_${draw.text(HEX, 64)}`,
  'JSON Web Token': (draw) =>
    [
      { alg: 'HS256', typ: 'JWT' },
      { sub: number(draw, 10), name: draw.text(LOWER, 8) },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(draw.text(ALPHANUMERIC, 43))
      .join('.'),
  'PEM block': (draw) => {
    const kind = draw.pick(['RSA ', 'EC ', 'OPENSSH ', ''])
    const lines = Array.from({ length: draw.between(4, 20) }, () => draw.text(`${ALPHANUMERIC}+/`, 64))
    return `-----BEGIN ${kind}PRIVATE KEY-----\n${lines.join('\n')}\n-----END ${kind}PRIVATE KEY-----`
  },
  'AWS secret': (draw) => withDigit(draw, `${ALPHANUMERIC}+/`, 40),
  'Telegram token': (draw) =>
    `${draw.between(1, 9)}${number(draw, 8)}:AA${withDigit(draw, ALPHANUMERIC, 33)}`,
}

const decimal = (draw: Draw, most: number, decimals: number): string =>
  `${draw.int(2) === 0 ? '-' : ''}${draw.between(1, most - 1)}.${number(draw, decimals)}`

/** Makers of values of each type, by kind. */
const POSITIVES: Readonly<Record<PersonalDataType, Readonly<Record<string, Make>>>> = {
  email: {
    plain: (draw) => ({ value: `${draw.pick(FIRST)}@${draw.pick(HOSTS)}` }),
    tagged: (draw) => ({ value: `${draw.pick(FIRST)}+${draw.text(LOWER, 5)}@${draw.pick(HOSTS)}` }),
    numbered: (draw) => ({
      value: `${draw.text(LOWER, 6)}${number(draw, 3)}@${draw.text(LOWER, 7)}.${draw.pick(['com', 'org', 'fr', 'museum', 'online'])}`,
    }),
    deep: (draw) => ({ value: `${draw.pick(FIRST)}@${draw.text(LOWER, 4)}.dept.${draw.pick(HOSTS)}` }),
    unicode: (draw) => ({
      value: `${draw.pick(['josé', 'jürgen', 'анна', '用户'])}@${draw.pick(['почта.рф', 'müller.de', 'example-shop.fr'])}`,
    }),
  },
  phone: {
    'E.164': (draw) => {
      // Calling code and area, and how many digits follow in that country.
      const [start, rest] = draw.pick([
        ['1212', 0],
        ['4420', 8],
        ['4930', 7],
        ['336', 8],
        ['9198', 8],
        ['86138', 8],
        ['55119', 8],
        ['614', 8],
      ] as const)
      return { value: `+${start}${rest === 0 ? northAmerican(draw).slice(1).join('') : number(draw, rest)}` }
    },
    'E.164 spaced': (draw) => ({
      value: draw.pick([
        `+44 20 ${number(draw, 4)} ${number(draw, 4)}`,
        `+44 (0)20 ${number(draw, 4)} ${number(draw, 4)}`,
        `+49 30 ${number(draw, 6)}`,
        `+33 1 ${grouped(number(draw, 8), [2, 2, 2, 2], ' ')}`,
        `+91 ${number(draw, 5)} ${number(draw, 5)}`,
        `+86 138 ${number(draw, 4)} ${number(draw, 4)}`,
        `+55 (11) 9${number(draw, 4)}-${number(draw, 4)}`,
        `+1 (${northAmerican(draw)[0]}) ${northAmerican(draw)[1]}-${number(draw, 4)}`,
        `+1-${northAmerican(draw).join('-')}`,
        `+353 87 ${number(draw, 3)} ${number(draw, 4)}`,
      ]),
    }),
    'North American': (draw) => {
      const [area, exchange, line] = northAmerican(draw)
      return {
        value: draw.pick([
          `(${area}) ${exchange}-${line}`,
          `${area}-${exchange}-${line}`,
          `${area}.${exchange}.${line}`,
          `1-${area}-${exchange}-${line}`,
        ]),
      }
    },
    'trunk prefix': (draw) => ({
      value: draw.pick([
        `020 ${number(draw, 4)} ${number(draw, 4)}`,
        `07${number(draw, 3)} ${number(draw, 6)}`,
        `0${draw.between(1, 9)} ${grouped(number(draw, 8), [2, 2, 2, 2], ' ')}`,
        `0${draw.between(1, 9)}.${grouped(number(draw, 8), [2, 2, 2, 2], '.')}`,
        `030 ${number(draw, 7)}`,
        `0171/${number(draw, 7)}`,
        `03-${number(draw, 4)}-${number(draw, 4)}`,
        `(02) ${number(draw, 4)} ${number(draw, 4)}`,
        `0412 ${number(draw, 3)} ${number(draw, 3)}`,
        `(11) 9${number(draw, 4)}-${number(draw, 4)}`,
      ]),
    }),
    labelled: (draw) => ({
      value: draw.pick([
        draw.between(2, 9) + number(draw, 9),
        `${draw.between(2, 9)}${number(draw, 2)} ${number(draw, 3)} ${number(draw, 3)}`,
        `${draw.between(2, 9)}${number(draw, 3)} ${number(draw, 4)}`,
      ]),
      label: draw.pick([
        'Tel.',
        'Phone',
        'Mobile',
        'Fax',
        'Call us at',
        'Telefon',
        'Teléfono',
        'тел.',
        '電話',
        'WhatsApp',
      ]),
    }),
  },
  'ip-address': {
    v4: (draw) => ({ value: publicAddress(draw) }),
    'v4 labelled': (draw) => ({
      value: publicAddress(draw),
      label: draw.pick(['IP', 'IP address', 'Client', 'posted from']),
    }),
    v6: (draw) => ({ value: ipv6(draw) }),
  },
  'payment-card': {
    any: (draw) => ({
      value: card(draw, true),
      label: draw.pick([undefined, 'Card', 'Visa', 'Kreditkarte']),
    }),
  },
  iban: { any: (draw) => ({ value: iban(draw, true), label: draw.pick([undefined, 'IBAN']) }) },
  'national-id': MAKE_ID,
  'secret-key': Object.fromEntries(
    Object.entries(KEYS).map(([kind, make]) => [
      kind,
      (draw: Draw) => ({
        value: make(draw),
        label:
          kind === 'AWS secret'
            ? draw.pick(['aws_secret_access_key =', 'AWS_SECRET_ACCESS_KEY=', '"SecretAccessKey": "'])
            : undefined,
      }),
    ]),
  ),
  coordinates: {
    decimal: (draw) => ({ value: `${decimal(draw, 89, 6)}, ${decimal(draw, 179, 6)}` }),
    degrees: (draw) => ({
      value: `${draw.int(90)}.${number(draw, 5)}° ${draw.pick(['N', 'S'])}, ${draw.int(180)}.${number(draw, 5)}° ${draw.pick(['E', 'W'])}`,
    }),
    lettered: (draw) => ({
      value: `${draw.int(90)}.${number(draw, 4)}N, ${draw.int(180)}.${number(draw, 4)}W`,
    }),
    seconds: (draw) => ({
      value: `${draw.int(90)}°${two(draw.int(60))}'${two(draw.int(60))}.${draw.int(10)}"${draw.pick(['N', 'S'])} ${draw.int(180)}°${two(draw.int(60))}′${two(draw.int(60))}″${draw.pick(['E', 'W'])}`,
    }),
    labelled: (draw) => ({
      value: `${decimal(draw, 89, 4)}, ${decimal(draw, 179, 4)}`,
      label: draw.pick(['Coordinates', 'GPS', 'Location', 'geo']),
    }),
    json: (draw) => ({
      value: `${draw.int(90)}.${number(draw, 6)}, "lng": ${decimal(draw, 179, 6)}`,
      label: '{"lat"',
    }),
    map: (draw) => ({
      value: `${draw.int(90)}.${number(draw, 7)},${decimal(draw, 179, 7)}`,
      label: 'https://maps.test/place/@',
    }),
  },
}

const WORDS =
  'alpha build core data edge flow grid host index jar kernel lib mesh node order page queue rust stack table'.split(
    ' ',
  )
const isoDate = (draw: Draw): string =>
  `${draw.between(1950, 2030)}-${two(draw.between(1, 12))}-${two(draw.between(1, 28))}`

function isbn13(draw: Draw): string {
  const body = `978${number(draw, 9)}`
  const check =
    (10 -
      ([...body].reduce((all, digit, index) => all + Number(digit) * (index % 2 === 0 ? 1 : 3), 0) % 10)) %
    10
  return draw.pick([`${body}${check}`, `${grouped(body, [3, 1, 4, 4], '-')}-${check}`])
}

function isbn10(draw: Draw): string {
  const body = `0${number(draw, 8)}`
  const rest = [...body].reduce((all, digit, index) => all + Number(digit) * (10 - index), 0) % 11
  const check = (11 - rest) % 11
  return `${grouped(body, [1, 3, 5], '-')}-${check === 10 ? 'X' : check}`
}

/** Makers of what is taken for a type and is none, by kind. */
const LOOK_ALIKES: Readonly<Record<PersonalDataType, Readonly<Record<string, Make>>>> = {
  email: {
    'file name': (draw) => ({
      value: `${draw.pick(WORDS)}@${draw.between(2, 3)}x.${draw.pick(['png', 'jpg', 'webp'])}`,
    }),
    package: (draw) => ({
      value: `${draw.pick(WORDS)}@${draw.between(0, 20)}.${draw.int(30)}.${draw.int(30)}`,
    }),
    scoped: (draw) => ({ value: `@${draw.pick(WORDS)}/${draw.pick(WORDS)}` }),
    handle: (draw) => ({ value: `@${draw.text(LOWER, 8)}` }),
    'git remote': (draw) => ({
      value: `git@${draw.pick(['github.com', 'gitlab.com'])}:${draw.text(LOWER, 6)}/${draw.text(LOWER, 6)}.git`,
    }),
    reserved: (draw) => ({
      value: `${draw.pick(FIRST)}@${draw.pick(['example.com', 'mail.example.org', 'host.test', 'localhost.invalid'])}`,
    }),
    'URL user': (draw) => ({
      value: `https://${draw.text(LOWER, 5)}:${draw.text(LOWER, 8)}@${draw.text(LOWER, 6)}.com/`,
    }),
    price: (draw) => ({ value: `${draw.between(1, 99)} @ ${draw.between(1, 9)}.${two(draw.int(100))}` }),
    decorator: (draw) => ({ value: `@${draw.pick(WORDS)}.${draw.pick(WORDS)}` }),
    'message id': (draw) => ({
      value: `<${draw.text(ALPHANUMERIC, 20)}@mail.${draw.text(LOWER, 5)}.com>`,
      label: 'Message-ID',
    }),
  },
  phone: {
    date: (draw) => ({ value: isoDate(draw) }),
    'date and time': (draw) => ({
      value: `${isoDate(draw)} ${two(draw.int(24))}:${two(draw.int(60))}:${two(draw.int(60))}`,
    }),
    'German date': (draw) => ({
      value: `${two(draw.between(1, 28))}.${two(draw.between(1, 12))}.${draw.between(1950, 2030)} ${draw.between(10, 23)}`,
    }),
    'ISBN-13': (draw) => ({ value: isbn13(draw), label: draw.pick(['ISBN', undefined]) }),
    'ISBN-10': (draw) => ({ value: isbn10(draw), label: draw.pick(['ISBN', undefined]) }),
    'order number': (draw) => ({
      value: `${number(draw, 3)}-${number(draw, 3)}-${number(draw, 4)}`,
      label: draw.pick(['Order', 'Invoice', 'Ref', 'Part no']),
    }),
    'long number': (draw) => ({ value: draw.between(1, 9) + number(draw, draw.between(8, 12)) }),
    timestamp: (draw) => ({ value: `1${number(draw, 9)}` }),
    range: (draw) => ({ value: `${draw.between(1800, 2020)}-${draw.between(1800, 2020)}` }),
    'sum of money': (draw) => ({ value: `${draw.between(1, 999)} ${number(draw, 3)} ${number(draw, 3)}` }),
    'row of numbers': (draw) => ({ value: Array.from({ length: 8 }, () => number(draw, 3)).join(' ') }),
    difference: (draw) => ({ value: `+${draw.between(1, 99)}.${number(draw, 2)}%` }),
    'Amazon order': (draw) => ({ value: `${number(draw, 3)}-${number(draw, 7)}-${number(draw, 7)}` }),
    version: (draw) => ({ value: `0.${draw.between(1, 30)}.${draw.between(1, 30)}-${number(draw, 8)}` }),
  },
  'ip-address': {
    version: (draw) => ({ value: [draw.between(1, 31), draw.int(32), draw.int(32), draw.int(32)].join('.') }),
    'version, named': (draw) => ({
      value: [draw.between(1, 120), draw.int(30), draw.int(250), draw.int(250)].join('.'),
      label: draw.pick(['Version', 'v', 'release', 'firmware', 'driver version', 'build']),
    }),
    product: (draw) => ({
      value: `${draw.pick(WORDS)}/${draw.between(1, 120)}.0.${draw.between(100, 255)}.${draw.between(1, 250)}`,
    }),
    section: (draw) => ({
      value: [draw.between(1, 12), draw.between(1, 12), draw.between(1, 12), draw.between(1, 12)].join('.'),
      label: draw.pick(['Section', 'see']),
    }),
    private: (draw) => ({
      value: draw.pick([
        `192.168.${draw.int(256)}.${draw.int(256)}`,
        `10.${draw.int(256)}.${draw.int(256)}.${draw.int(256)}`,
        '127.0.0.1',
        '0.0.0.0',
        `203.0.113.${draw.int(256)}`,
      ]),
    }),
    OID: (draw) => ({ value: `1.3.6.1.4.1.${draw.int(9999)}.${draw.int(99)}` }),
    'no octet': (draw) => ({
      value: [draw.between(256, 999), draw.int(256), draw.int(256), draw.int(256)].join('.'),
    }),
    mask: () => ({ value: '255.255.255.0' }),
    'hardware address': (draw) => ({ value: Array.from({ length: 6 }, () => draw.text(HEX, 2)).join(':') }),
    time: (draw) => ({
      value: `${two(draw.int(24))}:${two(draw.int(60))}:${two(draw.int(60))}.${number(draw, 3)}`,
    }),
    'name of code': (draw) => ({
      value: `${draw.pick(WORDS)}::${draw.pick(['dead', 'face', 'cafe'])}::${draw.pick(WORDS)}`,
    }),
    documentation: (draw) => ({ value: `2001:db8::${draw.text(HEX, 4)}` }),
  },
  'payment-card': {
    'wrong check digit': (draw) => ({ value: card(draw, false) }),
    'no network': (draw) => ({ value: draw.pick([...'179']) + number(draw, 15) }),
    'drawn 16 digits': (draw) => ({ value: number(draw, 16) }),
    'order number': (draw) => ({ value: number(draw, 16), label: 'Order number' }),
    decimals: (draw) => ({ value: `0.${number(draw, 16)}` }),
    UUID: (draw) => ({ value: [8, 4, 4, 4, 12].map((length) => draw.text(HEX, length)).join('-') }),
    hash: (draw) => ({ value: draw.text(HEX, draw.pick([32, 40, 64])) }),
    milliseconds: (draw) => ({ value: `1${number(draw, 12)}` }),
    'row of years': (draw) => ({
      value: Array.from({ length: 6 }, () => draw.between(4000, 4999)).join(' '),
    }),
    IMEI: (draw) => ({ value: `35${number(draw, 13)}` }),
  },
  iban: {
    'wrong check digits': (draw) => ({ value: iban(draw, false) }),
    'no country': (draw) => ({ value: `${draw.pick(['XX', 'ZZ', 'QQ'])}${number(draw, 20)}` }),
    'part number': (draw) => ({
      value: `${draw.pick(['DE', 'GB', 'FR'])}${number(draw, draw.between(4, 12))}`,
    }),
    code: (draw) => ({ value: draw.text(`${UPPER}0123456789`, 22) }),
  },
  'national-id': Object.fromEntries(
    ALMOST_ID.map((make, index) => [`almost ${index + 1}`, (draw: Draw) => ({ value: make(draw) })]),
  ),
  'secret-key': {
    'stand-in': (draw) => ({
      value: draw.pick([
        'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
        'AKIAIOSFODNN7EXAMPLE',
        'sk_live_YOUR_SECRET_KEY_GOES_HERE',
        'sk-proj-your-key-here',
        'AIzaXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
      ]),
    }),
    'git hash': (draw) => ({ value: draw.text(HEX, 40) }),
    UUID: (draw) => ({ value: [8, 4, 4, 4, 12].map((length) => draw.text(HEX, length)).join('-') }),
    identifier: (draw) => ({
      value: `${draw.pick(['sk_', 'key-', 'hf_', 'SK', 'npm_'])}${Array.from({ length: 4 }, () => draw.pick(WORDS)).join('_')}`,
    }),
    'public key': (draw) => ({
      value: `-----BEGIN PUBLIC KEY-----\n${draw.text(ALPHANUMERIC, 64)}\n-----END PUBLIC KEY-----`,
    }),
    certificate: (draw) => ({
      value: `-----BEGIN CERTIFICATE-----\n${draw.text(ALPHANUMERIC, 64)}\n-----END CERTIFICATE-----`,
    }),
    mention: () => ({ value: 'a file that starts with "-----BEGIN RSA PRIVATE KEY-----" is a key' }),
    base64: (draw) => ({ value: `${draw.text(`${ALPHANUMERIC}+/`, 86)}==` }),
    'CSS class': (draw) => ({ value: `md-${draw.pick(WORDS)}-${draw.pick(WORDS)}-${draw.pick(WORDS)}` }),
  },
  coordinates: {
    scores: (draw) => ({ value: `0.${number(draw, 4)}, 0.${number(draw, 4)}` }),
    vector: (draw) => ({ value: `[${Array.from({ length: 5 }, () => decimal(draw, 9, 5)).join(', ')}]` }),
    coarse: (draw) => ({ value: `${decimal(draw, 89, 1)}, ${decimal(draw, 179, 1)}` }),
    prices: (draw) => ({
      value: `${draw.between(1, 89)}.${number(draw, 2)}, ${draw.between(1, 179)}.${number(draw, 2)}`,
    }),
    'out of range': (draw) => ({
      value: `${draw.between(181, 999)}.${number(draw, 5)}, ${draw.between(181, 999)}.${number(draw, 5)}`,
    }),
    version: (draw) => ({ value: `${draw.between(1, 20)}.${draw.int(20)}.${draw.int(20)}` }),
    temperature: (draw) => ({ value: `${draw.between(1, 40)}.${draw.int(10)}°C` }),
    minutes: (draw) => ({
      value: `${draw.between(1, 89)}°${two(draw.int(60))}′N ${draw.between(1, 179)}°${two(draw.int(60))}′E`,
    }),
    'table row': (draw) => ({
      value: Array.from({ length: 4 }, () => `${draw.between(1, 9)}.${number(draw, 4)}`).join('\t'),
    }),
  },
}

/** What stands around a value: prose, lists, markup, code, other scripts. `#` is the value. */
const FRAMES = [
  'Please reach out: # before Friday.',
  'He wrote # in the margin and left.',
  '(#)',
  '#',
  'The last line said "#".',
  '- #\n- the next item',
  '<td>#</td><td>none</td>',
  'value = "#"; // kept as it is',
  'Ответ: #, как обычно.',
  '値は「#」です。',
  '| name | # | yes |',
  'We saw #; nobody else did.',
  'Angaben: #. Danke!',
  'a\tb\t#\tc',
]

function makeCases(makers: typeof POSITIVES, perType: number, seed: number): readonly Case[] {
  const draw = new Draw(seed)
  return Object.entries(makers).flatMap(([type, kinds]) => {
    const names = Object.keys(kinds)
    return Array.from({ length: perType }, (_, index): Case => {
      const kind = names[index % names.length] ?? ''
      const { value, label } = (kinds[kind] as Make)(draw)
      const said =
        label === undefined ? '' : /[=@"]$/.test(label) ? label : `${label}${draw.pick([': ', ' '])}`
      const needsColon = kind === 'json' ? '{"lat": ' : said
      const [before = '', after = ''] = draw.pick(FRAMES).split('#')
      const start = before.length + needsColon.length
      return {
        text: `${before}${needsColon}${value}${after}`,
        type: type as PersonalDataType,
        kind,
        start,
        end: start + value.length,
      }
    })
  })
}

/** Values of every type, `perType` of each, that a scanner must find. */
export function positives(perType: number, seed = 1): readonly Case[] {
  return makeCases(POSITIVES, perType, seed)
}

/** As many values that are taken for a type and are none: versions, ISBNs, dates, hashes, order numbers. */
export function lookAlikes(perType: number, seed = 2): readonly Case[] {
  return makeCases(LOOK_ALIKES, perType, seed)
}

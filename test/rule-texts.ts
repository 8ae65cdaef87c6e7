/** Draws numbers from 0 (included) to 1 (not included): the same ones for a seed on every machine. */
export type Random = () => number

/** Mulberry32: small, and good enough to make texts. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1))
const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[between(random, 0, items.length - 1)] as Item
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index))

const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu zan ster lin gor mal'.split(
  ' ',
)
const STOP_WORDS = 'the be to of and that have with'.split(' ')
const ODD_WORDS = [
  "don't",
  'U.S.',
  'e.g.',
  'Mr.',
  'a.m.',
  'état',
  'naïve',
  '日本語',
  'word-word',
  '“quoted”',
  "it's",
  'can’t',
  '(so)',
  'x=y',
  '1,000',
  '3.14',
  'http://example.com/a.b?c=d',
  'me@example.com',
  '𝒳𝒴',
  '👍',
  '—',
  '$5',
  '10km',
  'and/or',
  "'em",
  'No.1',
  'end.Start',
  'a_b',
  '\u00a0',
  'Ĳssel',
  'ﬁne',
  'שלום',
  'สวัสดี',
] as const
const MARKS = ['.', '.', '.', '!', '?', '...', '…', '."', '?!', '.)', '”', ':', '。'] as const

function word(random: Random, syllables = between(random, 1, 3)): string {
  return times(syllables, () => pick(random, SYLLABLES)).join('')
}

/** A word of a length in letters. */
function letters(random: Random, length: number): string {
  return times(length, () => pick(random, [...'abcdefghijklmnopqrstuvwxyz'])).join('')
}

function words(random: Random, count: number): string[] {
  return times(count, () => (random() < 0.3 ? pick(random, STOP_WORDS) : word(random)))
}

/** Words with odd ones among them, capitals, and marks behind some. */
function mixed(random: Random, count: number): string[] {
  return times(count, (index) => {
    const plain =
      random() < 0.06 ? pick(random, ODD_WORDS) : random() < 0.3 ? pick(random, STOP_WORDS) : word(random)
    const cased = index % 9 === 0 ? plain.slice(0, 1).toUpperCase() + plain.slice(1) : plain
    return random() < 0.12 ? cased + pick(random, MARKS) : cased
  })
}

const join = (random: Random, parts: readonly string[]): string =>
  parts
    .map((part) => part + pick(random, [' ', ' ', ' ', ' ', ' ', ' ', ' ', '  ', '\n', '\t']))
    .join('')
    .trim()

const prose = (random: Random, count: number): string => join(random, mixed(random, count))

/** Puts `extra` words among others at places drawn at random. */
function strewn(random: Random, parts: readonly string[], extra: readonly string[]): string[] {
  const all = [...parts]
  for (const each of extra) all.splice(between(random, 0, all.length), 0, each)
  return all
}

/** About so much of a text, in characters, in `units` that each stand there twice or more. */
function withCopies(random: Random, share: number, length: number, copies: number): string[] {
  const rest = words(random, between(random, 120, 240))
  const characters = rest.join(' ').length
  let added = 0
  const parts = [...rest]
  while (added < (share * characters) / (1 - share)) {
    const unit = times(length, () => word(random, 3))
    for (let copy = 0; copy < copies; copy++)
      parts.splice(between(random, 0, parts.length), 0, unit.join(' '))
    added += unit.join(' ').length * Math.max(1, copies - 1)
  }
  return parts
}

/** One phrase so often that it is about such a share of the text. */
function withPhrase(random: Random, share: number, length: number): string[] {
  const rest = words(random, between(random, 80, 160))
  const phrase = times(length, () => word(random, between(random, 2, 3))).join(' ')
  const count = Math.max(2, Math.round((share * rest.join(' ').length) / ((1 - share) * phrase.length)))
  return strewn(
    random,
    rest,
    times(count, () => phrase),
  )
}

/** Lines of which a share are copies of others. */
function withCopiedLines(random: Random, count: number, copies: number, long: boolean): string[] {
  const own = times(count, () => words(random, between(random, 2, 9)).join(' '))
  const copied = words(random, long ? between(random, 8, 24) : 1).join(' ')
  return strewn(
    random,
    own,
    times(copies, () => (random() < 0.8 ? copied : pick(random, own))),
  )
}

function sentence(random: Random, count = between(random, 2, 9)): string {
  const text = mixed(random, count).join(' ')
  return text.slice(0, 1).toUpperCase() + text.slice(1) + pick(random, MARKS)
}

const ASIDES = [
  'We use cookies to make it better.',
  'Please enable JavaScript to go on.',
  'Read our Privacy Policy, please.',
  'Home',
  'Two words',
  'Terms of use apply here.',
  '[1] [2] [edit]',
  'See there [12] and here [citation needed].',
  'It was.[3]',
  '"So it was"',
  "'So it was'",
  'It goes on and on...',
  'It goes on and on…',
  '',
  '   ',
  '- a list of it',
] as const

function page(random: Random, lines: number): string {
  return times(lines, () => {
    if (random() < 0.3) return pick(random, ASIDES)
    if (random() < 0.02) return `a word of ${letters(random, pick(random, [999, 1000, 1001]))} and more.`
    return times(between(random, 1, 2), () => sentence(random)).join(pick(random, [' ', '  ', '']))
  }).join(pick(random, ['\n', '\n', '\n', '\n\n', '\r\n', '\u2028']))
}

/**
 * Makers of texts whose signal lies near a limit, on either side of it, by `RULE SET STEP/REASON`. Each gives the same
 * text for the same random numbers.
 */
export const MAKERS: Readonly<Record<string, (random: Random) => string>> = {
  'gopher-quality@datatrove-0.10/too-short': (random) => prose(random, between(random, 35, 68)),
  // The bracket ends the page for C4 at once, which would take long over it.
  'gopher-quality@datatrove-0.10/too-long': (random) =>
    `{ ${word(random)} ${word(random)} of it.\n${'word of it '.repeat(33_328)}${'on '.repeat(between(random, 0, 20))}`,
  'gopher-quality@datatrove-0.10/short-words': (random) =>
    join(
      random,
      times(between(random, 60, 120), () => letters(random, pick(random, [1, 2, 2, 3, 3, 4, 4, 5]))),
    ),
  'gopher-quality@datatrove-0.10/long-words': (random) =>
    join(
      random,
      times(between(random, 60, 120), () => letters(random, pick(random, [7, 8, 9, 10, 10, 11, 12, 13]))),
    ),
  'gopher-quality@datatrove-0.10/many-hashes': (random) => {
    const rest = words(random, between(random, 60, 120))
    const count = Math.round(rest.length * (0.07 + 0.08 * random()))
    return join(
      random,
      strewn(
        random,
        rest,
        times(count, () => pick(random, ['#', '#tag', 'a#b', '#'])),
      ),
    )
  },
  'gopher-quality@datatrove-0.10/many-ellipses': (random) => {
    const rest = words(random, between(random, 60, 120))
    const count = Math.round(rest.length * (0.07 + 0.08 * random()))
    return join(
      random,
      strewn(
        random,
        rest,
        times(count, () => pick(random, ['so...', '…', 'so….', '......', 'x....'])),
      ),
    )
  },
  'gopher-quality@datatrove-0.10/bullet-lines': (random) => {
    const count = between(random, 20, 50)
    const share = 0.84 + 0.13 * random()
    const lines = times(
      count,
      () => `${random() < share ? pick(random, ['• ', '- ', ' • ', '-']) : ''}${words(random, 4).join(' ')}`,
    )
    return lines.join(pick(random, ['\n', '\n', '\r\n', '\u2028']))
  },
  'gopher-quality@datatrove-0.10/ellipsis-lines': (random) => {
    const count = between(random, 12, 40)
    const share = 0.2 + 0.2 * random()
    const end = (): string =>
      random() < share ? pick(random, ['...', '…', '... ', '....']) : pick(random, ['.', '', ' .'])
    return times(count, () => `${words(random, 7).join(' ')}${end()}`).join(
      pick(random, ['\n', '\n', '\n\n', '\v']),
    )
  },
  'gopher-quality@datatrove-0.10/few-letter-words': (random) => {
    const share = 0.14 + 0.12 * random()
    return join(
      random,
      times(between(random, 60, 140), () =>
        random() < share ? pick(random, ['12345', '1,000.50', '½²³', '77-88']) : word(random, 2),
      ).concat('the', 'of'),
    )
  },
  'gopher-quality@datatrove-0.10/few-stop-words': (random) => {
    const rest = times(between(random, 55, 90), () => word(random, 2))
    return join(
      random,
      strewn(
        random,
        rest,
        times(between(random, 0, 3), () => pick(random, [...STOP_WORDS, 'The', 'OF', 'the,'])),
      ),
    )
  },
  'gopher-repetition@datatrove-0.10/empty': (random) =>
    random() < 0.5 ? '' : prose(random, between(random, 1, 30)),
  'gopher-repetition@datatrove-0.10/repeated-paragraphs': (random) =>
    withCopiedLines(random, between(random, 8, 24), between(random, 2, 12), false).join(
      pick(random, ['\n\n', '\n\n\n']),
    ),
  'gopher-repetition@datatrove-0.10/repeated-paragraph-characters': (random) =>
    withCopiedLines(random, between(random, 12, 24), between(random, 2, 5), true).join('\n\n'),
  'gopher-repetition@datatrove-0.10/repeated-lines': (random) =>
    withCopiedLines(random, between(random, 8, 24), between(random, 2, 12), false).join('\n') +
    pick(random, ['', '\n', '\n\n']),
  'gopher-repetition@datatrove-0.10/repeated-line-characters': (random) =>
    withCopiedLines(random, between(random, 12, 24), between(random, 2, 5), true).join('\n'),
  ...Object.fromEntries(
    (
      [
        [2, 0.2],
        [3, 0.18],
        [4, 0.16],
      ] as const
    ).map(([n, limit]) => [
      `gopher-repetition@datatrove-0.10/top-${n}-gram`,
      (random: Random) => withPhrase(random, limit - 0.05 + 0.1 * random(), n).join(' '),
    ]),
  ),
  ...Object.fromEntries(
    (
      [
        [5, 0.15],
        [6, 0.14],
        [7, 0.13],
        [8, 0.12],
        [9, 0.11],
        [10, 0.1],
      ] as const
    ).map(([n, limit]) => [
      `gopher-repetition@datatrove-0.10/repeated-${n}-grams`,
      (random: Random) => withCopies(random, limit - 0.05 + 0.1 * random(), n, 2).join(' '),
    ]),
  ),
  ...Object.fromEntries(
    ['c4-page@datatrove-0.10', 'c4-page@datatrove-0.10-nopunct'].flatMap((step) => [
      [`${step}/few-sentences`, (random: Random) => page(random, between(random, 2, 9))],
      [
        `${step}/lorem-ipsum`,
        (random: Random) => ending(random, ['lorem ipsum dolor', 'Lorem Ipsum', 'LOREM IPSUM it']),
      ],
      [`${step}/curly-bracket`, (random: Random) => ending(random, ['if {x} then', '{', 'a {b'])],
    ]),
  ),
  'fineweb@datatrove-0.10/empty': (random) =>
    random() < 0.5
      ? times(between(random, 0, 6), () => pick(random, [' ', '\n', '\t', '\u00a0', '\u3000'])).join('')
      : prose(random, between(random, 1, 9)),
  'fineweb@datatrove-0.10/few-punctuated-lines': (random) => {
    const share = 0.05 + 0.14 * random()
    const end = (): string =>
      random() < share
        ? pick(random, ['.', '!', '。', '؟', '𑁇', '."'])
        : pick(random, ['', ',', ' ', '. ', ':'])
    return times(between(random, 12, 50), () => words(random, 8).join(' ') + end()).join(
      pick(random, ['\n', '\n\n', '\r\n']),
    )
  },
  'fineweb@datatrove-0.10/short-lines': (random) => {
    const share = 0.55 + 0.22 * random()
    const line = (): string =>
      `${letters(random, 4)} `.repeat(random() < share ? 5 : 9) +
      pick(random, ['', '.', '1234', '12345', '123456', '𝒳'.repeat(5)])
    return times(between(random, 9, 40), () => `${line()}.`).join('\n')
  },
  'fineweb@datatrove-0.10/repeated-line-characters': (random) => {
    const lines = times(between(random, 8, 24), () => `${words(random, between(random, 6, 14)).join(' ')}.`)
    const copied = `${letters(random, between(random, 2, 24))}.`
    return strewn(
      random,
      lines,
      times(between(random, 1, 2), () => copied),
    ).join('\n')
  },
  'fineweb@datatrove-0.10/many-line-feeds': (random) => {
    const lines = times(
      between(random, 12, 40),
      () => `${times(between(random, 3, 5), () => letters(random, 11)).join(' ')}.`,
    )
    return lines.map((line) => line + pick(random, ['\n', '\n', '\n\n'])).join('')
  },
}

/** A page of enough sentences in which half of the time something stands that ends it. */
function ending(random: Random, marks: readonly string[]): string {
  const lines = page(random, between(random, 8, 16)).split('\n')
  const mark = random() < 0.6 ? pick(random, marks) : 'nothing of it'
  const other = random() < 0.1 ? pick(random, ['{', 'lorem ipsum']) : ''
  const line = `${sentence(random, 4)} ${mark} ${other}${pick(random, ['and so it goes.', 'x', '...', 'for javascript.', 'we use cookies.'])}`
  lines.splice(between(random, 0, lines.length), 0, line)
  return lines.join('\n')
}

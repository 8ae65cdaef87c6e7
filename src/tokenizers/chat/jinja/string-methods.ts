import { type Arguments, bound } from './arguments.ts'
import type { Value } from './engine.ts'
import { pythonText } from './python-text.ts'
import {
  integer,
  isInteger,
  isNone,
  isText,
  itemsOf,
  iterated,
  kindOf,
  list,
  numberOf,
  text,
  textOf,
  truth,
  tuple,
} from './values.ts'

/** What Python's `str.isspace` holds for space; JavaScript's `trim` takes others. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const ONE_SPACE = new RegExp(`[${SPACE}]`)
const NO_SPACES = new RegExp(`[^${SPACE}]+`, 'g')
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g

type Side = 'left' | 'right' | 'both'

/** Takes characters, by default white space, off the ends of a text. */
export function stripped(given: string, characters: Value | undefined, side: Side = 'both'): string {
  const byDefault = characters === undefined || isNone(characters)
  const units = byDefault ? given : [...given]
  const taken = byDefault ? undefined : new Set(stringOf(characters))
  // Step by step: an expression that looks for spaces at the end begins anew at each run of them.
  const goes = (unit = ''): boolean => (taken === undefined ? ONE_SPACE.test(unit) : taken.has(unit))
  let [from, to] = [0, units.length]
  if (side !== 'right') while (from < to && goes(units[from])) from++
  if (side !== 'left') while (to > from && goes(units[to - 1])) to--
  return typeof units === 'string' ? units.slice(from, to) : units.slice(from, to).join('')
}

/** Replaces a part wherever it stands, or at the first `count` places; a count below 0 is no limit. */
export function replaced(given: string, from: string, to: string, count: number): string {
  // Between characters, not between the halves of one.
  const parts = from === '' ? ['', ...given, ''] : given.split(from)
  const most = count < 0 ? parts.length : count
  return parts.map((part, at) => (at === 0 ? part : (at <= most ? to : from) + part)).join('')
}

function split(given: string, separator: Value | undefined, most: number, fromRight: boolean): string[] {
  const limit = most < 0 ? Number.POSITIVE_INFINITY : most
  if (separator === undefined || isNone(separator)) return splitAtSpaces(given, limit, fromRight)
  const by = stringOf(separator)
  if (by === '') throw new Error('split() by nothing')
  const parts = given.split(by)
  if (parts.length - 1 <= limit) return parts
  return fromRight
    ? [parts.slice(0, parts.length - limit).join(by), ...parts.slice(parts.length - limit)]
    : [...parts.slice(0, limit), parts.slice(limit).join(by)]
}

function splitAtSpaces(given: string, limit: number, fromRight: boolean): string[] {
  const found = [...given.matchAll(NO_SPACES)]
  const words = found.map(([word]) => word)
  if (words.length - 1 < limit) return words
  // What is not split keeps the spaces at its other end.
  if (!fromRight)
    return [...words.slice(0, limit), ...found.slice(limit, limit + 1).map(({ index }) => given.slice(index))]
  const whole = words.length - limit
  const head = found.slice(whole - 1, whole).map(({ 0: word, index }) => given.slice(0, index + word.length))
  return [...head, ...words.slice(whole)]
}

/** The lines of a text, as `str.splitlines` has them. */
export function lines(given: string, keepsEnds = false): string[] {
  const found: string[] = []
  let last = 0
  for (const { 0: end, index } of given.matchAll(LINE_END)) {
    found.push(given.slice(last, keepsEnds ? index + end.length : index))
    last = index + end.length
  }
  return last < given.length ? [...found, given.slice(last)] : found
}

/** A text's beginning or end is one of those that are given. */
function meets(given: string, one: Value | undefined, how: 'startsWith' | 'endsWith'): boolean {
  if (one?.type === 'TupleValue') return itemsOf(one).some((each) => given[how](stringOf(each)))
  return given[how](stringOf(one))
}

const BETWEEN_WORDS = new RegExp(`([-({[<${SPACE}]+)`)

/** As Jinja's filter `title`, whose words end elsewhere than those of the method. */
export function titledWords(given: string): string {
  return given
    .split(BETWEEN_WORDS)
    .map(([first = '', ...rest]) => first.toUpperCase() + rest.join('').toLowerCase())
    .join('')
}

/** As `str.title`: each run of letters. */
export function titled(given: string): string {
  return given.toLowerCase().replace(/\p{L}+/gu, (word) => capitalised(word))
}

export function capitalised(given: string): string {
  const [first = '', ...rest] = given
  // What becomes two letters, such as ß, has one capital.
  const [capital = '', ...more] = first.toUpperCase()
  return capital + [...more, ...rest].join('').toLowerCase()
}

function stringOf(value: Value | undefined): string {
  if (value !== undefined && isText(value)) return textOf(value)
  throw new Error(`expected a text, and got ${value === undefined ? 'nothing' : kindOf(value)}`)
}

function wholeOf(value: Value | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (isInteger(value)) return numberOf(value)
  throw new Error(`expected a whole number, and got ${kindOf(value)}`)
}

/** Number of the character at which a unit of a string stands. */
function placeOf(given: string, unit: number): number {
  return unit < 0 ? -1 : Array.from(given.slice(0, unit)).length
}

function filled(
  given: string,
  { positional, named }: Arguments,
  name: string,
  left: (room: number) => number,
) {
  const { width, fillchar } = bound(name, { positional, named }, ['width', 'fillchar'])
  const fill = fillchar === undefined ? ' ' : stringOf(fillchar)
  const room = Math.max(0, wholeOf(width, 0) - [...given].length)
  return text(fill.repeat(left(room)) + given + fill.repeat(room - left(room)))
}

function parted(given: string, by: string, at: number, whole: readonly [string, string, string]): Value {
  if (by === '') throw new Error('partition() by nothing')
  return tuple((at < 0 ? whole : [given.slice(0, at), by, given.slice(at + by.length)]).map(text))
}

const is = (given: string, expression: RegExp): Value => truth(expression.test(given))
const hasCase = (given: string): boolean => given.toLowerCase() !== given.toUpperCase()

type Method = (given: string, args: Arguments, name: string) => Value

const plain =
  (change: (given: string) => string): Method =>
  (given, args, name) => {
    bound(name, args, [])
    return text(change(given))
  }
const asked =
  (ask: (given: string) => Value): Method =>
  (given, args, name) => {
    bound(name, args, [])
    return ask(given)
  }
const strip =
  (side: Side): Method =>
  (given, args, name) =>
    text(stripped(given, bound(name, args, ['chars']).chars, side))
const splitting =
  (fromRight: boolean): Method =>
  (given, args, name) => {
    const { sep, maxsplit } = bound(name, args, ['sep', 'maxsplit'])
    return list(split(given, sep, wholeOf(maxsplit, -1), fromRight).map(text))
  }
const meeting =
  (how: 'startsWith' | 'endsWith'): Method =>
  (given, args, name) =>
    truth(meets(given, bound(name, args, ['prefix']).prefix, how))
const found =
  (how: 'indexOf' | 'lastIndexOf', must: boolean): Method =>
  (given, args, name) => {
    const at = placeOf(given, given[how](stringOf(bound(name, args, ['sub']).sub)))
    if (at < 0 && must) throw new Error(`${name}(): not found`)
    return integer(at)
  }

/** The methods of Python's `str` that templates use, with all their arguments. */
export const STRING_METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    strip: strip('both'),
    lstrip: strip('left'),
    rstrip: strip('right'),
    split: splitting(false),
    rsplit: splitting(true),
    splitlines: (given, args, name) => {
      const { keepends } = bound(name, args, ['keepends'])
      return list(lines(given, keepends?.value === true).map(text))
    },
    partition: (given, args, name) => {
      const by = stringOf(bound(name, args, ['sep']).sep)
      return parted(given, by, given.indexOf(by), [given, '', ''])
    },
    rpartition: (given, args, name) => {
      const by = stringOf(bound(name, args, ['sep']).sep)
      return parted(given, by, given.lastIndexOf(by), ['', '', given])
    },
    replace: (given, args, name) => {
      const { old, new: to, count } = bound(name, args, ['old', 'new', 'count'])
      return text(replaced(given, stringOf(old), stringOf(to), wholeOf(count, -1)))
    },
    startswith: meeting('startsWith'),
    endswith: meeting('endsWith'),
    removeprefix: (given, args, name) => {
      const prefix = stringOf(bound(name, args, ['prefix']).prefix)
      return text(given.startsWith(prefix) ? given.slice(prefix.length) : given)
    },
    removesuffix: (given, args, name) => {
      const suffix = stringOf(bound(name, args, ['suffix']).suffix)
      return text(suffix !== '' && given.endsWith(suffix) ? given.slice(0, -suffix.length) : given)
    },
    find: found('indexOf', false),
    rfind: found('lastIndexOf', false),
    index: found('indexOf', true),
    rindex: found('lastIndexOf', true),
    count: (given, args, name) => {
      const sub = stringOf(bound(name, args, ['sub']).sub)
      return integer(sub === '' ? [...given].length + 1 : given.split(sub).length - 1)
    },
    join: (given, args, name) => {
      const { iterable } = bound(name, args, ['iterable'])
      if (iterable === undefined) throw new Error('join() of nothing')
      return text(iterated(iterable).map(stringOf).join(given))
    },
    upper: plain((given) => given.toUpperCase()),
    lower: plain((given) => given.toLowerCase()),
    casefold: plain((given) => given.toLowerCase()),
    title: plain(titled),
    capitalize: plain(capitalised),
    zfill: (given, args, name) => {
      const room = Math.max(0, wholeOf(bound(name, args, ['width']).width, 0) - [...given].length)
      const sign = /^[-+]/.exec(given)?.[0] ?? ''
      return text(sign + '0'.repeat(room) + given.slice(sign.length))
    },
    ljust: (given, args, name) => filled(given, args, name, () => 0),
    rjust: (given, args, name) => filled(given, args, name, (room) => room),
    isspace: asked((given) => truth(given !== '' && stripped(given, undefined) === '')),
    isdigit: asked((given) => is(given, /^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u)),
    isnumeric: asked((given) => is(given, /^\p{N}+$/u)),
    isdecimal: asked((given) => is(given, /^\p{Nd}+$/u)),
    isalpha: asked((given) => is(given, /^\p{L}+$/u)),
    isalnum: asked((given) => is(given, /^[\p{L}\p{N}]+$/u)),
    isupper: asked((given) => truth(hasCase(given) && given === given.toUpperCase())),
    islower: asked((given) => truth(hasCase(given) && given === given.toLowerCase())),
    format: (given, { positional, named }) => {
      let next = 0
      const out = given.replace(/\{\{|\}\}|\{(\w*)\}|[{}]/g, (all, field: string | undefined) => {
        if (all === '{{' || all === '}}') return all.slice(1)
        if (field === undefined) throw new Error('format(): only {}, {0} and {name} are known here')
        const value = /^\d*$/.test(field)
          ? positional[field === '' ? next++ : Number(field)]
          : named.get(field)
        if (value === undefined) throw new Error(`format(): there is nothing for {${field}}`)
        return pythonText(value)
      })
      return text(out)
    },
  } satisfies Record<string, Method>),
)

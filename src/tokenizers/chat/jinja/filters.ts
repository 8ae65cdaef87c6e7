import { type Arguments, bound } from './arguments.ts'
import type { Value } from './engine.ts'
import { type JsonLayout, jsonText, pythonText } from './python-text.ts'
import { capitalised, lines, replaced, stripped, titledWords } from './string-methods.ts'
import { TESTS } from './tests.ts'
import {
  compared,
  entriesOf,
  equals,
  float,
  generated,
  integer,
  isFloat,
  isInteger,
  isList,
  isMapping,
  isMissing,
  isNone,
  isNumber,
  isText,
  isTrue,
  isTruth,
  itemsOf,
  iterated,
  kindOf,
  list,
  missing,
  none,
  numberOf,
  text,
  textOf,
  tuple,
} from './values.ts'

type Filter = (value: Value, args: Arguments, name: string) => Value

const NOTHING: Arguments = { positional: [], named: new Map() }

/** An item or attribute by a path such as `function.name`; `undefined` value where there is none. */
function attribute(value: Value, path: Value): Value {
  const names = isInteger(path) ? [String(numberOf(path))] : textIn(path).split('.')
  let found = value
  for (const name of names) {
    if (isMapping(found)) found = entriesOf(found).get(name) ?? missing()
    else if (isList(found) && /^\d+$/.test(name)) found = itemsOf(found)[Number(name)] ?? missing()
    else if (isMissing(found)) throw new Error(`an undefined value has no ${name}`)
    else return missing()
  }
  return found
}

function textIn(value: Value | undefined): string {
  if (value !== undefined && isText(value)) return textOf(value)
  throw new Error(`expected a text, and got ${value === undefined ? 'nothing' : kindOf(value)}`)
}

function wholeIn(value: Value | undefined, otherwise: number): number {
  if (value === undefined || isNone(value)) return otherwise
  if (isInteger(value)) return numberOf(value)
  throw new Error(`expected a whole number, and got ${kindOf(value)}`)
}

/** Texts by their lower case, where case is not to count. */
const folded = (value: Value, caseCounts: Value | undefined): Value =>
  isText(value) && !(caseCounts !== undefined && isTrue(caseCounts))
    ? text(textOf(value).toLowerCase())
    : value

const ofText =
  (change: (given: string) => string): Filter =>
  (value, args, name) => {
    bound(name, args, [])
    return text(change(pythonText(value)))
  }

function lengthOf(value: Value): Value {
  if (isText(value)) return integer([...textOf(value)].length)
  if (isMapping(value)) return integer(entriesOf(value).size)
  if (isList(value)) return integer(itemsOf(value).length)
  if (isMissing(value)) return integer(0)
  throw new Error(`${kindOf(value)} has no length`)
}

/** `select` and its like: with the name of a test and what it takes, or by truth. */
function passes([test, ...rest]: readonly Value[]): (value: Value) => boolean {
  if (test === undefined) return isTrue
  const found = TESTS.get(textIn(test))
  if (found === undefined) throw new Error(`there is no test ${textIn(test)}`)
  return (value) => found(value, rest)
}

const selecting =
  (keeps: boolean, byAttribute: boolean): Filter =>
  (value, { positional, named }, name) => {
    if (named.size > 0) throw new Error(`${name} has no argument ${[...named.keys()].join(', ')}`)
    const [path, ...rest] = positional
    if (byAttribute && path === undefined) throw new Error(`${name} of which attribute?`)
    const test = passes(byAttribute ? rest : positional)
    const of = (each: Value): Value => (byAttribute && path !== undefined ? attribute(each, path) : each)
    return generated(iterated(value).filter((each) => test(of(each)) === keeps))
  }

const default_: Filter = (value, args, name) => {
  const { default_value: other, boolean } = bound(name, args, ['default_value', 'boolean'])
  const gives = isMissing(value) || (boolean !== undefined && isTrue(boolean) && !isTrue(value))
  return gives ? (other ?? text('')) : value
}

const extreme =
  (sign: 1 | -1): Filter =>
  (value, args, name) => {
    const { case_sensitive: cases, attribute: path } = bound(name, args, ['case_sensitive', 'attribute'])
    const of = (each: Value): Value => folded(path === undefined ? each : attribute(each, path), cases)
    const all = iterated(value)
    return all
      .slice(1)
      .reduce((best, each) => (sign * compared(of(each), of(best)) > 0 ? each : best), all[0] ?? missing())
  }

const length: Filter = (value, args, name) => {
  bound(name, args, [])
  return lengthOf(value)
}

const escape = ofText((given) =>
  given
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&#39;')
    .replaceAll('"', '&#34;'),
)

/** Those of Jinja's filters that templates of conversations use; `tojson` is that of transformers. */
export const FILTERS: ReadonlyMap<string, Filter> = new Map(
  Object.entries({
    trim: (value, args, name) => text(stripped(pythonText(value), bound(name, args, ['chars']).chars)),
    upper: ofText((given) => given.toUpperCase()),
    lower: ofText((given) => given.toLowerCase()),
    capitalize: ofText(capitalised),
    title: ofText(titledWords),
    string: ofText((given) => given),
    escape,
    e: escape,
    safe: (value) => value,
    length,
    count: length,
    wordcount: (value) => integer(pythonText(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
    replace: (value, args, name) => {
      const { old, new: to, count } = bound(name, args, ['old', 'new', 'count'])
      return text(replaced(pythonText(value), textIn(old), textIn(to), wholeIn(count, -1)))
    },
    indent: (value, args, name) => {
      const { width, first, blank } = bound(name, args, ['width', 'first', 'blank'])
      const by =
        width !== undefined && isText(width) ? textOf(width) : ' '.repeat(Math.max(0, wholeIn(width, 4)))
      const is = (flag: Value | undefined): boolean => flag !== undefined && isTrue(flag)
      return text(
        lines(`${pythonText(value)}\n`)
          .map((line, at) => ((at === 0 ? is(first) : is(blank) || line !== '') ? by + line : line))
          .join('\n'),
      )
    },
    tojson: (value, args, name) => {
      const given = bound(name, args, ['ensure_ascii', 'indent', 'separators', 'sort_keys'])
      return text(jsonText(value, layoutOf(given)))
    },
    default: default_,
    d: default_,
    int: (value, args, name) => {
      const { default: other } = bound(name, args, ['default', 'base'])
      if (isNumber(value)) return integer(Math.trunc(numberOf(value)))
      const digits = isText(value) ? /^\s*([-+]?\d+)(?:\.\d*)?\s*$/.exec(textOf(value))?.[1] : undefined
      return digits === undefined ? (other ?? integer(0)) : integer(Number(digits))
    },
    float: (value, args, name) => {
      const { default: other } = bound(name, args, ['default'])
      if (isNumber(value)) return float(numberOf(value))
      const isDecimal = isText(value) && /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(textOf(value))
      return isDecimal ? float(Number(textOf(value))) : (other ?? float(0))
    },
    abs: (value) => (isFloat(value) ? float : integer)(Math.abs(numberIn(value))),
    round: (value, args, name) => {
      const { precision, method } = bound(name, args, ['precision', 'method'])
      if (method !== undefined && textIn(method) !== 'common')
        throw new Error('round: only common is known here')
      return float(roundedHalfEven(numberIn(value), wholeIn(precision, 0)))
    },
    list: (value) => list(iterated(value)),
    first: (value) => iterated(value)[0] ?? missing(),
    last: (value) => iterated(value).at(-1) ?? missing(),
    reverse: (value) =>
      isText(value) ? text([...textOf(value)].reverse().join('')) : generated([...iterated(value)].reverse()),
    join: (value, args, name) => {
      const { d, attribute: path } = bound(name, args, ['d', 'attribute'])
      const parts = iterated(value).map((each) =>
        pythonText(path === undefined ? each : attribute(each, path)),
      )
      return text(parts.join(d === undefined ? '' : pythonText(d)))
    },
    sum: (value, args, name) => {
      const { attribute: path, start } = bound(name, args, ['attribute', 'start'])
      const all = [
        start ?? integer(0),
        ...iterated(value).map((each) => (path === undefined ? each : attribute(each, path))),
      ]
      return (all.some(isFloat) ? float : integer)(all.reduce((total, each) => total + numberIn(each), 0))
    },
    min: extreme(-1),
    max: extreme(1),
    sort: (value, args, name) => {
      const {
        reverse,
        case_sensitive: cases,
        attribute: path,
      } = bound(name, args, ['reverse', 'case_sensitive', 'attribute'])
      const paths =
        path === undefined || isNone(path) ? [] : isText(path) ? textOf(path).split(',').map(text) : [path]
      const keyOf = (each: Value): Value =>
        paths.length === 0
          ? folded(each, cases)
          : list(paths.map((one) => folded(attribute(each, one), cases)))
      const sign = reverse !== undefined && isTrue(reverse) ? -1 : 1
      return list([...iterated(value)].sort((a, b) => sign * compared(keyOf(a), keyOf(b))))
    },
    unique: (value, args, name) => {
      const { case_sensitive: cases, attribute: path } = bound(name, args, ['case_sensitive', 'attribute'])
      const seen: Value[] = []
      return generated(
        iterated(value).filter((each) => {
          const key = folded(path === undefined ? each : attribute(each, path), cases)
          if (seen.some((other) => equals(other, key))) return false
          seen.push(key)
          return true
        }),
      )
    },
    items: (value) => {
      if (isMissing(value)) return generated([])
      if (!isMapping(value)) throw new Error(`items of ${kindOf(value)}`)
      return generated([...entriesOf(value)].map(([key, each]) => tuple([text(key), each])))
    },
    dictsort: (value, args, name) => {
      const { case_sensitive: cases, by, reverse } = bound(name, args, ['case_sensitive', 'by', 'reverse'])
      if (!isMapping(value)) throw new Error(`dictsort of ${kindOf(value)}`)
      const part = by === undefined || textIn(by) === 'key' ? 0 : 1
      const pairs = [...entriesOf(value)].map(([key, each]) => [text(key), each] as const)
      const sign = reverse !== undefined && isTrue(reverse) ? -1 : 1
      pairs.sort((a, b) => sign * compared(folded(a[part], cases), folded(b[part], cases)))
      return list(pairs.map((pair) => tuple(pair)))
    },
    map: (value, { positional, named }, name) => {
      const path = named.get('attribute')
      if (path !== undefined) {
        const { default: other } = bound(name, { positional, named }, ['attribute', 'default'])
        return generated(
          iterated(value).map((each) => {
            const found = attribute(each, path)
            return isMissing(found) ? (other ?? found) : found
          }),
        )
      }
      const [filter, ...rest] = positional
      const apply = filterNamed(textIn(filter))
      return generated(
        iterated(value).map((each) => apply(each, { positional: rest, named }, textIn(filter))),
      )
    },
    select: selecting(true, false),
    reject: selecting(false, false),
    selectattr: selecting(true, true),
    rejectattr: selecting(false, true),
    attr: (value, args, name) => attribute(value, bound(name, args, ['name']).name ?? none()),
  } satisfies Record<string, Filter>),
)

/** @throws Error where there is none of that name. */
export function filterNamed(name: string): Filter {
  const found = FILTERS.get(name)
  if (found === undefined) throw new Error(`there is no filter ${name} here`)
  return TAKES_NONE.has(name)
    ? (value, args) => {
        bound(name, args, [])
        return found(value, NOTHING, name)
      }
    : found
}

const TAKES_NONE: ReadonlySet<string> = new Set([
  'safe',
  'wordcount',
  'abs',
  'list',
  'first',
  'last',
  'reverse',
  'items',
])

function numberIn(value: Value): number {
  if (isNumber(value)) return numberOf(value)
  throw new Error(`expected a number, and got ${kindOf(value)}`)
}

function roundedHalfEven(value: number, precision: number): number {
  const factor = 10 ** precision
  const scaled = value * factor
  const down = Math.floor(scaled)
  const rest = scaled - down
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0)
  return (down + (up ? 1 : 0)) / factor
}

function layoutOf(
  given: Partial<Record<'ensure_ascii' | 'indent' | 'separators' | 'sort_keys', Value>>,
): JsonLayout {
  const { ensure_ascii: ascii, indent, separators, sort_keys: sorted } = given
  const by =
    indent === undefined || isNone(indent)
      ? undefined
      : isText(indent)
        ? textOf(indent)
        : ' '.repeat(Math.max(0, wholeIn(isTruth(indent) ? integer(numberOf(indent)) : indent, 0)))
  const [item, key] = separators === undefined || isNone(separators) ? [] : iterated(separators).map(textIn)
  return {
    ensureAscii: ascii !== undefined && isTrue(ascii),
    indent: by,
    separators: [item ?? (by === undefined ? ', ' : ','), key ?? ': '],
    sortKeys: sorted !== undefined && isTrue(sorted),
  }
}

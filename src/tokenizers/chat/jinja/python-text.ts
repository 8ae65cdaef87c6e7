import type { Value } from './engine.ts'
import {
  comparedTexts,
  entriesOf,
  isFloat,
  isInteger,
  isList,
  isMapping,
  isMissing,
  isNone,
  isText,
  isTruth,
  itemsOf,
  kindOf,
  numberOf,
  textOf,
} from './values.ts'

/** Python's `str()`: what a template writes. @throws Error for a function. */
export function pythonText(value: Value): string {
  if (isText(value)) return textOf(value)
  return isMissing(value) ? '' : written(value)
}

/** Python's `repr()`. */
function written(value: Value): string {
  if (isText(value)) return quoted(textOf(value))
  if (isTruth(value)) return value.value === true ? 'True' : 'False'
  if (isInteger(value)) return wholeText(numberOf(value))
  if (isFloat(value)) return floatText(numberOf(value))
  if (isNone(value)) return 'None'
  if (isMissing(value)) return 'Undefined'
  if (isMapping(value))
    return `{${[...entriesOf(value)].map(([key, each]) => `${quoted(key)}: ${written(each)}`).join(', ')}}`
  if (isList(value)) {
    const inner = itemsOf(value).map(written)
    if (value.type === 'TupleValue') return inner.length === 1 ? `(${inner[0]},)` : `(${inner.join(', ')})`
    return `[${inner.join(', ')}]`
  }
  throw new Error(`${kindOf(value)} cannot be written`)
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text as Python shows it. Characters of private use and those of no text at all, which may be marks of ours, stay as they are. */
function quoted(given: string): string {
  const quote = given.includes("'") && !given.includes('"') ? '"' : "'"
  const inner = given.replace(/\\|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (found) => {
    const escape = ESCAPES[found]
    if (escape !== undefined) return escape
    const code = found.codePointAt(0) ?? 0
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
    return code <= 0xffff
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`
  })
  return quote + (quote === "'" ? inner.replaceAll("'", "\\'") : inner) + quote
}

/** Whole numbers have no exponent, however large. */
function wholeText(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value)
}

/** Python's `repr()` of a float: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e16))
    return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2')
  const plain = value.toString()
  return /[.]/.test(plain) ? plain : `${plain}.0`
}

export interface JsonLayout {
  readonly ensureAscii: boolean
  /** What each level is set in by; `undefined` = all on one line. */
  readonly indent: string | undefined
  readonly separators: readonly [item: string, key: string]
  readonly sortKeys: boolean
}

/** Python's `json.dumps`. @throws Error for what JSON has no place for. */
export function jsonText(value: Value, layout: JsonLayout, depth = 0): string {
  if (isText(value)) return jsonString(textOf(value), layout)
  if (isTruth(value)) return String(value.value)
  if (isInteger(value)) return wholeText(numberOf(value))
  if (isFloat(value)) return floatText(numberOf(value))
  if (isNone(value)) return 'null'
  const { indent, separators, sortKeys } = layout
  const within = (parts: readonly string[], [open, close]: readonly [string, string]): string => {
    if (parts.length === 0) return open + close
    if (indent === undefined) return open + parts.join(separators[0]) + close
    const line = `\n${indent.repeat(depth)}`
    return `${open}${line}${indent}${parts.join(`${separators[0]}${line}${indent}`)}${line}${close}`
  }
  if (isMapping(value)) {
    const entries = [...entriesOf(value)]
    if (sortKeys) entries.sort(([a], [b]) => comparedTexts(a, b))
    const parts = entries.map(
      ([key, each]) => jsonString(key, layout) + separators[1] + jsonText(each, layout, depth + 1),
    )
    return within(parts, ['{', '}'])
  }
  if (isList(value)) {
    const parts = itemsOf(value).map((each) => jsonText(each, layout, depth + 1))
    return within(parts, ['[', ']'])
  }
  throw new Error(`${kindOf(value)} is not JSON`)
}

function jsonString(given: string, { ensureAscii }: JsonLayout): string {
  const json = JSON.stringify(given)
  if (!ensureAscii) return json
  return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

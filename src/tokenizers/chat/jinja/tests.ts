import type { Value } from './engine.ts'
import {
  compared,
  entriesOf,
  equals,
  isFloat,
  isInteger,
  isList,
  isMapping,
  isMissing,
  isNone,
  isNumber,
  isText,
  isTruth,
  itemsOf,
  kindOf,
  numberOf,
  textOf,
} from './values.ts'

type Test = (value: Value, args: readonly Value[]) => boolean

/** Python's `in`. @throws Error for what holds nothing. */
export function holds(container: Value, value: Value): boolean {
  if (isList(container)) return itemsOf(container).some((each) => equals(each, value))
  if (isMapping(container)) return isText(value) && entriesOf(container).has(textOf(value))
  if (isText(container) && isText(value)) return textOf(container).includes(textOf(value))
  if (isMissing(container)) return false
  throw new Error(`${kindOf(value)} in ${kindOf(container)}`)
}

const remainder = (value: Value, by: number): number => {
  if (!isNumber(value)) throw new Error(`${kindOf(value)} has no remainder`)
  return numberOf(value) % by
}
const cased =
  (change: 'toLowerCase' | 'toUpperCase'): Test =>
  (value) => {
    if (!isText(value)) return false
    const given = textOf(value)
    return given.toLowerCase() !== given.toUpperCase() && given === given[change]()
  }
const ordered =
  (is: (sign: number) => boolean): Test =>
  (value, [other]) =>
    is(compared(value, given(other)))
const alike: Test = (value, [other]) => equals(value, given(other))
const unlike: Test = (value, [other]) => !equals(value, given(other))
const [below, above] = [ordered((sign) => sign < 0), ordered((sign) => sign > 0)]
const [most, least] = [ordered((sign) => sign <= 0), ordered((sign) => sign >= 0)]

function given(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a test has nothing to hold a value against')
  return value
}

/** Jinja's tests. */
export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['defined', (value) => !isMissing(value)],
  ['undefined', isMissing],
  ['none', isNone],
  ['boolean', isTruth],
  ['true', (value) => isTruth(value) && value.value === true],
  ['false', (value) => isTruth(value) && value.value === false],
  ['string', isText],
  ['number', isNumber],
  ['integer', isInteger],
  ['float', isFloat],
  ['mapping', isMapping],
  ['iterable', (value) => isText(value) || isList(value) || isMapping(value) || isMissing(value)],
  ['sequence', (value) => isText(value) || isList(value) || isMapping(value) || isMissing(value)],
  ['callable', (value) => value.type === 'FunctionValue'],
  ['odd', (value) => Math.abs(remainder(value, 2)) === 1],
  ['even', (value) => remainder(value, 2) === 0],
  ['divisibleby', (value, [by]) => remainder(value, numberOf(given(by))) === 0],
  ['lower', cased('toLowerCase')],
  ['upper', cased('toUpperCase')],
  ['in', (value, [container]) => holds(given(container), value)],
  ...['eq', 'equalto', '=='].map((name): [string, Test] => [name, alike]),
  ...['ne', '!='].map((name): [string, Test] => [name, unlike]),
  ...['lt', 'lessthan', '<'].map((name): [string, Test] => [name, below]),
  ...['gt', 'greaterthan', '>'].map((name): [string, Test] => [name, above]),
  ...['le', '<='].map((name): [string, Test] => [name, most]),
  ...['ge', '>='].map((name): [string, Test] => [name, least]),
])

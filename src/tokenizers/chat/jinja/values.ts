import { Environment, type Value } from './engine.ts'

type Make<T> = new (value?: T) => Value

/** The classes of the engine, which it does not name: each makes one of what it is given. */
const madeOf = (value: unknown): Value => new Environment().set('value', value)
const classOf = <T>(value: T): Make<T> => madeOf(value).constructor as unknown as Make<T>
const [Text, Integer, Float, Truth] = [classOf(''), classOf(1), classOf(0.5), classOf(true)]
const [List, None, Missing] = [classOf<readonly Value[]>([]), classOf(null), classOf(undefined)]
const Mapping = classOf({}) as unknown as Make<ReadonlyMap<string, Value>>
const Func = classOf(() => null) as unknown as Make<(args: Value[]) => Value>

export const text = (value: string): Value => new Text(value)
export const integer = (value: number): Value => new Integer(value)
export const float = (value: number): Value => new Float(value)
export const truth = (value: boolean): Value => new Truth(value)
export const list = (values: readonly Value[]): Value => new List([...values])
export const tuple = (values: readonly Value[]): Value => Object.assign(list(values), { type: 'TupleValue' })
/** What Python makes as it is asked for: true even where there is nothing in it. */
export const generated = (values: readonly Value[]): Value =>
  Object.assign(list(values), { __bool__: () => truth(true) })
export const mapping = (entries: Iterable<readonly [string, Value]>): Value => new Mapping(new Map(entries))
export const func = (call: (args: Value[]) => Value): Value => new Func(call)
export const none = (): Value => new None(null)
export const missing = (): Value => new Missing()

export const isText = (value: Value): boolean => value.type === 'StringValue'
export const isInteger = (value: Value): boolean => value.type === 'IntegerValue'
export const isFloat = (value: Value): boolean => value.type === 'FloatValue'
export const isTruth = (value: Value): boolean => value.type === 'BooleanValue'
export const isNumber = (value: Value): boolean => isInteger(value) || isFloat(value) || isTruth(value)
export const isList = (value: Value): boolean => value.type === 'ArrayValue' || value.type === 'TupleValue'
export const isMapping = (value: Value): boolean => value instanceof Mapping
export const isNone = (value: Value): boolean => value.type === 'NullValue'
export const isMissing = (value: Value): boolean => value.type === 'UndefinedValue'

export const textOf = (value: Value): string => value.value as string
export const numberOf = (value: Value): number => Number(value.value)
export const itemsOf = (value: Value): readonly Value[] => value.value as Value[]
export const entriesOf = (value: Value): ReadonlyMap<string, Value> => value.value as Map<string, Value>
export const isTrue = (value: Value): boolean => value.__bool__().value

/** What Python calls it. */
export function kindOf(value: Value): string {
  const names: Readonly<Record<string, string>> = {
    StringValue: 'str',
    IntegerValue: 'int',
    FloatValue: 'float',
    BooleanValue: 'bool',
    ArrayValue: 'list',
    TupleValue: 'tuple',
    ObjectValue: 'dict',
    NullValue: 'NoneType',
    UndefinedValue: 'an undefined value',
  }
  return names[value.type] ?? value.type
}

/** What a loop over it gives: items, keys, or characters. @throws Error for what has none. */
export function iterated(value: Value): readonly Value[] {
  if (isList(value)) return itemsOf(value)
  if (isMapping(value)) return [...entriesOf(value).keys()].map(text)
  if (isText(value)) return [...textOf(value)].map(text)
  if (isMissing(value)) return []
  throw new Error(`${kindOf(value)} is not iterable`)
}

/** Python's `==`. */
export function equals(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return numberOf(a) === numberOf(b)
  if (isList(a) && isList(b)) {
    const [one, other] = [itemsOf(a), itemsOf(b)]
    if (a.type !== b.type || one.length !== other.length) return false
    return one.every((each, at) => equals(each, other[at] ?? missing()))
  }
  if (isMapping(a) && isMapping(b)) {
    const [one, other] = [entriesOf(a), entriesOf(b)]
    return (
      one.size === other.size && [...one].every(([key, each]) => equals(each, other.get(key) ?? missing()))
    )
  }
  return a.type === b.type && a.value === b.value
}

/** Which of two comes first, as Python orders them: texts by code points. @throws Error for what has no order. */
export function compared(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return Math.sign(numberOf(a) - numberOf(b))
  if (isText(a) && isText(b)) return comparedTexts(textOf(a), textOf(b))
  if (isList(a) && isList(b)) {
    const [one, other] = [itemsOf(a), itemsOf(b)]
    for (const [at, each] of one.entries()) {
      const beside = other[at]
      if (beside === undefined) return 1
      if (!equals(each, beside)) return compared(each, beside)
    }
    return Math.sign(one.length - other.length)
  }
  throw new Error(`${kindOf(a)} and ${kindOf(b)} have no order`)
}

export function comparedTexts(a: string, b: string): number {
  const [one, other] = [[...a], [...b]]
  for (const [at, each] of one.entries()) {
    const beside = other[at]
    if (beside === undefined) return 1
    if (each !== beside) return (each.codePointAt(0) ?? 0) - (beside.codePointAt(0) ?? 0)
  }
  return Math.sign(one.length - other.length)
}

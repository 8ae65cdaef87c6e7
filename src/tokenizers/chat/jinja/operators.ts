import type { Value } from './engine.ts'
import { pythonText } from './python-text.ts'
import { holds } from './tests.ts'
import {
  compared,
  equals,
  float,
  integer,
  isFloat,
  isInteger,
  isList,
  isNumber,
  isText,
  itemsOf,
  kindOf,
  list,
  numberOf,
  text,
  textOf,
  truth,
} from './values.ts'

/** Python's operators on two values. @throws Error where Python raises one, such as for a text plus a number. */
export function operated(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '==':
      return truth(equals(left, right))
    case '!=':
      return truth(!equals(left, right))
    case '<':
      return truth(compared(left, right) < 0)
    case '>':
      return truth(compared(left, right) > 0)
    case '<=':
      return truth(compared(left, right) <= 0)
    case '>=':
      return truth(compared(left, right) >= 0)
    case 'in':
      return truth(holds(right, left))
    case 'not in':
      return truth(!holds(right, left))
    case '~':
      return text(pythonText(left) + pythonText(right))
  }
  if (isNumber(left) && isNumber(right)) return calculated(operator, left, right)
  if (operator === '+' && isText(left) && isText(right)) return text(textOf(left) + textOf(right))
  if (operator === '+' && isList(left) && isList(right)) return list([...itemsOf(left), ...itemsOf(right)])
  if (operator === '*' && isText(left) && isInteger(right))
    return text(repeated(textOf(left), numberOf(right)))
  if (operator === '*' && isInteger(left) && isText(right))
    return text(repeated(textOf(right), numberOf(left)))
  throw new Error(`${kindOf(left)} ${operator} ${kindOf(right)} is nothing`)
}

const repeated = (given: string, times: number): string => given.repeat(Math.max(0, times))

function calculated(operator: string, left: Value, right: Value): Value {
  const [a, b] = [numberOf(left), numberOf(right)]
  const made = isFloat(left) || isFloat(right) ? float : integer
  if (b === 0 && ['/', '//', '%'].includes(operator)) throw new Error('division by zero')
  switch (operator) {
    case '+':
      return made(a + b)
    case '-':
      return made(a - b)
    case '*':
      return made(a * b)
    case '/':
      return float(a / b)
    case '//':
      return made(Math.floor(a / b))
    case '%':
      // The sign is that of what is divided by.
      return made(a - b * Math.floor(a / b))
    case '**':
      return (b < 0 ? float : made)(a ** b)
  }
  throw new Error(`there is no operator ${operator} here`)
}

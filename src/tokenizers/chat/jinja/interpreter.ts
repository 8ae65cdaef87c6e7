import { type Arguments, bound } from './arguments.ts'
import {
  Environment,
  Interpreter,
  type Names,
  type Node,
  type Program,
  parse,
  tokenize,
  type Value,
} from './engine.ts'
import { filterNamed } from './filters.ts'
import { operated } from './operators.ts'
import { pythonText } from './python-text.ts'
import { STRING_METHODS } from './string-methods.ts'
import { TESTS } from './tests.ts'
import {
  entriesOf,
  equals,
  func,
  integer,
  isInteger,
  isList,
  isMapping,
  isMissing,
  isNone,
  isText,
  isTrue,
  itemsOf,
  iterated,
  kindOf,
  list,
  mapping,
  missing,
  none,
  numberOf,
  text,
  textOf,
  truth,
  tuple,
} from './values.ts'

/** Raised whenever the same template would give another text. */
export const JINJA_REVISION = 2

/** The parts of a parsed template that are looked into here. */
interface Parts extends Node {
  readonly value: unknown
  readonly name: { readonly value: string }
  readonly body: readonly Node[]
  readonly alternate: readonly Node[]
  readonly defaultBlock: readonly Node[]
  readonly loopvar: Parts
  readonly iterable: Parts
  readonly lhs: Node
  readonly test: Parts
  readonly negate: boolean
  readonly operand: Node
  readonly filter: Parts
  readonly callee: Parts
  readonly args: readonly Parts[]
  readonly argument: Node
  readonly key: { readonly value: string }
  readonly object: Node
  readonly property: Parts
  readonly computed: boolean
  readonly left: Node
  readonly right: Node
  readonly operator: { readonly value: string }
}

/** A parsed template. @throws Error for what is no Jinja. */
export function parsed(source: string): Program {
  return parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }))
}

/**
 * Renders as the sandboxed Jinja of transformers does. The engine parses; what it works out otherwise than Python is worked out here: the
 * methods, filters, tests and operators, what values look like as text, and what a name means in a loop or a macro. What is not known
 * is an error, and no argument is passed over.
 *
 * @param names what the template knows; functions are handed plain values.
 * @throws Error of the template.
 */
export function rendered(program: Program, names: Readonly<Record<string, unknown>>): string {
  const global = new Environment()
  const known = { true: true, True: true, false: false, False: false, none: null, None: null }
  for (const [name, value] of Object.entries({ ...known, raise_exception: raise, range, ...names }))
    if (value !== undefined) global.setVariable(name, new Environment().set(name, value))
  return textOf(new PythonInterpreter(global).run(program))
}

function raise(message: unknown): never {
  throw new Error(String(message))
}

function range(from: number, to?: number, step = 1): readonly number[] {
  if (step === 0) throw new Error('range() in steps of 0')
  const [first, behind] = to === undefined ? [0, from] : [from, to]
  return Array.from({ length: Math.max(0, Math.ceil((behind - first) / step)) }, (_, at) => first + at * step)
}

/** Leaves a loop, or one round of it, with what was written so far. */
class LoopControl extends Error {
  readonly leaves: boolean
  text = ''

  constructor(leaves: boolean) {
    super('there is no loop around it')
    this.leaves = leaves
  }
}

class PythonInterpreter extends Interpreter {
  override evaluate(statement: Node | undefined, names: Names): Value {
    const node = statement as Parts
    switch (statement?.type) {
      case 'Constant':
        return node.value as Value
      case 'Program':
        return text(this.#block(node.body, names))
      case 'If':
        return text(this.#block(isTrue(this.evaluate(node.test, names)) ? node.body : node.alternate, names))
      case 'For':
        return text(this.#loop(node, names))
      case 'Break':
      case 'Continue':
        throw new LoopControl(statement.type === 'Break')
      case 'Set':
      case 'CallStatement':
        return super.evaluate(withBlock(node), names)
      case 'Macro':
        return this.#macro(node, names)
      case 'FilterStatement':
        return this.#filtered(text(this.#block(node.body, new Environment(names))), node.filter, names)
      case 'FilterExpression':
        return this.#filtered(this.evaluate(node.operand, names), node.filter, names)
      case 'TestExpression':
        return this.#tested(node, names)
      case 'BinaryExpression': {
        const { value } = node.operator
        if (value === 'and' || value === 'or') return super.evaluate(node, names)
        return operated(value, this.evaluate(node.left, names), this.evaluate(node.right, names))
      }
      case 'MemberExpression':
        return this.#member(this.evaluate(node.object, names), node, names)
      case 'CallExpression':
        return this.#called(node, names)
      default:
        return super.evaluate(statement, names)
    }
  }

  #block(statements: readonly Node[], names: Names): string {
    let written = ''
    for (const statement of statements) {
      try {
        const value = this.evaluate(statement, names)
        if (!SILENT.has(statement.type)) written += pythonText(value)
      } catch (error) {
        if (error instanceof LoopControl) error.text = written + error.text
        throw error
      }
    }
    return written
  }

  #loop({ loopvar, iterable, body, defaultBlock }: Parts, names: Names): string {
    const isFiltered = iterable.type === 'SelectExpression'
    const all = iterated(this.evaluate(isFiltered ? iterable.lhs : iterable, names))
    const items = isFiltered
      ? all.filter((item) => isTrue(this.evaluate(iterable.test, bindingOf(loopvar, item, names))))
      : all
    if (items.length === 0) return this.#block(defaultBlock, new Environment(names))
    let written = ''
    let before: Value | undefined
    const changed = func((args) => {
      const now = list(args)
      const differs = before === undefined || !equals(before, now)
      before = now
      return truth(differs)
    })
    for (const [at, item] of items.entries()) {
      // Each round has names of its own: what one sets, the next does not know.
      const own = bindingOf(loopvar, item, names)
      own.setVariable('loop', loopValue(items, at, changed))
      try {
        written += this.#block(body, own)
      } catch (error) {
        if (!(error instanceof LoopControl)) throw error
        written += error.text
        if (error.leaves) break
      }
    }
    return written
  }

  /** A macro knows the names of where it is written, not of where it is called. */
  #macro(node: Parts, names: Names): Value {
    super.evaluate(withBlock(node), names)
    const macro = names.lookupVariable(node.name.value)
    const call = macro.value as (args: Value[], from: Names) => Value
    const called = (args: Value[], from: Names): Value => {
      const own = new Environment(names)
      const caller = from.variables.get('caller')
      if (caller !== undefined) own.setVariable('caller', caller)
      return call(args, own)
    }
    macro.value = called as typeof macro.value
    return none()
  }

  #filtered(value: Value, filter: Parts, names: Names): Value {
    const name = String(filter.type === 'CallExpression' ? filter.callee.value : filter.value)
    const args = filter.type === 'CallExpression' ? filter.args : []
    return filterNamed(name)(value, this.#arguments(args, names), name)
  }

  #tested({ operand, test, negate }: Parts, names: Names): Value {
    const name = String(test.value)
    const found = TESTS.get(name)
    if (found === undefined) throw new Error(`there is no test ${name} here`)
    return truth(found(this.evaluate(operand, names), []) !== negate)
  }

  #called(node: Parts, names: Names): Value {
    const { callee, args } = node
    if (callee.type !== 'MemberExpression') return super.evaluate(node, names)
    const object = this.evaluate(callee.object, names)
    const found = this.#member(object, callee, names)
    if (found.type !== 'FunctionValue')
      throw new Error(`${kindOf(object)}: ${nameOf(callee)} is no function of it`)
    const method = METHODS.get(found)
    if (method !== undefined) return method(this.#arguments(args, names))
    return super.evaluate({ ...node, callee: constant(found) } as Node, names)
  }

  #member(object: Value, node: Parts, names: Names): Value {
    const { computed, property } = node
    if (computed && property.type === 'SliceExpression')
      return super.evaluate({ ...node, object: constant(object) } as Node, names)
    const key = computed
      ? this.evaluate(property, names)
      : property.type === 'IntegerLiteral'
        ? integer(property.value as number)
        : text(String(property.value))
    if (isMissing(object)) throw new Error(`an undefined value has no ${pythonText(key)}`)
    if (!isText(key)) return itemAt(object, key)
    const name = textOf(key)
    const item =
      isMapping(object) || object.type === 'NamespaceValue' ? entriesOf(object).get(name) : undefined
    // Python's dot asks for the method first, its brackets for the item.
    return (computed ? item : undefined) ?? methodOf(object, name) ?? item ?? missing()
  }

  #arguments(args: readonly Parts[], names: Names): Arguments {
    const positional: Value[] = []
    const named = new Map<string, Value>()
    for (const each of args) {
      if (each.type === 'SpreadExpression') positional.push(...iterated(this.evaluate(each.argument, names)))
      else if (each.type === 'KeywordSpreadExpression')
        for (const [key, value] of entriesOf(this.evaluate(each.argument, names))) named.set(key, value)
      else if (each.type === 'KeywordArgumentExpression')
        named.set(each.key.value, this.evaluate(each.value as Node, names))
      else positional.push(this.evaluate(each, names))
    }
    return { positional, named }
  }
}

/** What stands among text and writes nothing. */
const SILENT: ReadonlySet<string> = new Set(['Set', 'Macro', 'Comment'])

function constant(value: Value): Node {
  return { type: 'Constant', value } as Node
}

/** Its body is evaluated as one block, by the rules here. */
function withBlock(node: Parts): Node {
  if (node.body.length === 0) return node
  return { ...node, body: [{ type: 'Program', body: node.body } as Node] } as Node
}

/** Names in which those of a loop stand for an item. */
function bindingOf(loopvar: Parts, item: Value, names: Names): Names {
  const own = new Environment(names)
  if (loopvar.type === 'Identifier') {
    own.setVariable(String(loopvar.value), item)
    return own
  }
  const [parts, values] = [loopvar.value as readonly Parts[], iterated(item)]
  if (parts.length !== values.length)
    throw new Error(`${values.length} values for ${parts.length} names of a loop`)
  for (const [at, part] of parts.entries()) own.setVariable(String(part.value), values[at] ?? missing())
  return own
}

function loopValue(items: readonly Value[], at: number, changed: Value): Value {
  const { length } = items
  return mapping([
    ['index', integer(at + 1)],
    ['index0', integer(at)],
    ['revindex', integer(length - at)],
    ['revindex0', integer(length - at - 1)],
    ['first', truth(at === 0)],
    ['last', truth(at === length - 1)],
    ['length', integer(length)],
    ['previtem', items[at - 1] ?? missing()],
    ['nextitem', items[at + 1] ?? missing()],
    ['cycle', func((args) => args[at % args.length] ?? missing())],
    ['changed', changed],
  ])
}

function itemAt(object: Value, key: Value): Value {
  if (!isInteger(key)) {
    if (isNone(key) || isMissing(key)) return missing()
    throw new Error(`${kindOf(object)} has nothing at ${kindOf(key)}`)
  }
  if (isText(object)) {
    const character = [...textOf(object)].at(numberOf(key))
    return character === undefined ? missing() : text(character)
  }
  return isList(object) ? (itemsOf(object).at(numberOf(key)) ?? missing()) : missing()
}

const nameOf = ({ property }: Parts): string => String(property.value)

type Bound = (args: Arguments) => Value

/** Methods that were asked for, with what they are of. */
const METHODS = new WeakMap<Value, Bound>()

function methodOf(object: Value, name: string): Value | undefined {
  const call = boundMethod(object, name)
  if (call === undefined) return undefined
  const value = func((positional) => call({ positional, named: new Map() }))
  METHODS.set(value, call)
  return value
}

function boundMethod(object: Value, name: string): Bound | undefined {
  if (isText(object)) {
    const method = STRING_METHODS.get(name)
    return method && ((args) => method(textOf(object), args, name))
  }
  if (isMapping(object)) {
    const method = MAPPING_METHODS[name]
    return method && ((args) => method(entriesOf(object), args))
  }
  if (isList(object)) {
    const method = LIST_METHODS[name]
    return method && ((args) => method(itemsOf(object), args))
  }
  return undefined
}

const MAPPING_METHODS: Readonly<
  Record<string, (entries: ReadonlyMap<string, Value>, args: Arguments) => Value>
> = {
  get: (entries, args) => {
    const { key, default: other } = bound('get', args, ['key', 'default'])
    return (key && isText(key) ? entries.get(textOf(key)) : undefined) ?? other ?? none()
  },
  items: (entries) => list([...entries].map(([key, value]) => tuple([text(key), value]))),
  keys: (entries) => list([...entries.keys()].map(text)),
  values: (entries) => list([...entries.values()]),
  copy: (entries) => mapping(entries),
}

const LIST_METHODS: Readonly<Record<string, (items: readonly Value[], args: Arguments) => Value>> = {
  index: (items, args) => {
    const { value } = bound('index', args, ['value'])
    const at = items.findIndex((each) => value !== undefined && equals(each, value))
    if (at < 0) throw new Error('index(): not in the list')
    return integer(at)
  },
  count: (items, args) => {
    const { value } = bound('count', args, ['value'])
    return integer(items.filter((each) => value !== undefined && equals(each, value)).length)
  },
}

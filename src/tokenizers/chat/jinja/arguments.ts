import type { Value } from './engine.ts'

/** What a call was given. */
export interface Arguments {
  readonly positional: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
}

/**
 * Arguments by the names of a function's parameters.
 *
 * @throws Error for one that it does not have, so that none is passed over.
 */
export function bound<Name extends string>(
  callee: string,
  { positional, named }: Arguments,
  parameters: readonly Name[],
): Partial<Record<Name, Value>> {
  if (positional.length > parameters.length)
    throw new Error(`${callee}() takes ${parameters.length} arguments at most, and has ${positional.length}`)
  const found: Partial<Record<Name, Value>> = {}
  for (const [at, value] of positional.entries()) found[parameters[at] as Name] = value
  for (const [name, value] of named) {
    if (!parameters.includes(name as Name)) throw new Error(`${callee}() has no argument ${name}`)
    if (found[name as Name] !== undefined) throw new Error(`${callee}() has ${name} twice`)
    found[name as Name] = value
  }
  return found
}

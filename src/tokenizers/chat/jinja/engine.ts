import * as jinja from '@huggingface/jinja'

/** A value of a running template. What it is, its `type` says. */
export interface Value {
  readonly type: string
  value: unknown
  __bool__(): { readonly value: boolean }
}

/** A node of a parsed template. */
export interface Node {
  readonly type: string
}

export interface Program extends Node {
  readonly body: readonly Node[]
}

/** Names and what they stand for, within other names. */
export interface Names {
  readonly variables: ReadonlyMap<string, Value>
  /** Makes a value of a plain one. */
  set(name: string, value: unknown): Value
  setVariable(name: string, value: Value): Value
  lookupVariable(name: string): Value
}

export interface Interpreter {
  run(program: Program): Value
  /** Is asked for each node, by the engine itself, too. */
  evaluate(node: Node | undefined, names: Names): Value
}

/** What is used of the engine, whose own declarations are not found by our kind of module. */
interface Engine {
  readonly Environment: new (within?: Names) => Names
  readonly Interpreter: new (names: Names) => Interpreter
  parse(tokens: unknown): Program
  tokenize(
    source: string,
    options: { readonly lstrip_blocks: boolean; readonly trim_blocks: boolean },
  ): unknown
}

export const { Environment, Interpreter, parse, tokenize } = jinja as unknown as Engine

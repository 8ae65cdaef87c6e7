import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { nearest, TilthError } from '../model/error.ts'
import { defaultStepName } from '../stages/rule-sets.ts'
import { checkRecipe, isObject, type Locate, type Recipe } from './recipe.ts'

export interface ParsedRecipe {
  readonly recipe: Recipe
  readonly locate: Locate
}

/**
 * Reads a recipe from YAML and applies `--set` assignments, given as `path=value` with the value in YAML.
 *
 * @throws TilthError `recipe` with file and line.
 */
export function parseRecipe(
  yaml: string,
  fileName: string,
  assignments: readonly string[] = [],
): ParsedRecipe {
  const { raw, locate } = readRecipeYaml(yaml, fileName, assignments)
  return { recipe: checkRecipe(raw, locate), locate }
}

/**
 * A recipe as plain data, with `--set` assignments applied and nothing checked.
 *
 * @throws TilthError `recipe` with file and line, where it is no YAML; `usage` for an assignment that leads nowhere.
 */
export function readRecipeYaml(
  yaml: string,
  fileName: string,
  assignments: readonly string[],
): { readonly raw: unknown; readonly locate: Locate } {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false })
  const problem = document.errors[0]
  if (problem !== undefined) {
    const line = lines.linePos(problem.pos[0]).line
    throw new TilthError('recipe', `${problem.message} (${fileName}:${line})`, { hint: 'mend the YAML' })
  }
  const raw: unknown = document.toJS({ maxAliasCount: 100 })
  const assigned = new Set<string>()
  for (const assignment of assignments) assigned.add(assign(raw, assignment))
  const locate: Locate = (path) => {
    const at = path.join('.')
    if ([...assigned].some((each) => each === at || each.startsWith(`${at}.`))) return ' (--set)'
    const offset = offsetOf(document.contents, path)
    return offset === undefined ? ` (${fileName})` : ` (${fileName}:${lines.linePos(offset).line})`
  }
  return { raw, locate }
}

/** Offset of the node at a path, or of its nearest ancestor that is in the text. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = root
  let offset = root?.range?.[0]
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
      if (pair === undefined) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(key)]
      offset = (node as Node | undefined)?.range?.[0] ?? offset
    } else break
  }
  return offset
}

/** Applies one `--set`; gives the path in the recipe that it changed. */
function assign(recipe: unknown, assignment: string): string {
  const at = assignment.indexOf('=')
  if (at <= 0) {
    throw new TilthError('usage', `--set ${assignment}: expected steps.NAME.OPTION=value`)
  }
  const path = assignment.slice(0, at).split('.')
  const value: unknown = parseDocument(assignment.slice(at + 1)).toJS()
  const done: PropertyKey[] = []
  let target: unknown = recipe
  for (const [index, key] of path.entries()) {
    const place = Array.isArray(target) ? stepIndex(target, key, assignment) : key
    if (!isObject(target))
      throw new TilthError('usage', `--set ${assignment}: ${done.join('.')} has no parts`)
    done.push(place)
    const rest = path.slice(index).join('.')
    if (index === path.length - 1) target[place] = value
    else if (Object.hasOwn(target, rest)) {
      // A key with dots of its own, such as a signal of another step.
      target[rest] = value
      return [...done.slice(0, -1), rest].join('.')
    } else target = target[place] ??= {}
  }
  return done.join('.')
}

function stepIndex(steps: readonly unknown[], key: string, assignment: string): number {
  const names = steps.map((step) => (isObject(step) ? stepName(step) : ''))
  const index = names.indexOf(key)
  if (index === -1) {
    const guess = nearest(key, names)
    throw new TilthError('usage', `--set ${assignment}: nothing is named ${key} there`, {
      hint: guess === undefined ? `there are ${names.join(', ')}` : `did you mean ${guess}?`,
    })
  }
  return index
}

/** Name of a step as written, or as it is named when it is not. */
function stepName(step: Record<PropertyKey, unknown>): string {
  return String(step['name'] ?? defaultStepName(String(step['use'])))
}

import { z } from 'zod'
import { TilthError } from '../../model/error.ts'
import type { Group, Stage, StageKind } from '../../model/stage.ts'

/** Functions that each kind of stage must have. */
const FUNCTIONS: Readonly<Record<StageKind, readonly string[]>> = {
  extract: ['create'],
  rewrite: ['create'],
  filter: ['measure', 'rules'],
  annotate: ['measure'],
  group: [],
  join: ['leftKey', 'rightKey', 'merge'],
}

/** Functions of a group by the way in which it decides. */
const GROUP_FUNCTIONS: Readonly<Record<Group['decides'], readonly string[]>> = {
  survivor: ['keyed'],
  clusters: ['threshold', 'sketched', 'shingles', 'specification', 'against', 'indexed'],
  spans: ['repeats', 'parts', 'without'],
}

/** Texts that some kinds must have. */
const TEXTS: Readonly<Partial<Record<StageKind, readonly string[]>>> = {
  group: ['reason', 'keyOf'],
  join: ['unmatchedLeft', 'unmatchedRight', 'superseded'],
}

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/**
 * Checks that what a module exports is a stage, as the built-in ones are held to it: a name, a revision, strict options that are
 * described and have defaults where a recipe may leave them out, and rules over signals that it measures.
 *
 * @throws TilthError `recipe` that names the file and what is missing.
 */
export function checkStage(path: string, exported: unknown): Stage {
  const wrong = (what: string): TilthError =>
    new TilthError('recipe', `${path}: ${what}`, {
      hint: 'a stage is the default export: export default defineFilter({ ... }), or one of its siblings',
    })
  if (!isObject(exported)) throw wrong('its default export is no stage')
  const kind = exported['kind'] as StageKind
  if (!Object.hasOwn(FUNCTIONS, String(kind)))
    throw wrong(`kind: expected one of ${Object.keys(FUNCTIONS).join(', ')}`)
  const name = exported['name']
  if (typeof name !== 'string' || !KEBAB.test(name))
    throw wrong('name: expected lower-case words with "-" between')
  if (!(Number.isInteger(exported['revision']) && Number(exported['revision']) >= 1)) {
    throw wrong('revision: expected a whole number from 1')
  }
  const texts = ['description', ...(TEXTS[kind] ?? [])]
  const text = texts.find((each) => typeof exported[each] !== 'string' || exported[each] === '')
  if (text !== undefined) throw wrong(`${text}: expected a text`)
  const decides = exported['decides'] as Group['decides']
  if (kind === 'group' && !Object.hasOwn(GROUP_FUNCTIONS, String(decides)))
    throw wrong(`decides: expected one of ${Object.keys(GROUP_FUNCTIONS).join(', ')}`)
  const functions = kind === 'group' ? GROUP_FUNCTIONS[decides] : FUNCTIONS[kind]
  if (kind === 'group' && exported['against'] !== undefined) {
    const lacking = ['against', 'specification'].find((each) => typeof exported[each] !== 'function')
    if (lacking !== undefined)
      throw wrong(`${lacking}: a group that is held against other versions has this function`)
  }
  const missing = functions.find((each) => typeof exported[each] !== 'function')
  if (missing !== undefined) throw wrong(`${missing}: a ${kind} stage has this function`)
  if (exported['measureBatch'] !== undefined && typeof exported['measureBatch'] !== 'function')
    throw wrong('measureBatch: expected a function')
  if (!isObject(exported['reasons']))
    throw wrong('reasons: expected an object, empty where the stage has none')
  const measures = kind === 'filter' || kind === 'annotate' || decides === 'spans'
  if (measures && !isObject(exported['signals']))
    throw wrong('signals: expected an object of names and meanings')
  const options = optionsProblem(exported['options'])
  if (options !== undefined) throw wrong(options)
  const stage = exported as unknown as Stage
  const rules = rulesProblem(stage)
  if (rules !== undefined) throw wrong(rules)
  return stage
}

function optionsProblem(options: unknown): string | undefined {
  if (!(options instanceof z.ZodType)) return 'options: expected a schema, z.strictObject({ ... })'
  const schema = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' })
  if (schema.additionalProperties !== false)
    return 'options: expected a strict schema, which refuses other names'
  for (const [option, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property !== 'object' || typeof property.description !== 'string') {
      return `options.${option}: expected .describe() with meaning, unit and range`
    }
  }
  return undefined
}

/** Rules are held against the signals where the options can be left out; else when a recipe gives them. */
function rulesProblem(stage: Stage): string | undefined {
  if (stage.kind !== 'filter') return undefined
  const options = stage.options.safeParse({})
  if (!options.success) return undefined
  for (const rule of stage.rules(options.data)) {
    if (!Object.hasOwn(stage.signals, rule.signal))
      return `rules: signal "${rule.signal}" is not among its signals`
    if (!KEBAB.test(rule.reason)) return `rules: reason "${rule.reason}" is not kebab-case`
    if (!Number.isFinite(rule.limit)) return `rules: the limit of "${rule.reason}" is no finite number`
  }
  return undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

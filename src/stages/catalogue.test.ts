import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TilthError } from '../model/error.ts'
import * as builtIn from './built-in.ts'
import { STAGES, stageNamed } from './catalogue.ts'

/** A stage of a published rule set says whose it is. */
const STAGE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:@[a-z0-9.]+(?:-[a-z0-9.]+)*)?$/
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

const FROM_ELSEWHERE = ['imported-signals', 'signal-limits']

describe('catalogue', () => {
  it('holds stages of each kind under names of their own', () => {
    expect(STAGES.length).toBeGreaterThan(10)
    expect(new Set(STAGES.map(({ name }) => name)).size).toBe(STAGES.length)
    expect(new Set(STAGES.map(({ kind }) => kind)).size).toBe(6)
  })

  it('is the same list as the stages that code can name', () => {
    expect(new Set(Object.values(builtIn))).toEqual(new Set(STAGES))
  })

  it.each([
    ['gopher-quality', /name one of gopher-quality@paper, gopher-quality@datatrove-0\.10, /],
    ['c4', /name one of c4@paper, c4@code, /],
    ['gpt2-cleanin', /did you mean "gpt2-cleaning"/],
  ])('says what rule sets there are for %s', (name, hint) => {
    expect(() => stageNamed(name)).toThrow(
      expect.objectContaining({ code: 'recipe', hint: expect.stringMatching(hint) }),
    )
  })

  it('finds a stage by name, and the nearest name for a typo', () => {
    expect(stageNamed('min-score').name).toBe('min-score')
    expect(() => stageNamed('min-scor')).toThrow(TilthError)
    expect(() => stageNamed('min-scor')).toThrow(/min-scor/)
    try {
      stageNamed('min-scor')
    } catch (error) {
      expect(error).toMatchObject({ code: 'recipe', hint: 'did you mean "min-score"?' })
    }
  })

  it('lists the names where none is near', () => {
    expect(() => stageNamed('zzzzzzzzzzzzzzzzz')).toThrow(TilthError)
    try {
      stageNamed('zzzzzzzzzzzzzzzzz')
    } catch (error) {
      expect(error).toHaveProperty('hint', expect.stringContaining('min-score'))
    }
  })
})

describe.each(STAGES.map((stage) => [stage.name, stage] as const))('%s', (name, stage) => {
  it('is described, with every option and reason', () => {
    expect(name).toMatch(STAGE_NAME)
    expect(stage.revision).toBeGreaterThanOrEqual(1)
    expect(stage.description).toMatch(/^[A-Z]/)
    for (const [reason, meaning] of Object.entries(stage.reasons)) {
      expect(reason).toMatch(KEBAB)
      expect(meaning.length).toBeGreaterThan(10)
    }
    const schema = z.toJSONSchema(stage.options, { io: 'input' })
    expect(schema.additionalProperties).toBe(false)
    for (const [option, property] of Object.entries(schema.properties ?? {})) {
      expect(property, `${name}.${option}`).toHaveProperty('description')
    }
  })

  it('has a default for every option, as plain data, and refuses others', () => {
    const options = stage.options.parse({})
    expect(JSON.parse(JSON.stringify(options))).toEqual(options)
    expect(() => stage.options.parse({ noSuchOption: 1 })).toThrow(/noSuchOption/)
  })

  it('decides over signals it measures, by limits that its options set', () => {
    // The signals and limits of some are the recipe's; test/signals-import.test.ts is about them.
    if (stage.kind !== 'filter' || FROM_ELSEWHERE.includes(name)) return
    const options = stage.options.parse({}) as Record<string, unknown>
    const rules = stage.rules(options)
    expect(rules.length).toBeGreaterThan(0)
    expect(new Set(rules.map(({ reason }) => reason)).size).toBe(rules.length)
    for (const rule of rules) {
      expect(Object.keys(stage.signals)).toContain(rule.signal)
      expect(rule.reason).toMatch(KEBAB)
      expect(rule.source.length).toBeGreaterThan(10)
      if (rule.option !== undefined) expect(options[rule.option]).toBe(rule.limit)
    }
  })
})

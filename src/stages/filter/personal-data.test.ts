import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { decide } from '../../model/stage.ts'
import { personalData } from './personal-data.ts'

const TEXT = 'Write to jane@mail.org or bob@mail.org, or call +44 20 7946 0958.'

function verdictOf(text: string, given: object) {
  const options = personalData.options.parse(given)
  const signals = personalData.measure(options)(documentOf(text))
  return { signals, verdict: decide(personalData.rules(options), signals) }
}

describe('personal-data', () => {
  it('counts by type, and measures each signal it declares', () => {
    const { signals, verdict } = verdictOf(TEXT, {})
    expect(signals).toMatchObject({ total: 3, emails: 2, phones: 1, secretKeys: 0 })
    expect(Object.keys(signals).sort()).toEqual(Object.keys(personalData.signals).sort())
    expect(verdict.keep).toBe(true)
  })

  it.each([
    [{ maxTotal: 3 }, undefined],
    [{ maxTotal: 2 }, 'much-personal-data'],
    [{ maxEmails: 2 }, undefined],
    [{ maxEmails: 1 }, 'many-emails'],
    [{ maxPhones: 0 }, 'many-phones'],
    [{ types: ['phone'], maxEmails: 0 }, undefined],
  ])('with %j drops for %s', (options, reason) => {
    const { verdict } = verdictOf(TEXT, options)
    expect(verdict.keep ? undefined : verdict.rule.reason).toBe(reason)
  })

  it('does not measure what it does not look for', () => {
    expect(verdictOf(TEXT, { types: ['phone'] }).signals).toMatchObject({ total: 1, emails: null, phones: 1 })
  })

  it('refuses types it does not know, and none', () => {
    expect(() => personalData.options.parse({ types: ['name'] })).toThrow(/secret-key/)
    expect(() => personalData.options.parse({ types: [] })).toThrow()
  })
})

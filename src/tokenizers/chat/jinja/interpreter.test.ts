import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parsed, rendered } from './interpreter.ts'

interface Golden {
  readonly names: Readonly<Record<string, unknown>>
  readonly cases: readonly {
    readonly name: string
    readonly template: string
    /** `null` where transformers refuses the template. */
    readonly text: string | null
  }[]
}

const { names, cases } = JSON.parse(readFileSync('test/golden/tokens/jinja.json', 'utf8')) as Golden
const textOf = (template: string): string | null => {
  try {
    return rendered(parsed(template), { ...names, bos_token: '<s>' })
  } catch {
    return null
  }
}

describe('as the Jinja of transformers 5.24', () => {
  it.each(cases)('$name', ({ template, text }) => {
    expect(textOf(template)).toBe(text)
  })
})

it.each([
  ['{{ 7 is divisibleby(2) }}', /./],
  ['{{ (1,) }}', /./],
  ["{% include 'other' %}", /Unknown statement type: include/],
  ['{{ s', /./],
])('%s is refused as no template that is known here', (template, message) => {
  expect(() => parsed(template)).toThrow(message)
})

it.each([
  ["{{ s.lstrip('a', 'b') }}", 'lstrip() takes 1 arguments at most, and has 2'],
  ["{{ s | trim(characters='a') }}", 'trim() has no argument characters'],
  ['{{ s | urlize }}', 'there is no filter urlize here'],
  ['{{ s is sentence }}', 'there is no test sentence here'],
  ["{{ s.translate('a') }}", 'str: translate is no function of it'],
  ['{{ nothing.content }}', 'an undefined value has no content'],
  ["{{ '{0.a}'.format(s) }}", 'format(): only {}, {0} and {name} are known here'],
])('%s says what is not known', (template, message) => {
  expect(() => rendered(parsed(template), names)).toThrow(message)
})

it('strips texts full of spaces in a time that grows with them', () => {
  const spaces = `${' '.repeat(400_000)}x`
  const template = parsed('{{ (s * 2).strip() | length }} {{ s | trim | length }} {{ s.rstrip() | length }}')
  expect(rendered(template, { s: spaces })).toBe('400002 1 400001')
})

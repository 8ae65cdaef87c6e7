import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseLenientJson } from './lenient-json.ts'

it.each([
  ['{"a":1}', { a: 1 }, 'as it stands'],
  ['<!-- {"a":1} -->', { a: 1 }, 'a comment around'],
  ['//<![CDATA[\n{"a":[1]}\n//]]>', { a: [1] }, 'CDATA around'],
  ['/* <![CDATA[ */ [1] /* ]]> */', [1], 'CDATA in comments around'],
  ['\ufeff{"a":1};', { a: 1 }, 'a byte order mark and a semicolon'],
  ['{"a":1,"b":[1,2,],}', [{ a: 1, b: [1, 2] }], 'commas too many'],
  ['{"a":1,,"b":2}', [{ a: 1, b: 2 }], 'two commas'],
  ['{"a":1\n"b":{"c":2}{"d":3}}', [{ a: 1, b: { c: 2 }, '': { d: 3 } }], 'commas too few'],
  ['{"a":"x"\n"b":"y"}', [{ a: 'x', b: 'y' }], 'no comma between strings'],
  ['{"a":"one\ntwo\tthree"}', [{ a: 'one\ntwo three' }], 'raw control characters'],
  [`{"a":"it\\'s \\x"}`, [{ a: "it's x" }], 'escapes that JSON has not'],
  ['{"a":"b\\u00e9\\n"}x', [{ a: 'bé\n' }, 'x'], 'right escapes stay'],
  ['{"a":"He said "no", and left","b":1}', [{ a: 'He said "no", and left', b: 1 }], 'quotes not escaped'],
  ["{'a':'b \"c\"'}", [{ a: 'b "c"' }], 'single quotes'],
  ['{a:b,c:undefined}', [{ a: 'b', c: null }], 'bare words'],
  ['{"a":1} {"b":2}', [{ a: 1 }, { b: 2 }], 'two values'],
  ['{"a":1 /* one */, // two\n "b":2}', [{ a: 1, b: 2 }], 'comments'],
  ['{"a":{"b":["c","d', [{ a: { b: ['c', 'd'] } }], 'cut in a string'],
  ['{"a":1,"b', [{ a: 1, b: null }], 'cut in a key'],
  ['{"a":', [{ a: null }], 'cut before a value'],
  ['{"a":[1}', [{ a: [1] }], 'a bracket forgotten'],
  ['{&quot;a&quot;:&quot;b &amp; c&quot;}', { a: 'b & c' }, 'escaped for HTML'],
])('reads %s: %s', (source, expected, _why) => {
  expect(parseLenientJson(source)).toEqual(expected)
})

it.each(['', 'broken', '<!-- -->', '[CDATA'.slice(1)])('makes nothing of %j', (source) => {
  expect(parseLenientJson(source)).toBeUndefined()
})

it('reads what JSON reads in the same way', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(value !== null)
      expect(parseLenientJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

it('never throws, and mends every cut of a value', () => {
  const whole = JSON.stringify({ a: [{ b: 'c, "d"', e: 1.5 }, true], f: { g: null } })
  for (let length = 1; length <= whole.length; length++) {
    expect(parseLenientJson(whole.slice(0, length)), whole.slice(0, length)).toBeDefined()
  }
  const word = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    "'",
    '\\',
    'a',
    '1',
    '\n',
    ' ',
    '//',
    '/*',
    '*/',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      parseLenientJson(words.join(''))
    }),
    { numRuns: 5000 },
  )
})

it.each(['[', '{"a":', '"', '\\', '{"a" ', ',', '[{', '/*', '""\n', '" "'])(
  'takes a time linear in the length of %s',
  (piece) => {
    const started = performance.now()
    parseLenientJson(`{${piece.repeat(300_000)}`)
    expect(performance.now() - started).toBeLessThan(5000)
  },
)

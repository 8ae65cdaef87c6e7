import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { wikipedia } from './wikipedia.ts'

beforeAll(() => wikipedia.load?.(wikipedia.options.parse({})))

const run = (wikitext: string, options: object = {}, fields = {}) =>
  wikipedia.create(wikipedia.options.parse(options))(
    { format: 'wikipedia', position: 0, body: Buffer.from(wikitext), fields: { title: 'Field', ...fields } },
    {},
  )
const textOf = (wikitext: string, options: object = {}): string => {
  const result = run(wikitext, options)
  return Array.isArray(result) ? result[0].text : JSON.stringify(result)
}

describe('wikipedia stage', () => {
  it.each([
    {
      why: 'quotes and links',
      wikitext: "'''Soil''' is [[earth]] of [[field (farming)|fields]].",
      text: 'Soil is earth of fields.',
    },
    {
      why: 'references',
      wikitext: 'Seed<ref name="a">Book</ref> grows<ref name="a"/>.',
      text: 'Seed grows.',
    },
    { why: 'comments', wikitext: 'Seed<!-- [[no]] --> grows.', text: 'Seed grows.' },
    {
      why: 'headings, paragraphs and lists',
      wikitext: 'One.\n\n== A ==\nTwo\nlines.\n* x\n* y\n\n=== B ===\n# z',
      text: 'One.\n\nA\n\nTwo lines.\n\n- x\n- y\n\nB\n\n- z',
    },
    {
      why: 'tables and infoboxes',
      wikitext: '{{Infobox field\n| size = 3\n}}\nA.\n{| class="x"\n|-\n| 1 {{b}}\n|}\nB.',
      text: 'A.\n\nB.',
    },
    { why: 'nested tables', wikitext: '{|\n| {|\n| 1\n|}\n|}\nB.', text: 'B.' },
    {
      why: 'images with links in captions',
      wikitext: 'A.\n[[File:a.jpg|thumb|A [[field]].]]\nB.',
      text: 'A. B.',
    },
    {
      why: 'formulas and galleries',
      wikitext: 'A <math>x^2</math> b.\n<gallery>\na.jpg\n</gallery>',
      text: 'A b.',
    },
    {
      why: 'empty and skipped sections',
      wikitext: 'A.\n== Empty ==\n== See also ==\n* [[B]]\n=== Sub ===\nC.\n== D ==\nE.',
      text: 'A.\n\nD\n\nE.',
    },
    { why: 'entities', wikitext: 'A&nbsp;&amp; b &ndash; c &lt;d&gt;', text: 'A & b – c <d>' },
    { why: 'open brackets', wikitext: 'A [[b, {{c and {| d.', text: 'A b, c and {| d.' },
    { why: 'a subscript', wikitext: 'H<sub>2</sub>O', text: 'H2O' },
  ])('reads $why', ({ wikitext, text }) => {
    expect(textOf(wikitext)).toBe(text)
  })

  it('keeps every section and the title when asked to', () => {
    expect(textOf('A.\n== See also ==\nB.', { skipSections: [], title: true })).toBe(
      'Field\n\nA.\n\nSee also\n\nB.',
    )
  })

  it.each([
    { wikitext: '#REDIRECT [[A]]', result: { drop: 'redirect' } },
    { wikitext: '#redirect: [[A]]', result: { drop: 'redirect' } },
    { wikitext: '# a [[list]]', result: 'kept' },
    { wikitext: '{{stub}}', result: { drop: 'no-text' } },
    { wikitext: '', result: { drop: 'no-text' } },
  ])('$wikitext is $result', ({ wikitext, result }) => {
    const found = run(wikitext)
    expect(Array.isArray(found) ? 'kept' : found).toEqual(result)
  })

  it('refuses other content models and pages larger than MediaWiki allows', () => {
    expect(run('{}', {}, { model: 'json' })).toEqual({ drop: 'not-wikitext', detail: 'json' })
    expect(run('a '.repeat(1_100_000))).toMatchObject({ fail: 'wikitext' })
  })

  it('never throws and leaves no brackets open, whatever the markup', () => {
    const token = fc.constantFrom(
      '{{',
      '}}',
      '[[',
      ']]',
      '{|',
      '|}',
      '|',
      '\n',
      '<ref>',
      '</ref>',
      '<!--',
      '-->',
      "''",
      'a',
      ' ',
      '==',
      '*',
      '&lt;',
      '<b',
      '>',
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
        const found = run(tokens.join(''))
        expect(Array.isArray(found) || ('drop' in found && found.drop === 'no-text')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    '{{',
    '[[File:a|',
    '{|\n',
    '<!--',
    "'''",
    '<ref>',
    '<table>',
    '<i>',
    '<',
    '{|{{[[',
    '== a\n',
    'a',
  ])('takes linear time for many of %j', (piece) => {
    const started = performance.now()
    run(piece.repeat(50_000 / piece.length))
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

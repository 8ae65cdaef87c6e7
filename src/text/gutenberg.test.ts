import { describe, expect, it } from 'vitest'
import { gutenbergCharset, readGutenberg } from './gutenberg.ts'

const LONG =
  'In the spring the farmer walked over the fields with seed in his bag and cast it left and right upon the furrows, and behind him went the harrow that covered it, and behind the harrow the crows, which ate what they found and were not thanked.'

/** Prose wrapped at 70 columns. */
function wrap(text: string, indent = ''): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.length - 1
    if (`${lines[last]} ${word}`.length > 70 - indent.length) lines.push(word)
    else lines[last] = lines[last] === '' ? word : `${lines[last]} ${word}`
  }
  return lines.map((line) => indent + line).join('\n')
}

const HEAD = `The Project Gutenberg EBook of Of Fields, by A. Plough

Title: Of Fields
       A Romance

Author: A. Plough

Release Date: July 6, 2005 [EBook #1]

Language: English

Character set encoding: ISO-8859-1

*** START OF THIS PROJECT GUTENBERG EBOOK OF FIELDS ***
`
const FOOT = `

End of Project Gutenberg's Of Fields, by A. Plough

*** END OF THIS PROJECT GUTENBERG EBOOK OF FIELDS ***

Licence text here.
`

const read = (body: string, options: { unwrap?: boolean; prefaces?: boolean } = {}) =>
  readGutenberg(HEAD + body + FOOT, { unwrap: true, prefaces: false, ...options })

describe('readGutenberg', () => {
  it('is undefined without the header', () => {
    expect(
      readGutenberg('Project Gutenberg is a library.\n\nText.', { unwrap: true, prefaces: false }),
    ).toBeUndefined()
  })

  it('reads the fields of the header', () => {
    expect(read('\n\nText.')).toMatchObject({
      title: 'Of Fields A Romance',
      author: 'A. Plough',
      date: '2005-07-06',
      language: 'en',
    })
  })

  it.each([
    {
      why: 'of 2005',
      start: '*** START OF THIS PROJECT GUTENBERG EBOOK OF FIELDS ***',
      end: '*** END OF THIS PROJECT GUTENBERG EBOOK OF FIELDS ***',
    },
    {
      why: 'of 2020',
      start: '*** START OF THE PROJECT GUTENBERG EBOOK OF FIELDS ***',
      end: '*** END OF THE PROJECT GUTENBERG EBOOK OF FIELDS ***',
    },
    {
      why: 'wrapped',
      start: '*** START OF THE PROJECT GUTENBERG EBOOK OF FIELDS\nAND OTHER POEMS ***',
      end: 'End of the Project Gutenberg EBook of Of Fields',
    },
    {
      why: 'of 1995',
      start: '*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*',
      end: 'End of The Project Gutenberg Etext of Of Fields',
    },
  ])('cuts the licence $why', ({ start, end }) => {
    const text = `Project Gutenberg Etext\n\n${start}\n\n\n${wrap(LONG)}\n\nLast.\n\n\n${end}\n\nMore.\n`
    expect(readGutenberg(text, { unwrap: true, prefaces: false })?.text).toBe(`${LONG}\n\nLast.`)
  })

  it('cuts credits, a note of the transcriber, title page, contents and advertisements', () => {
    const body = `
Produced by Jane Doe and the Online
Distributed Proofreading Team


Transcriber's Note: Errors were corrected.

Italics are marked so: _this_.

------------

OF FIELDS

CONTENTS

CHAPTER I. Seed      1
  II. Harvest       9


OF FIELDS

CHAPTER I.

SEED

${wrap(LONG)}

[Illustration: A plough]

CHAPTER II.

${wrap(LONG)}

THE END.


Books by the same author

Of Barns $1.00`
    const found = read(body)
    expect(found?.text).toBe(`CHAPTER I.\n\nSEED\n\n${LONG}\n\nCHAPTER II.\n\n${LONG}\n\nTHE END.`)
    expect(found?.chapters).toBe(2)
  })

  it('keeps a preface when asked to', () => {
    const body = `\nOF FIELDS\n\nPREFACE.\n\n${wrap(LONG)}\n\nCHAPTER I.\n\n${wrap(`${LONG} ${LONG} ${LONG} ${LONG}`)}`
    expect(read(body)?.text.slice(0, 10)).toBe('CHAPTER I.')
    expect(read(body, { prefaces: true })?.text.slice(0, 8)).toBe('PREFACE.')
  })

  it('never cuts more than a third of the text at the front', () => {
    const body = `\n${wrap(LONG)}\n\n${wrap(LONG)}\n\nCHAPTER I.\n\n${wrap(LONG)}`
    expect(read(body)?.text).toBe(`${LONG}\n\n${LONG}\n\nCHAPTER I.\n\n${LONG}`)
  })

  it('lifts footnotes and their marks out of the text', () => {
    const found = read(
      `\nCorn[1] grew.\n\n[Footnote 1: Barley.\n\nOr rye.]\n\nIt was cut.[A]\n\nFOOTNOTES:\n\n[A] By hand.`,
    )
    expect(found?.text).toBe('Corn grew.\n\nIt was cut.')
    expect(found?.notes).toEqual(['[Footnote 1: Barley.', 'Or rye.]', '[A] By hand.'])
  })

  it('leaves brackets alone where there are no footnotes', () => {
    expect(read('\nCorn[1] grew.')?.text).toBe('Corn[1] grew.')
  })

  it('unwraps prose, also where it is indented, and keeps verse', () => {
    const verse = '  Root and leaf,\n    Leaf and root,\n  And the fruit.'
    const short = 'Root and leaf,\nLeaf and root,\nAnd the fruit.'
    const body = `\n${wrap(LONG)}\n\n${verse}\n\n${short}\n\n${wrap(LONG, '    ')}\n\n${wrap(LONG)}`
    const dedented = 'Root and leaf,\n  Leaf and root,\nAnd the fruit.'
    expect(read(body)?.text).toBe([LONG, dedented, short, LONG, LONG].join('\n\n'))
    expect(read(body, { unwrap: false })?.text).toContain(wrap(LONG))
  })

  it('joins dashes and hyphens without a space and drops underscores of italics', () => {
    const words = LONG.split(' ').slice(0, 20).join(' ')
    const line = `${words} left--`.slice(-72)
    const body = `\n${line}\n_right_ side of a_b and_\n`
    expect(read(body)?.text).toContain('left--right side of a_b and_')
  })

  it.each([
    ['Character set encoding: ISO-8859-1', 'iso-8859-1'],
    ['Character set encoding: ISO Latin-1', 'iso-8859-1'],
    ['Character set encoding: ASCII', 'us-ascii'],
    ['Character set encoding: UTF-8', 'utf-8'],
    ['No such line', undefined],
  ])('reads %s', (line, charset) => {
    expect(gutenbergCharset(Buffer.from(`The Project Gutenberg EBook\n${line}\r\n`))).toBe(charset)
    expect(gutenbergCharset(Buffer.from(`Another book\n${line}\r\n`))).toBeUndefined()
  })

  it('takes time linear in hostile input', () => {
    for (const piece of [
      '[Illustration\n\n',
      '[',
      '[Footnote \n\n',
      'a\n\n',
      '_',
      'CHAPTER I.\n\n',
      '*',
      ' ',
    ]) {
      const started = performance.now()
      read(piece.repeat(Math.ceil(300_000 / piece.length)))
      expect(performance.now() - started, JSON.stringify(piece)).toBeLessThan(3000)
    }
  })
})

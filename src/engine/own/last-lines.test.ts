import { expect, it } from 'vitest'
import { LastLines } from './last-lines.ts'

const TEXT = 'A document says what nobody else may read, in one sentence.\nAnd "another" — Ünïcode.'

function shown(...lines: readonly string[]): readonly string[] {
  const last = new LastLines()
  for (const line of lines) last.add(Buffer.from(`${line}\n`))
  return last.without([TEXT, 'tiny text'])
}

it.each([
  ['ValueError: A document says what nobody', 'the beginning'],
  ['x says what nobody else may y', 'a stretch'],
  [`KeyError: ${JSON.stringify(TEXT)}`, 'all of it, escaped'],
  ['value "tiny text" is wrong', 'a whole text that is short'],
])('leaves out %j: %s', (line) => {
  expect(shown('Traceback', line)).toEqual(['Traceback', '[a line with text of a document]'])
})

it('masks an address that is too short to be known as a piece of the text', () => {
  expect(shown("KeyError: 'jo@mail.org'")).toEqual(["KeyError: '[EMAIL]'"])
})

it('keeps lines that share a few letters, and no more than the last', () => {
  expect(shown('a document says: no', '', 'else may read')).toEqual(['a document says: no', 'else may read'])
  const many = shown(...Array.from({ length: 5000 }, (_, at) => `line ${at}`))
  expect(many).toHaveLength(12)
  expect(many.at(-1)).toBe('line 4999')
})

it('puts a line together that came in pieces', () => {
  const last = new LastLines()
  for (const byte of Buffer.from('grün\n')) last.add(Buffer.from([byte]))
  expect(last.without([])).toEqual(['grün'])
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dechunk } from './chunked.ts'

const read = (text: string, truncated = false): unknown => {
  const result = dechunk(Buffer.from(text, 'latin1'), truncated)
  return 'body' in result ? result.body.toString('latin1') : result.reason
}

describe('dechunk', () => {
  it.each([
    ['4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n', 'Wikipedia', 'two chunks'],
    ['4\nWiki\n0\n\n', 'Wiki', 'line feeds'],
    ['4 \r\nWiki\r\n0\r\n\r\n', 'Wiki', 'a blank behind the size'],
    ['4;name="x"\r\nWiki\r\n0\r\nTrailer: 1\r\n\r\n', 'Wiki', 'extensions and trailers'],
    ['004\r\nWiki\r\n000\r\n\r\n', 'Wiki', 'zeros before a size'],
    ['4\r\nWiki\r\n', 'Wiki', 'the last chunk is missing'],
    ['4\r\nWiki', 'Wiki', '... with its line end'],
    ['4\r\nWiki\r\n0', 'Wiki', 'the end of the last chunk is missing'],
    ['0\r\n\r\n', '', 'nothing'],
    ['', '', 'no bytes'],
    ['<p>not chunked', '<p>not chunked', 'not chunked'],
    ['face the facts\r\n', 'face the facts\r\n', 'a line that starts like a number'],
    ['-4\r\nWiki', '-4\r\nWiki', 'no size'],
    ['0x4\r\nWiki\r\n', '0x4\r\nWiki\r\n', 'no size either'],
    ['5\r\nWiki', 'http-chunk', 'too little'],
    ['3\r\nWiki\r\n0\r\n\r\n', 'http-chunk', 'no line end behind a chunk'],
    ['4\r\nWiki\r\nhello\r\n', 'http-chunk', 'no size behind a chunk'],
    ['ffffffffffff\r\nWiki', 'http-chunk', 'far too little'],
  ])('%j gives %j: %s', (text, body) => expect(read(text)).toBe(body))

  it.each([
    ['5\r\nWiki', 'Wiki'],
    ['4\r\nWiki\r\n5\r\npe', 'Wikipe'],
    ['4\r\nWiki\r\n1', 'Wiki'],
  ])('%j said to be cut gives %j', (text, body) => expect(read(text, true)).toBe(body))

  it('gives back what was chunked', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1 }), (parts) => {
        const sized = parts.flatMap((part) => [
          Buffer.from(`${part.length.toString(16)}\r\n`),
          part,
          Buffer.from('\r\n'),
        ])
        const result = dechunk(Buffer.concat([...sized, Buffer.from('0\r\n\r\n')]), false)
        expect('body' in result && result.body.equals(Buffer.concat(parts))).toBe(true)
      }),
    )
  })
})

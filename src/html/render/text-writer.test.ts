import { describe, expect, it } from 'vitest'
import { TextWriter } from './text-writer.ts'

function write(...parts: (string | Uint8Array)[]): string {
  const writer = new TextWriter()
  for (const part of parts) {
    const bytes = Buffer.from(part)
    writer.write(bytes, 0, bytes.length)
  }
  return writer.text()
}

describe('TextWriter', () => {
  it.each([
    [' a\r\n\t b ', 'a b', 'collapses white space'],
    ['a\u00a0&nbsp;b\u2009c\u2028d', 'a b c d', 'spaces of every width'],
    ['猫\u3000犬', '猫\u3000犬', 'the space of Han is a character'],
    ['so\u00adft&shy;ly\u200b\ufeff\u2060', 'softly', 'characters without width'],
    ['می\u200cخواهم', 'می\u200cخواهم', 'a joiner in Persian is spelling'],
    ['a\u200db', 'ab', 'a joiner in Latin is none'],
    ['👩\u200d👧', '👩\u200d👧', 'a joiner in emoji'],
    ['a\u0001\u007f\u009fb\0', 'ab', 'control characters'],
    ['&lt;b&gt; &amp;amp; &eacute;&copy &#8217;&#x1F600; &#150;', '<b> &amp; é© ’😀 –', 'references'],
    ['AT&T & &nope; &', 'AT&T & &nope; &', 'signs that are no reference'],
    ['&#10;a&#32;&#32;b', 'a b', 'white space by reference'],
  ])('%j is %j: %s', (html, text) => {
    expect(write(html)).toBe(text)
  })

  it('replaces bytes that are no UTF-8, and joins none over nodes', () => {
    expect(write(Uint8Array.of(0x61, 0xc2), Uint8Array.of(0x85, 0x62, 0xff, 0xe2, 0x80))).toBe('a��b���')
  })
})

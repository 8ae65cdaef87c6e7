import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { defineAnnotate } from '../../model/stage.ts'
import { linesOf } from '../../text/lines.ts'
import { wordCount } from '../../text/words.ts'

/** Measures the size of a text in the units that reports speak of; drops nothing. */
export const textStats = defineAnnotate({
  name: 'text-stats',
  revision: 1,
  description: 'Counts the bytes, lines and words of each text.',
  options: z.strictObject({}),
  reasons: {},
  signals: {
    bytes: 'Bytes of the text as UTF-8.',
    lines: 'Lines that hold more than white space.',
    words: 'Words; a letter of a script without spaces between words is one.',
  },
  measure: () => (document) => ({
    bytes: Buffer.byteLength(document.text),
    lines: linesOf(document.text).length,
    words: wordCount(document.text),
  }),
})

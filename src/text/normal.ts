import { composed } from './normal-form.ts'

/**
 * The form in which two texts count as the same: Unicode NFC, every run of white space one space, none
 * at the ends. Idempotent. O(length).
 *
 * Case stays, unless `caseFold`: then letters are compared in lower case (`toLowerCase`, no locale).
 */
export function normalText(text: string, options: { caseFold?: boolean } = {}): string {
  const spaced = singleSpaced(composed(text)).trim()
  // Lowering can leave a sequence that NFC would compose, so it is composed once more.
  return options.caseFold === true ? composed(spaced.toLowerCase()) : spaced
}

/** UTF-16 units replaced at a time: a replacement holds about 50 bytes for each place until it ends. */
const PIECE = 1 << 20

/** Every run of white space as one space; what is one already is not touched. */
function singleSpaced(text: string): string {
  const pieces: string[] = []
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = Math.min(start + PIECE, text.length)
    // A run is never cut in two.
    while (end < text.length && SPACE.test(text.charAt(end))) end++
    pieces.push(text.slice(start, end).replace(/[^\S ]\s*| \s+/g, ' '))
  }
  return pieces.join('')
}

const SPACE = /\s/

/**
 * A text without what no reader sees and every reader of files trips over.
 *
 * Line ends become `\n` (also U+0085, U+2028, U+2029); control characters, NUL, byte order marks and
 * noncharacters are removed; a lone surrogate becomes U+FFFD; spaces at line ends go; more than two blank
 * lines become two; blank lines and spaces around the whole go. Everything else, tabs and indentation
 * included, stays. Idempotent. O(length).
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\ufdd0-\ufdef\ufffe\uffff]/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{4,}/g, '\n\n\n')
    .replace(/^\n+|\n+$/g, '')
    .trim()
}

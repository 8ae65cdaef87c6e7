import { TAG } from '../tag-table.ts'

export const TAG_GROUP = groupsOf()

/** Block-level tags by what they hold, as one number a trained tree can cut. */
function groupsOf(): Uint8Array {
  const table = new Uint8Array(256)
  const groups = [
    'p',
    'h1',
    'h2 h3',
    'h4 h5 h6',
    'li',
    'td',
    'th',
    'dd',
    'dt',
    'div',
    'blockquote',
    'pre',
    'section article main',
    'figcaption caption',
    'button summary label legend',
    'header footer nav aside menu',
    'ul ol dl table tr tbody',
    'form fieldset address center',
  ]
  for (const [index, names] of groups.entries())
    for (const name of names.split(' ')) table[TAG[name] as number] = index + 1
  return table
}

export const HEADING_LEVEL = levels()
function levels(): Uint8Array {
  const table = new Uint8Array(256)
  for (let level = 1; level <= 6; level++) table[TAG[`h${level}`] as number] = level
  return table
}

/** 2 for the end of a sentence, 1 for a colon, comma or dash, 3 for a bracket or a quote, 0 for others. */
export function endKind(byte: number): number {
  if (byte === 0x2e || byte === 0x21 || byte === 0x3f) return 2
  if (byte === 0x3a || byte === 0x2c || byte === 0x3b || byte === 0x2d) return 1
  if (byte === 0x22 || byte === 0x27 || byte === 0x29 || byte === 0x5d) return 3
  return byte >= 0x80 ? 4 : 0
}

/** 3 for a capital, 2 for a small letter, 1 for a digit, 4 for other scripts, 0 for marks. */
export function startKind(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return 3
  if (byte >= 0x61 && byte <= 0x7a) return 2
  if (byte >= 0x30 && byte <= 0x39) return 1
  return byte >= 0x80 ? 4 : 0
}

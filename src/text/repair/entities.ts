import { decodeHTMLStrict } from 'entities'
import type { Repaired } from './repaired.ts'

/** Times that a text may have been escaped, one over the other: `&amp;amp;`. */
const MAX_LAYERS = 2
/** A reference with its semicolon; the longest name in HTML has 31 letters. */
const REFERENCE = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,31});/g

/**
 * References of HTML that were left in a text, as the characters they stand for: `&eacute;`, `&#8217;`.
 *
 * Only with their semicolon, and not in lines with a `<`, which speak of markup. O(length).
 */
export function repairEntities(text: string): Repaired {
  if (!text.includes('&')) return { text, changes: 0 }
  let changes = 0
  const lines = text.split('\n').map((line) => {
    if (!line.includes('&') || line.includes('<')) return line
    let current = line
    for (let layer = 0; layer < MAX_LAYERS; layer++) {
      const before = changes
      current = current.replace(REFERENCE, (reference) => {
        const character = decodeHTMLStrict(reference)
        if (character !== reference) changes++
        return character
      })
      if (changes === before || current.includes('<')) break
    }
    return current
  })
  return { text: changes === 0 ? text : lines.join('\n'), changes }
}

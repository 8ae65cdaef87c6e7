import { TilthError } from '../../model/error.ts'

/**
 * SentencePiece's rules of normalization: a double-array trie of what is replaced, and the texts that replace it.
 *
 * As in `tokenizers`, a grapheme of less than six bytes is replaced as a whole where the trie has a beginning of it; else each of its
 * characters is.
 *
 * @throws TilthError `input` where it is cut off.
 */
export function precompiled(base64: string, where: string): (text: string) => string {
  const bytes = Buffer.from(base64, 'base64')
  const size = bytes.length < 4 ? 0 : bytes.readUInt32LE(0)
  if (bytes.length < 4 || size % 4 !== 0 || 4 + size > bytes.length) {
    throw new TilthError('input', `${where}.precompiled_charsmap: is cut off`)
  }
  const units = new Uint32Array(size / 4)
  for (let at = 0; at < units.length; at++) units[at] = bytes.readUInt32LE(4 + at * 4)
  const texts = bytes.subarray(4 + size)
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })
  const replaced = (text: string): string | undefined => {
    const start = shortestPrefix(units, Buffer.from(text))
    if (start === undefined) return undefined
    const end = texts.indexOf(0, start)
    return texts.toString('utf8', start, end < 0 ? texts.length : end)
  }
  return (text) => {
    let out = ''
    for (const { segment } of segmenter.segment(text)) {
      const whole = Buffer.byteLength(segment) < 6 ? replaced(segment) : undefined
      if (whole !== undefined) out += whole
      else for (const character of segment) out += replaced(character) ?? character
    }
    return out
  }
}

/** The value of the shortest beginning of a key that is in the trie. */
function shortestPrefix(units: Uint32Array, key: Uint8Array): number | undefined {
  let place = 0
  let unit = units[0] ?? 0
  place ^= offsetOf(unit)
  for (const byte of key) {
    if (byte === 0) return undefined
    place ^= byte
    unit = units[place] ?? 0
    if ((unit & 0x800000ff) !== byte) return undefined
    place ^= offsetOf(unit)
    if (((unit >>> 8) & 1) === 1) return (units[place] ?? 0) & 0x7fffffff
  }
  return undefined
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6)
}

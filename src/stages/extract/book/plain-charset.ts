/**
 * Text of a plain-text book: by byte order mark, as UTF-8 where it is valid UTF-8 (texts are often
 * re-encoded without a word in their header), by the declared name, and else windows-1252.
 */
export function decodePlain(bytes: Uint8Array, declared: string | undefined): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return (
    decodeWith('utf-8', bytes) ?? decodeWith(declared, bytes) ?? new TextDecoder('windows-1252').decode(bytes)
  )
}

/** `undefined` = not such text, or a name that nobody knows. */
function decodeWith(label: string | undefined, bytes: Uint8Array): string | undefined {
  if (label === undefined) return undefined
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined
    throw error
  }
}
